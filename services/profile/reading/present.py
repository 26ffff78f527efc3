"""From what is stored to what the API shows, with personal data masked for those who may not see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from services.profile.domain.figures import Figure, total
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import SHARED
from services.profile.domain.sighting import Key
from services.profile.reading.explain import AGREES, JOINS, OF_SEVERAL, explain
from services.profile.reading.mask import hide
from services.profile.reading.port import DecisionRow, Holding, LinkRow, Person, TimelineRow
from services.profile.reading.present_consents import consents
from services.profile.reading.present_traits import assurance, traits
from services.profile.reading.users import Users
from services.profile.reading.views import (
    Alternative,
    BlockedIdentifier,
    ChannelFigures,
    DecisionView,
    Figures,
    HeldLink,
    IdentifierView,
    JoinedLink,
    JourneyStage,
    LinkView,
    Profile,
    ProfileIdentifier,
    WithdrawalView,
)
from services.runtime.access import Role

SEES_PERSONAL_DATA = (Role.AGENT, Role.STEWARD)
"""Whom nothing is masked for."""
_PERSONAL = ("identifiers", "traits", "text", "raw", "properties")


def profile(person: Person, journeys: Sequence[JourneyStage], policy: IdentityPolicy, *, masked: bool) -> Profile:
    """The profile of a person."""
    holdings = list(person.holdings.values())
    return Profile(
        id=person.profile,
        identifiers=[identifier(holding, masked=masked) for holding in holdings],
        traits=traits(holdings, policy, masked=masked),
        consents=consents(
            person.holdings, {node: view(one.key, masked=masked) for node, one in person.holdings.items()}
        ),
        figures=_figures(holdings),
        journeys=list(journeys),
        masked=masked,
    )


def identifier(holding: Holding, *, masked: bool) -> ProfileIdentifier:
    """One identifier with how it was met, over all channels."""
    return ProfileIdentifier(
        namespace=holding.key.namespace,
        value=hide(holding.key.value) if masked else holding.key.value,
        assurance=assurance(verified=holding.seen.verified),
        shared=holding.shared,
        first_seen=holding.seen.first,
        last_seen=holding.seen.last,
    )


def alternatives(others: Iterable[tuple[str, str]], owner: str) -> list[Alternative]:
    """Who else an identifier might mean and why not, once each."""
    found: dict[str, Alternative] = {}
    for other, reason in others:
        if other != owner and other not in found:
            found[other] = Alternative(profile_id=other, reason=reason, explanation=explain(reason))
    return list(found.values())


def link(row: LinkRow, *, masked: bool) -> LinkView:
    """A link that joined."""
    return LinkView(**_link_fields(row, masked=masked))


def joined_link(row: LinkRow, *, joins: bool, masked: bool) -> JoinedLink:
    """A link within a person."""
    return JoinedLink(**_link_fields(row, masked=masked), joins=joins, rule=JOINS if joins else AGREES)


def held_link(row: LinkRow, owner: str, used: Users = MappingProxyType({}), *, masked: bool) -> HeldLink:
    """A link that was refused, seen from its end in the profile `owner`. `used` has devices of several people."""
    reason = row.link.held or ""
    other = row.b_profile if row.a_profile == owner else row.a_profile
    device = next((end for end in row.shared if end in used), None) if reason == SHARED else None
    return HeldLink(
        **_link_fields(row, masked=masked),
        reason=reason,
        explanation=OF_SEVERAL if device else explain(reason),
        profile_id=other if other != owner else None,
        used_by=[view(key, masked=masked) for key in used[device]] if device else None,
    )


def interaction(row: TimelineRow, profile_id: str, *, masked: bool) -> dict[str, Any]:
    """An interaction of the timeline."""
    return {
        **event(row.body, masked=masked),
        "profile_id": profile_id,
        "interaction_number": row.place.id,
        "outcome": row.outcome,
        "blocked": [one.model_dump() for one in blocked(row.blocked)],
    }


def event(body: bytes, *, masked: bool) -> dict[str, Any]:
    """An interaction as it came."""
    came: dict[str, Any] = msgspec.json.decode(body)
    if masked:
        came["data"] = {name: value for name, value in came["data"].items() if name not in _PERSONAL}
    return came


def blocked(stored: str | None) -> list[BlockedIdentifier]:
    """The identifiers of an interaction that could not mean anybody."""
    return [
        BlockedIdentifier(namespace=namespace, reason=reason)
        for namespace, reason in msgspec.json.decode(stored or "[]")
    ]


def _link_fields(row: LinkRow, *, masked: bool) -> dict[str, Any]:
    return {
        "a": view(row.a, masked=masked),
        "b": view(row.b, masked=masked),
        "first_seen": row.link.first_seen,
        "verified": row.link.verified,
        "interaction": row.event_id,
        "source": row.source,
    }


def view(key: Key, *, masked: bool) -> IdentifierView:
    """An identifier in its normal form."""
    return IdentifierView(namespace=key.namespace, value=hide(key.value) if masked else key.value)


def decision(row: DecisionRow, *, masked: bool) -> DecisionView:
    """What a steward decided, and whether it stands."""
    made = row.decision
    return DecisionView(
        id=made.id,
        kind=made.kind,
        a=view(row.a, masked=masked),
        b=view(row.b, masked=masked),
        reason=made.reason,
        author=made.author,
        made_at=made.made_at,
        withdrawn=WithdrawalView(**made.withdrawn._asdict()) if made.withdrawn else None,
    )


def _figures(holdings: Iterable[Holding]) -> Figures:
    by_channel: dict[str, list[Figure]] = defaultdict(list)
    for holding in holdings:
        for channel, figure in holding.figures.items():
            by_channel[channel].append(figure)
    totals: Mapping[str, Figure] = {c: t for c, those in by_channel.items() if (t := total(those))}
    everything = total(totals.values())
    return Figures(
        interactions=everything.interactions if everything else 0,
        first_seen=everything.first_seen if everything else None,
        last_seen=everything.last_seen if everything else None,
        channels={channel: _channel(totals[channel]) for channel in sorted(totals)},
    )


def _channel(figure: Figure) -> ChannelFigures:
    return ChannelFigures(
        interactions=figure.interactions,
        first_seen=figure.first_seen,
        last_seen=figure.last_seen,
        wait_seconds=figure.wait_ms / 1000,
        handle_seconds=figure.handle_ms / 1000,
        transfers=figure.transfers,
    )
