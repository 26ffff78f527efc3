from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.journey import registry
from services.journey.domain.known import Known
from services.journey.domain.model import Interaction, Vouching
from services.journey.registry import Registry, compiled, shipped, shipped_segments
from tests.journey.timelines import happened


def shipped_registry() -> Registry:
    return compiled(1, [one.what for one in shipped()], [one.what for one in shipped_segments()])


SHIPPED = shipped_registry()
FIELDS: Sequence[dict[str, Any]] = (
    {},
    {"reason": "billing"},
    {"measures": {"wait_seconds": 1_000}},
    {"survey": {"kind": "nps", "score": 3}},
    {"money": {"amount": 3_000, "currency": "ILS"}},
    {"traits": {"language": "he"}},
    {"traits": {"language": "en", "name": "Dana"}},
)
INTERACTIONS = st.builds(
    lambda type_, channel, fields: msgspec.structs.replace(
        happened(type_, channel=channel, **fields),
        vouching=Vouching(1, 1, verified=True) if "traits" in fields else None,
    ),
    st.sampled_from(["page.viewed", "order.placed", "call.ended"]),
    st.sampled_from(["web", "call", None]),
    st.sampled_from(FIELDS),
)


def placed(interactions: Sequence[Interaction]) -> list[Interaction]:
    """The same, one after the other."""
    return [
        msgspec.structs.replace(one, position=happened("any", hours=hour).position)
        for hour, one in enumerate(interactions)
    ]


def kept_of(known: Known | None) -> tuple[object, ...]:
    """All but the rules that failed just now."""
    assert known is not None
    return known.figures, known.segments, known.told, known.traits


@given(st.lists(INTERACTIONS, min_size=1, max_size=8), st.data())
def test_what_is_known_bit_by_bit_is_what_is_known_at_once(drawn: Sequence[Interaction], data: st.DataObject) -> None:
    timeline = placed(drawn)
    cut = data.draw(st.integers(0, len(timeline)))
    known = SHIPPED.known(None, timeline[:cut])
    for one in timeline[cut:]:
        known = SHIPPED.known(known, [one])
    assert kept_of(known) == kept_of(SHIPPED.known(None, timeline))


def test_rules_are_not_asked_where_nothing_that_they_read_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    call, view = placed([happened("call.ended", channel="call"), happened("page.viewed", channel="web")])
    known = SHIPPED.known(None, [call])
    monkeypatch.setattr(registry, "known_of", lambda *_: pytest.fail("the rules were asked"))
    after = SHIPPED.known(known, [view])
    assert known is not None
    assert after is not None
    assert (after.segments, after.told, [*after.figures.channels]) == (known.segments, known.told, ["call", "web"])
