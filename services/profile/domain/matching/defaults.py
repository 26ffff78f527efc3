"""Chances to start from, before anything is learnt: round figures of people's slips, and of what agrees by chance."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from services.profile.domain.matching.vector import (
    BIRTH_DATE,
    CITY,
    EMAIL,
    FAMILY,
    GIVEN,
    HOME_FIELDS,
    HOUSE,
    ID_PREFIX,
    MIDDLE,
    PHONE,
    POSTCODE,
    REGION,
    STREET,
    UNIT,
    Level,
)

Levels = Mapping[Level, float]


class Chances(NamedTuple):
    """How probable each level of one field is; each of the three adds up to one.

    `same`: the same person (of a home field: the same home). `stranger`: two people at random.
    `kin`: two people of one home; at `EXACT`, for reasons of their own, what agrees by chance comes on top.
    """

    same: Levels
    stranger: Levels
    kin: Levels


class Rates(NamedTuple):
    """Shares of all pairs: `match` the same person, `kin` two people of one home; `moved` is a share of the matches."""

    match: float = 1e-4
    kin: float = 1e-4
    moved: float = 0.1


DEFAULT_RATES = Rates()


@cache
def default_chances(field: str) -> Chances:
    """What is assumed of a field at first; raises `KeyError` for a field that is none."""
    kind = ID_PREFIX if field.startswith(ID_PREFIX) else field
    same, stranger, kin = _SAME[kind], _rest(_STRANGER[kind]), _KIN.get(kind)
    if field in HOME_FIELDS:
        return Chances(_rest(same), stranger, _rest(same))
    return Chances(_rest(same), stranger, _rest(kin) if kin else kin_by_chance(stranger))


def _rest(levels: Levels) -> Levels:
    return {**levels, Level.DIFFERENT: 1 - sum(levels.values())}


def kin_by_chance(stranger: Levels) -> Levels:
    """What one has for oneself alone: as among strangers, but for a few namesakes, twins and numbers mixed up.

    It is not learnt: where nothing else tells kin from a person's own spoilt records, the two would trade places.
    """
    kin: Levels = {level: chance for level, chance in stranger.items() if level not in {Level.EXACT, Level.DIFFERENT}}
    return _rest({**kin, Level.EXACT: _NAMESAKE})


_NAMESAKE = 0.01

_NAME_SLIPS: Levels = {
    Level.SPELLING: 0.02, Level.NICKNAME: 0.02, Level.TYPO: 0.04, Level.SWAPPED: 0.01, Level.INITIAL: 0.02,
    Level.PART: 0.01, Level.ALIKE: 0.01,
}  # fmt: skip
_NAME_CHANCE: Levels = {
    Level.EXACT: 0.01, Level.SPELLING: 0.002, Level.NICKNAME: 0.003, Level.TYPO: 0.003, Level.SWAPPED: 0.0002,
    Level.INITIAL: 0.06, Level.PART: 0.003, Level.ALIKE: 0.02,
}  # fmt: skip
_TEXT_SLIPS: Levels = {Level.TYPO: 0.05, Level.SWAPPED: 0.01, Level.PART: 0.02, Level.ALIKE: 0.02}
_TEXT_CHANCE: Levels = {
    Level.EXACT: 0.005,
    Level.TYPO: 0.001,
    Level.SWAPPED: 0.0002,
    Level.PART: 0.002,
    Level.ALIKE: 0.01,
}
_CODE_CHANCE: Levels = {Level.EXACT: 0.01, Level.TYPO: 0.03}

_SAME: dict[str, Levels] = {
    GIVEN: {Level.EXACT: 0.86, **_NAME_SLIPS},
    MIDDLE: {Level.EXACT: 0.84, **_NAME_SLIPS},
    FAMILY: {Level.EXACT: 0.83, **_NAME_SLIPS},
    BIRTH_DATE: {Level.EXACT: 0.9, Level.TYPO: 0.04, Level.SWAPPED: 0.01, Level.PART: 0.02},
    STREET: {Level.EXACT: 0.86, **_TEXT_SLIPS},
    UNIT: {Level.EXACT: 0.8, **_TEXT_SLIPS},
    CITY: {Level.EXACT: 0.9, **_TEXT_SLIPS},
    HOUSE: {Level.EXACT: 0.92, Level.TYPO: 0.04},
    POSTCODE: {Level.EXACT: 0.92, Level.TYPO: 0.05},
    REGION: {Level.EXACT: 0.97, Level.TYPO: 0.01},
    EMAIL: {Level.EXACT: 0.4, Level.TYPO: 0.05, Level.PART: 0.05},
    PHONE: {Level.EXACT: 0.5, Level.TYPO: 0.03, Level.PART: 0.02},
    ID_PREFIX: {Level.EXACT: 0.93, Level.TYPO: 0.04},
}
_STRANGER: dict[str, Levels] = {
    GIVEN: _NAME_CHANCE,
    MIDDLE: _NAME_CHANCE,
    FAMILY: _NAME_CHANCE,
    BIRTH_DATE: {Level.EXACT: 0.00004, Level.TYPO: 0.0008, Level.SWAPPED: 0.00003, Level.PART: 0.004},
    STREET: _TEXT_CHANCE,
    UNIT: _TEXT_CHANCE,
    CITY: _TEXT_CHANCE,
    HOUSE: _CODE_CHANCE,
    POSTCODE: {Level.EXACT: 0.005, Level.TYPO: 0.005},
    REGION: {Level.EXACT: 0.2, Level.TYPO: 0.01},
    EMAIL: {Level.EXACT: 0.00001, Level.TYPO: 0.00001, Level.PART: 0.0003},
    PHONE: {Level.EXACT: 0.00001, Level.TYPO: 0.00001, Level.PART: 0.00001},
    ID_PREFIX: {Level.EXACT: 0.00001, Level.TYPO: 0.00005},
}
_KIN: dict[str, Levels] = {
    FAMILY: {Level.EXACT: 0.7, Level.SPELLING: 0.01, Level.TYPO: 0.02, Level.PART: 0.04, Level.ALIKE: 0.02,
             Level.NICKNAME: 0.003, Level.SWAPPED: 0.001, Level.INITIAL: 0.03},
    PHONE: {Level.EXACT: 0.3, Level.TYPO: 0.01, Level.PART: 0.02},
    EMAIL: {Level.EXACT: 0.05, Level.TYPO: 0.005, Level.PART: 0.005},
}  # fmt: skip

KIN_FIELDS = frozenset(_KIN)
