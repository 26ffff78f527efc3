"""A profile's traits: of all that was stated, what the golden record shows. Rules read them as `p.traits`.

Of each identifier and source the greatest statement is kept, also where it loses: after a split another one may win.
So what is kept is a function of the set of interactions and pins, and grows with what comes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from schemas.golden_record import Candidate, Pin, Trait, candidates, golden
from schemas.trait_rules import TraitPolicy, rules_of
from services.journey.domain.model import Interaction


class TraitsRead(NamedTuple):
    """The traits that rules name, and the policy by which one value of each is shown."""

    names: frozenset[str] = frozenset()
    policy: Mapping[str, TraitPolicy] = {}


class Stated(NamedTuple):
    """A trait as a source states it about an identifier."""

    identifier: int
    name: str
    trait: Trait


class Pinned(NamedTuple):
    """A steward's choice of what was stated of a trait about an identifier."""

    identifier: int
    name: str
    pin: Pin


class ProfileTraits(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What was stated of those traits that rules name, what was pinned, and what is `shown` of each, as JSON text."""

    stated: tuple[Stated, ...] = ()
    pins: tuple[Pinned, ...] = ()
    shown: dict[str, str] = {}


NO_TRAITS = ProfileTraits()


def traits_of(interactions: Iterable[Interaction], pins: Iterable[Pinned], read: TraitsRead) -> ProfileTraits:
    """The traits of whoever did all of this."""
    begun = ProfileTraits(pins=tuple(sorted(one for one in pins if one.name in read.names)))
    return _ranked(begun, _greatest((), interactions, read.names), read)


def grown(before: ProfileTraits, interactions: Iterable[Interaction], read: TraitsRead) -> ProfileTraits:
    """The traits with these interactions too, none of which is in them yet."""
    stating = [one for one in interactions if one.vouching and not read.names.isdisjoint(stated_in(one))]
    return _ranked(before, _greatest(before.stated, stating, read.names), read) if stating else before


def as_rules_see(traits: ProfileTraits) -> dict[str, Any]:
    """As fields of `p.traits`; what nobody stated is absent."""
    return {name: msgspec.json.decode(value) for name, value in traits.shown.items()}


def stated_in(interaction: Interaction) -> Mapping[str, Any]:
    """The traits that an interaction states."""
    traits = interaction.fields.get("traits")
    return traits if isinstance(traits, dict) else {}


def as_text(value: object) -> str:
    """A value as JSON text: two that are alike have the same."""
    return msgspec.json.encode(value).decode()


def _greatest(
    before: Iterable[Stated], interactions: Iterable[Interaction], names: frozenset[str]
) -> tuple[Stated, ...]:
    found = {(one.identifier, one.name, one.trait.source): one for one in before}
    for one in (one for interaction in interactions for one in _statements(interaction, names)):
        place = (one.identifier, one.name, one.trait.source)
        known = found.get(place)
        if known is None or one.trait > known.trait:
            found[place] = one
    return tuple(found[place] for place in sorted(found))


def _statements(interaction: Interaction, names: frozenset[str]) -> Iterable[Stated]:
    vouching, place = interaction.vouching, interaction.position
    if vouching is None:
        return
    traits = stated_in(interaction)
    for name in names.intersection(traits):
        value = as_text(traits[name])
        trait = Trait(vouching.trust, vouching.verified, place.time, place.id, place.source, value)
        yield Stated(vouching.identifier, name, trait)


def _ranked(begun: ProfileTraits, stated: tuple[Stated, ...], read: TraitsRead) -> ProfileTraits:
    names = {one.name for one in stated} | {one.name for one in begun.pins}
    shown = {name: golden(_of(name, stated, begun.pins), rules_of(read.policy, name)) for name in sorted(names)}
    return ProfileTraits(stated, begun.pins, {name: ranked[0].trait.value for name, ranked in shown.items()})


def _of(name: str, stated: Iterable[Stated], pins: Iterable[Pinned]) -> list[Candidate]:
    """The values of one trait, identifier by identifier: a pin chooses among what was stated of its own."""
    values = [one for one in stated if one.name == name]
    chosen = [one for one in pins if one.name == name]
    return [
        candidate
        for identifier in sorted({one.identifier for one in values} | {one.identifier for one in chosen})
        for candidate in candidates(
            [one.trait for one in values if one.identifier == identifier],
            [one.pin for one in chosen if one.identifier == identifier],
        )
    ]
