"""How two records compare: per field a level and, where they agree exactly, on which value.

A vector depends on its two records alone, so it can be stored when it is made and weighed whenever it is read.
"""

from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How nearly two values agree, from the best to the worst."""

    EXACT = "exact"
    SPELLING = "spelling"
    NICKNAME = "nickname"
    TYPO = "typo"
    SWAPPED = "swapped"
    INITIAL = "initial"
    PART = "part"
    ALIKE = "alike"
    DIFFERENT = "different"


class Evidence(NamedTuple):
    """One field of a pair. `value` is what both say, only at `Level.EXACT`."""

    field: str
    level: Level
    value: str = ""


Vector = tuple[Evidence, ...]

GIVEN = "given"
MIDDLE = "middle"
FAMILY = "family"
BIRTH_DATE = "birth_date"
STREET = "street"
HOUSE = "house"
UNIT = "unit"
CITY = "city"
POSTCODE = "postcode"
REGION = "region"
EMAIL = "email"
PHONE = "phone"
ID_PREFIX = "id:"

HOME_FIELDS = frozenset({STREET, HOUSE, UNIT, CITY, POSTCODE, REGION})
