"""How often each value is seen: what makes agreeing on a rare name say more than agreeing on a common one."""

from collections import Counter
from collections.abc import Iterator

from services.profile.domain.matching.person import Person
from services.profile.domain.matching.vector import (
    BIRTH_DATE,
    CITY,
    EMAIL,
    FAMILY,
    GIVEN,
    HOUSE,
    ID_PREFIX,
    MIDDLE,
    PHONE,
    POSTCODE,
    REGION,
    STREET,
    UNIT,
)

_JOINT = ((POSTCODE, CITY), (POSTCODE, REGION), (CITY, REGION))
_SINGLE = (GIVEN, MIDDLE, FAMILY, BIRTH_DATE, STREET, HOUSE, UNIT, CITY, POSTCODE, REGION)


class Frequencies:
    """Counts of values per field. Adding and removing commute, so they are a function of the set of people."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._totals: Counter[str] = Counter()

    def add(self, person: Person) -> None:
        """Counts a person's values."""
        for field, value in values_of(person):
            self.change(field, value, 1)

    def remove(self, person: Person) -> None:
        """Takes back what `add` did."""
        for field, value in values_of(person):
            self.change(field, value, -1)

    def change(self, field: str, value: str, by: int) -> None:
        """Counts a value `by` times more, or less: how counts that are kept elsewhere come in."""
        counts = self._counts.setdefault(field, Counter())
        counts[value] += by
        self._totals[field] += by
        if not counts[value]:
            del counts[value]

    def count(self, field: str, value: str) -> int:
        """How often the value is seen in the field."""
        counts = self._counts.get(field)
        return counts[value] if counts else 0

    def total(self, field: str) -> int:
        """How often the field is known at all."""
        return self._totals[field]

    def given_that(self, field: str, value: str, other: str, condition: str) -> float:
        """The chance of `value` in `field` among strangers who agree on `condition` in `other`.

        The pair that is judged counts for nothing, and what is seldom seen leans to the value's own frequency.
        """
        alone = max(self.count(field, value), 1) / max(self.total(field), 1)
        both = max(self.count(joint_field(other, field), joint_value(condition, value)) - 2, 0)
        seen = max(self.count(other, condition) - 2, 0)
        return (both + alone) / (seen + 1)


def joint_field(one: str, other: str) -> str:
    """The name under which two fields are counted together."""
    return f"{one}+{other}"


def joint_value(one: str, other: str) -> str:
    """The value under which two values are counted together."""
    return f"{one}\x1f{other}"


def values_of(person: Person) -> Iterator[tuple[str, str]]:
    """What is counted of a person: fields, or two fields together, with their values."""
    for field in _SINGLE:
        if value := getattr(person, field):
            yield field, value
    for one, other in _JOINT:
        if (first := getattr(person, one)) and (second := getattr(person, other)):
            yield joint_field(one, other), joint_value(first, second)
    for email in person.emails:
        yield EMAIL, email
    for phone in person.phones:
        yield PHONE, phone
    for name, value in person.exact:
        yield ID_PREFIX + name, value
