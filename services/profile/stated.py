"""What an interaction states about the identifier that it hangs on: traits, and the claims that some of them make."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

import msgspec

from schemas.golden_record import Trait
from services.profile.domain.claims import CLAIM_TRAITS, NO_CLAIMS, Claim, claims_of
from services.profile.store import CorrectingUnit, TraitPlace
from services.profile.wire import Incoming, decode

REMEMBERED_CLAIMS = 16_384


def add_traits(traits: dict[TraitPlace, Trait], incoming: Incoming, anchor: int, *, verified: bool) -> None:
    """Adds the interaction's traits, each where nothing better stands."""
    envelope = incoming.envelope
    for name, value in incoming.data.traits.items():
        trait = Trait(envelope.trust, verified, envelope.time, envelope.id, envelope.source, bytes(value).decode())
        place = (anchor, name, envelope.source)
        before = traits.get(place)
        if before is None or trait > before:
            traits[place] = trait


async def restate(unit: CorrectingUnit, identifiers: AbstractSet[int]) -> None:
    """Gives identifiers the traits and claims that interactions state about them, and no others."""
    traits: dict[TraitPlace, Trait] = {}
    claims: set[tuple[int, Claim]] = set()
    for one in await unit.hanging(identifiers):
        incoming = decode(one.body)
        if one.hangs:
            add_traits(traits, incoming, one.anchor, verified=one.vouched)
        if one.vouched:
            claims |= {(one.anchor, claim) for claim in claims_in(incoming.data.traits)}
    await unit.restate(identifiers, traits, claims)


def claims_in(traits: Mapping[str, msgspec.Raw]) -> frozenset[Claim]:
    """What traits claim."""
    if CLAIM_TRAITS.isdisjoint(traits):
        return NO_CLAIMS
    return _claims(tuple([(name, bytes(raw)) for name, raw in traits.items() if name in CLAIM_TRAITS]))


@lru_cache(maxsize=REMEMBERED_CLAIMS)
def _claims(traits: tuple[tuple[str, bytes], ...]) -> frozenset[Claim]:
    return claims_of({name: msgspec.json.decode(raw) for name, raw in traits})
