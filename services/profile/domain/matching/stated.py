"""What identifiers and traits say about a person, as features to compare."""

import re
from collections.abc import Iterable, Mapping

from services.profile.domain.matching.person import Person, person
from services.profile.domain.names import Name, split_name

_NAMES = {
    "given": ("first_name", "given_name", "firstName"),
    "middle": ("middle_name",),
    "family": ("last_name", "family_name", "lastName", "surname"),
    "full": ("name", "full_name", "display_name"),
    "born": ("birth_date", "birthdate", "date_of_birth", "birthday"),
    "street": ("street",),
    "house": ("house_number", "house"),
    "unit": ("unit", "apartment", "address2"),
    "city": ("city", "town"),
    "postcode": ("postal_code", "postcode", "postalCode", "zip", "zip_code"),
    "region": ("state", "region", "province"),
    "number": ("national_id", "identity_number", "id_number"),
    "sex": ("gender", "sex"),
}
"""What traits are called, the name that outweighs the others first."""
_ADDRESS = "address"
_PLACES = {name: (field, -rank) for field, names in _NAMES.items() for rank, name in enumerate(names)}

TRAITS = frozenset((*_PLACES, _ADDRESS))
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
    said = _said(traits)
    get = {**_address(traits.get(_ADDRESS)), **said}.get
    full = split_name(get("full", "")) if "full" in said else _NOBODY
    return person(
        given=get("given") or full.given,
        middle=get("middle", ""),
        family=get("family") or full.family,
        birth_date=get("born", "")[:10],
        street=get("street", ""),
        house=get("house", ""),
        unit=get("unit", ""),
        city=get("city", ""),
        postcode=get("postcode", ""),
        region=get("region", ""),
        emails=[value for namespace, value in known if namespace == EMAIL],
        phones=[value for namespace, value in known if namespace == PHONE],
        exact={"number": get("number", ""), "sex": _SEXES.get(get("sex", "")[:1].casefold(), "")},
    )


_NOBODY = Name("", "")


def _said(traits: Mapping[str, object]) -> dict[str, str]:
    """The best text of each field."""
    best: dict[str, tuple[int, str]] = {}
    for name, value in traits.items():
        if (place := _PLACES.get(name)) and (text := _text(value)):
            field, rank = place
            best[field] = max(best.get(field, (rank, text)), (rank, text))
    return {field: text for field, (_, text) in best.items()}


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\0", "").strip()[:_LONGEST]


def _address(value: object) -> dict[str, str]:
    """An address as an object, in Segment's words, or as one line that begins with the street."""
    if value is None:
        return {}
    said = _said(value) if isinstance(value, dict) else {"street": _text(value).partition(",")[0]}
    street = said.get("street", "")
    number = _HOUSE_NUMBER.search(street)
    if number and "house" not in said:
        said |= {"house": number[0], "street": street[: number.start()] + street[number.end() :]}
    return said
