"""What is compared of a person, in normal form."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

CACHE = 65_536

_NOT_WORD = re.compile(r"[^\w]+")
_NOT_DIGIT = re.compile(r"\D+")
_ISO_DATE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_STREET_WORDS = {
    "street": "st", "road": "rd", "avenue": "ave", "lane": "ln", "drive": "dr", "court": "ct", "place": "pl",
    "boulevard": "blvd", "circuit": "cct", "circle": "cir", "crescent": "cres", "terrace": "tce", "parade": "pde",
    "close": "cl", "north": "n", "south": "s", "east": "e", "west": "w", "saint": "st", "apartment": "apt",
}  # fmt: skip


class Person(NamedTuple):
    """One record's features; an empty value is unknown. Made by `person`, which brings values into normal form.

    `unit` is what an address says beside the street: flat, house name, second line. `exact` holds pairs of a name and
    a value that speak for a person only where they agree, such as national identity numbers, and sex.
    """

    given: str = ""
    middle: str = ""
    family: str = ""
    birth_date: str = ""
    street: str = ""
    house: str = ""
    unit: str = ""
    city: str = ""
    postcode: str = ""
    region: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    exact: tuple[tuple[str, str], ...] = ()


def person(
    *,
    given: str = "",
    middle: str = "",
    family: str = "",
    birth_date: str = "",
    street: str = "",
    house: str = "",
    unit: str = "",
    city: str = "",
    postcode: str = "",
    region: str = "",
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    exact: Mapping[str, str] | None = None,
) -> Person:
    """Features in normal form. `birth_date` is ISO 8601 text (what is not a date is kept as it is, and compared).

    E-mail addresses and telephone numbers are expected as identity resolution normalises them.
    """
    return Person(
        given=plain_text(given),
        middle=plain_text(middle),
        family=plain_text(family),
        birth_date=_date(birth_date),
        street=_street(street),
        house=_compact(house),
        unit=_street(unit),
        city=plain_text(city),
        postcode=_compact(postcode),
        region=plain_text(region),
        emails=tuple(sorted({email.casefold() for email in emails if email})),
        phones=tuple(sorted({digits for phone in phones if (digits := _NOT_DIGIT.sub("", phone))})),
        exact=tuple(sorted((name, text) for name, value in (exact or {}).items() if (text := _compact(value)))),
    )


@lru_cache(maxsize=CACHE)
def plain_text(text: str) -> str:
    """Without case, accents of Latin letters, points and doubled spaces."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in text if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", text.casefold().replace("'", "").replace("_", " ")).strip()


def _compact(text: str) -> str:
    return plain_text(text).replace(" ", "")


@lru_cache(maxsize=CACHE)
def _street(text: str) -> str:
    return " ".join(_STREET_WORDS.get(word, word) for word in plain_text(text).split())


def _date(text: str) -> str:
    found = _ISO_DATE.fullmatch(text.strip())
    return "-".join(found.groups()) if found else text.strip().casefold()
