"""The golden record as the API shows it: each trait's winner, the values that lost and by what, and stewards' pins."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from schemas.golden_record import Candidate, Pin, Ranked, golden
from schemas.interaction import Assurance
from services.profile.domain.policy import IdentityPolicy
from services.profile.reading.mask import MASK
from services.profile.reading.port import Holding
from services.profile.reading.views import LostValue, TraitPin, TraitValue, TraitView


def traits(holdings: Iterable[Holding], policy: IdentityPolicy, *, masked: bool) -> dict[str, TraitView]:
    """Every trait of a person, by name."""
    by_name: dict[str, list[Candidate]] = defaultdict(list)
    for holding in holdings:
        for name, values in holding.values().items():
            by_name[name] += values
    return {name: _trait(golden(by_name[name], policy.trait(name)), masked=masked) for name in sorted(by_name)}


class ShownName(NamedTuple):
    """What a person is called, and whether that is vouched for; nothing of nobody who ever said a name."""

    text: str | None = None
    assurance: Assurance | None = None


def shown_name(names: Mapping[str, Sequence[Candidate]], policy: IdentityPolicy, *, masked: bool) -> ShownName:
    """What a person is called where there is room for one name only.

    What somebody typed, and neither a source nor a steward vouches for, gives way to any other of the names.
    """
    winners = {name: golden(values, policy.trait(name))[0] for name, values in names.items() if values}
    sure = {name: one for name, one in winners.items() if one.trait.verified or one.pin} or winners
    if not sure:
        return ShownName()
    trait = sure["name"].trait if "name" in sure else max(one.trait for one in sure.values())
    return ShownName(MASK if masked else str(msgspec.json.decode(trait.value)), assurance(verified=trait.verified))


def assurance(*, verified: bool) -> Assurance:
    """As the contract calls it."""
    return Assurance.VERIFIED if verified else Assurance.CLAIMED


def _trait(values: Sequence[Ranked], *, masked: bool) -> TraitView:
    shown, *lost = values
    others = [LostValue(**_value(one, masked=masked).model_dump(), lost_by=one.lost_by or "id") for one in lost]
    return TraitView(**_value(shown, masked=masked).model_dump(), others=others)


def _value(ranked: Ranked, *, masked: bool) -> TraitValue:
    trait = ranked.trait
    return TraitValue(
        value=MASK if masked else msgspec.json.decode(trait.value),
        source=trait.source,
        observed_at=trait.time,
        assurance=assurance(verified=trait.verified),
        trust=ranked.trust,
        interaction=trait.event_id,
        pin=_pin(ranked.pin) if ranked.pin else None,
    )


def _pin(pin: Pin) -> TraitPin:
    return TraitPin(id=pin.id, author=pin.author, reason=pin.reason, made_at=pin.made_at)
