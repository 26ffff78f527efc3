"""What an interaction states about the identifier that it hangs on: traits, and the claims that some of them make."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from schemas.golden_record import Trait
from services.profile.domain.claims import CLAIM_TRAITS, NO_CLAIMS, Claim, claims_of, least
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Pair, pair
from services.profile.store import CorrectingUnit, StoredLink, TraitPlace
from services.profile.wire import Incoming, decode
from services.profile.work import Spotted

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


async def tell_anew(unit: CorrectingUnit, links: Mapping[Pair, StoredLink]) -> dict[Pair, StoredLink]:
    """Gives links the claims that logins still make, and no others."""
    told: dict[Pair, set[Claim]] = defaultdict(set)
    for p, body in await unit.verifying(links):
        told[p] |= claims_in(decode(body).data.traits)
    claims = {p: least(told[p]) for p in links}
    await unit.tell(claims)
    return {p: replace(link, claims=claims[p]) for p, link in links.items()}


def told_at_logins(spotted: Iterable[Spotted], policy: IdentityPolicy) -> dict[Pair, frozenset[Claim]]:
    """What interactions claim that verify a device and somebody who is none, by the link between the two."""
    told: dict[Pair, frozenset[Claim]] = {}
    for one in [one for one in spotted if one.incoming.data.traits and one.sighting.verified > 1]:
        devices = _logged_in_on(one, policy)
        if devices and (claims := claims_in(one.incoming.data.traits)):
            for p in [pair(one.identifiers[0], device) for device in devices]:
                told[p] = least(told.get(p, claims) | claims)
    return told


def _logged_in_on(one: Spotted, policy: IdentityPolicy) -> list[int]:
    lasting = [bool(policy.login_lasts(key.namespace)) for key in one.sighting.keys[: one.sighting.verified]]
    return [] if lasting[0] else [node for node, lasts in zip(one.identifiers, lasting, strict=False) if lasts]


def claims_in(traits: Mapping[str, msgspec.Raw]) -> frozenset[Claim]:
    """What traits claim."""
    if CLAIM_TRAITS.isdisjoint(traits):
        return NO_CLAIMS
    return _claims(tuple([(name, bytes(raw)) for name, raw in traits.items() if name in CLAIM_TRAITS]))


@lru_cache(maxsize=REMEMBERED_CLAIMS)
def _claims(traits: tuple[tuple[str, bytes], ...]) -> frozenset[Claim]:
    return claims_of({name: msgspec.json.decode(raw) for name, raw in traits})
