"""What identifiers and traits say about a person, as features to compare."""

import re
from collections.abc import Iterable, Mapping, Sequence

from services.profile.domain.matching.person import Person, person
from services.profile.domain.names import split_name

_GIVEN = ("first_name", "given_name", "firstName")
_MIDDLE = ("middle_name",)
_FAMILY = ("last_name", "family_name", "lastName", "surname")
_FULL = ("name", "full_name", "display_name")
_BORN = ("birth_date", "birthdate", "date_of_birth", "birthday")
_ADDRESS = ("address",)
_STREET = ("street",)
_HOUSE = ("house_number", "house")
_UNIT = ("unit", "apartment", "address2")
_CITY = ("city", "town")
_POSTCODE = ("postal_code", "postcode", "postalCode", "zip", "zip_code")
_REGION = ("state", "region", "province")
_NUMBER = ("national_id", "identity_number", "id_number")
_SEX = ("gender", "sex")

TRAITS = frozenset(
    (*_GIVEN, *_MIDDLE, *_FAMILY, *_FULL, *_BORN, *_ADDRESS, *_STREET, *_HOUSE, *_UNIT, *_CITY, *_POSTCODE, *_REGION,
     *_NUMBER, *_SEX)
)  # fmt: skip
"""Traits that features are made of."""

EMAIL, PHONE = "email", "phone"
COMPARED = frozenset({EMAIL, PHONE})
"""Namespaces whose values are compared; what one of the others holds twice is the same person at any rate."""

_LONGEST = 200
_HOUSE_NUMBER = re.compile(r"\b\d+\s?[^\W\d_]?\b")
_SEXES = {"f": "f", "נ": "f", "m": "m", "ז": "m"}


def person_of(identifiers: Iterable[tuple[str, str]], traits: Mapping[str, object]) -> Person:
    """Features of a profile: its identifiers in normal form, and its golden traits by name.

    A given or family name that is stated by itself outweighs a full name to be taken apart; so does a street, a town
    or a postal code outweigh what an address says.
    """
    known = list(identifiers)
    place = _address(traits.get("address"))
    full = split_name(_first(traits, _FULL))
    return person(
        given=_first(traits, _GIVEN) or full.given,
        middle=_first(traits, _MIDDLE),
        family=_first(traits, _FAMILY) or full.family,
        birth_date=_first(traits, _BORN)[:10],
        street=_first(traits, _STREET) or place["street"],
        house=_first(traits, _HOUSE) or place["house"],
        unit=_first(traits, _UNIT),
        city=_first(traits, _CITY) or place["city"],
        postcode=_first(traits, _POSTCODE) or place["postcode"],
        region=_first(traits, _REGION) or place["region"],
        emails=[value for namespace, value in known if namespace == EMAIL],
        phones=[value for namespace, value in known if namespace == PHONE],
        exact={"number": _first(traits, _NUMBER), "sex": _SEXES.get(_first(traits, _SEX)[:1].casefold(), "")},
    )


def _first(traits: Mapping[str, object], names: Sequence[str]) -> str:
    return next((text for name in names if (text := _text(traits.get(name)))), "")


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\0", "").strip()[:_LONGEST]


def _address(value: object) -> dict[str, str]:
    """An address as an object, in Segment's words, or as one line that begins with the street."""
    stated = value if isinstance(value, dict) else {"street": _text(value).partition(",")[0]}
    street = _first(stated, _STREET)
    number = _HOUSE_NUMBER.search(street)
    house = _first(stated, _HOUSE)
    if number and not house:
        house, street = number[0], street[: number.start()] + street[number.end() :]
    return {
        "street": street,
        "house": house,
        "city": _first(stated, _CITY),
        "postcode": _first(stated, _POSTCODE),
        "region": _first(stated, _REGION),
    }
