"""Each measure by a table of small stories."""

from collections.abc import Sequence
from typing import Any

import pytest

from services.journey.domain.fold import fold
from services.journey.domain.measures.catalogue import OF_STORIES, OF_WALKS, Measure
from services.journey.domain.measures.story import Story
from services.journey.domain.measures.walk import walk
from services.journey.domain.model import Interaction
from tests.journey.timelines import happened, rounds

Facts = list[tuple[int, float]]


def did(type_: str, hours: float, channel: str = "call", **data: Any) -> Interaction:
    return happened(type_, hours=hours, channel=channel, **data)


def called(hours: float, reason: str | None = "billing", **data: Any) -> Interaction:
    return did("call.ended", hours, reason=reason, direction="inbound", **data)


def gave_up(hours: float, reason: str | None = "billing", **data: Any) -> Interaction:
    return did("call.abandoned", hours, reason=reason, direction="inbound", measures={"wait_seconds": 300.0}, **data)


def machine(hours: float) -> Interaction:
    return did("call.abandoned", hours, measures={"self_service_seconds": 20.0, "wait_seconds": 0.0})


def wrote(hours: float, conversation: str | None = None, **data: Any) -> Interaction:
    return did("chat.message.received", hours, "chat", conversation=conversation, **data)


def looked(hours: float) -> Interaction:
    return did("page.viewed", hours, "web")


def asked(kind: str, score: float, hours: float = 0, **scale: float) -> Interaction:
    return did("survey.answered", hours, "survey", survey={"kind": kind, "score": score, **scale})


def customer(value: str = "17", assurance: str = "verified") -> list[dict[str, str]]:
    return [{"namespace": "customer_id", "value": value, "assurance": assurance}]


PHONE = [{"namespace": "phone", "value": "+972555017777", "assurance": "verified"}]
CLAIMED = [{"namespace": "email", "value": "dana@example.com", "assurance": "claimed"}]
WEEK = 7 * 24.0

TABLE: list[tuple[Measure, Sequence[Interaction], Facts]] = [
    (Measure.EMOTION, [called(0), called(1, sentiment=-0.5), asked("nps", 9, 2)], [(1, 0.25), (2, 0.9)]),
    (Measure.WAIT, [called(0, measures={"wait_seconds": 33.0}), called(1), gave_up(2)], [(0, 33.0), (2, 300.0)]),
    (Measure.WAIT, [called(0, measures={"wait_seconds": "long"}), called(1, measures=None)], []),
    (Measure.HANDLE, [called(0, measures={"handle_seconds": 410}), gave_up(1)], [(0, 410.0)]),
    (Measure.TRANSFERS, [called(0, measures={"transfers": 2}), called(1), gave_up(2)], [(0, 2.0), (1, 0.0)]),
    (
        Measure.TRANSFERS,
        [
            did("call.started", 0, conversation="c"),
            did("call.transferred", 0.1, conversation="c"),
            called(0.2, conversation="c"),
        ],
        [(0, 1.0)],
    ),
    (
        Measure.TRANSFERS,
        [did("call.transferred", 0.1, conversation="c"), called(0.2, conversation="c", measures={"transfers": 3})],
        [(0, 3.0)],
    ),
    (
        Measure.CHANNEL_SWITCHES,
        [looked(0), called(1), called(2), wrote(3), wrote(30)],
        [(1, 1), (2, 0), (3, 1), (4, 0)],
    ),
    (Measure.CHANNEL_SWITCHES, [did("email.opened", 0, "email"), called(1)], [(1, 0)]),
    (
        Measure.REIDENTIFIED,
        [looked(0), called(1, identifiers=customer()), called(2, identifiers=customer())],
        [(1, 1)],
    ),
    (Measure.REIDENTIFIED, [looked(0), called(1, identifiers=PHONE)], [(1, 0)]),
    (
        Measure.REIDENTIFIED,
        [
            wrote(0, "c", agent="ann", identifiers=customer()),
            wrote(0.1, "c", agent="ann", identifiers=customer()),
            wrote(0.2, "c", agent="bob", identifiers=CLAIMED),
            wrote(0.3, "c"),
            wrote(0.4, "c", agent="bob", queue="desk"),
            wrote(0.5, "c", agent="bob", queue="other desk"),
        ],
        [(2, 1), (5, 0)],
    ),
    (
        Measure.REPEAT_CONTACTS,
        [
            called(0),
            wrote(1, reason="billing"),
            called(2, "card"),
            called(3, None),
            called(1 + WEEK),
            called(2 + 2 * WEEK),
        ],
        [(0, 0), (1, 1), (2, 0), (4, 1), (5, 0)],
    ),
    (Measure.REPEAT_CONTACTS, [wrote(0, "c", reason="billing"), wrote(1, "c", reason="billing")], [(0, 0)]),
    (
        Measure.REPEAT_CONTACTS,
        [wrote(0, "c", reason="billing"), wrote(25, "c", reason="billing")],
        [(0, 0), (1, 1)],
    ),
    (Measure.REPEAT_CONTACTS, [called(0), did("call.ended", 1, reason="billing", direction="outbound")], [(0, 0)]),
    (Measure.FIRST_CONTACT_RESOLUTION, [called(0), called(1), called(2, "card")], [(0, 0), (2, 1)]),
    (Measure.FIRST_CONTACT_RESOLUTION, [called(0), gave_up(1)], [(0, 0)]),
    (Measure.FIRST_CONTACT_RESOLUTION, [gave_up(0), called(1)], []),
    (Measure.FIRST_CONTACT_RESOLUTION, [called(0), called(0.1 + WEEK)], [(0, 1), (1, 1)]),
    (
        Measure.CONTAINMENT,
        [did("self_service.succeeded", 0, "web"), did("self_service.failed", 1, "web")],
        [(0, 1), (1, 0)],
    ),
    (Measure.CONTAINMENT, [did("self_service.succeeded", 0, "web"), called(24)], [(0, 0)]),
    (Measure.CONTAINMENT, [did("self_service.succeeded", 0, "web"), called(24.1)], [(0, 1)]),
    (Measure.CONTAINMENT, [machine(0), machine(1), called(26)], [(0, 1), (1, 1)]),
    (Measure.CONTAINMENT, [did("self_service.failed", 0, measures={"self_service_seconds": 40.0})], [(0, 0)]),
    (
        Measure.CONTAINMENT,
        [machine(0), called(1, measures={"self_service_seconds": 5.0, "handle_seconds": 9.0})],
        [(0, 0), (1, 0)],
    ),
    (Measure.LEAKAGE, [looked(0), looked(0.4), looked(1), called(25)], [(0, 0), (2, 1)]),
    (Measure.LEAKAGE, [looked(0), wrote(1)], [(0, 0)]),
    (Measure.PREVENTABLE, [called(0), called(1), called(2, "card")], [(0, 0), (1, 1), (2, 0)]),
    (Measure.PREVENTABLE, [did("payment.failed", 0, "web"), called(1), called(30, "card")], [(1, 1), (2, 0)]),
    (
        Measure.PROMISE_GAP,
        [
            asked("csat", 10),
            did("campaign.sent", 1, "email", campaign="spring"),
            asked("csat", 7.5, 2),
            asked("csat", 0, 722),
        ],
        [(2, 0.25)],
    ),
    (
        Measure.NPS,
        [asked("nps", 9), asked("nps", 8, 1), asked("nps", 6, 2), asked("csat", 9, 3)],
        [(0, 100), (1, 0), (2, -100)],
    ),
    (Measure.NPS, [asked("nps", 5, 0, lowest=1, highest=5)], [(0, 100)]),
    (
        Measure.CSAT,
        [asked("csat", score, score, lowest=1, highest=5) for score in (3, 4, 5)],
        [(0, 0), (1, 100), (2, 100)],
    ),
    (Measure.CSAT, [asked("csat", 3, 0, lowest=5, highest=5)], []),
    (Measure.CES, [asked("ces", 7, 0, lowest=1, highest=7), asked("ces", 1, 1, lowest=1, highest=7)], [(0, 7), (1, 1)]),
    (Measure.CHURN_RISK, [asked("nps", 2), called(1), gave_up(2)], [(1, 0.25), (2, 0.75)]),
    (Measure.CHURN_RISK, [asked("nps", 2), asked("nps", 8, 1), called(2)], [(2, 0)]),
    (Measure.CHURN_RISK, [looked(0), looked(24), looked(48), called(96)], [(3, 0)]),
    (Measure.CHURN_RISK, [looked(0), looked(24), looked(48), called(97)], [(3, 0.25)]),
    (
        Measure.SATISFACTION_CHANGE,
        [called(0), asked("csat", 5, 1), called(2), wrote(3, sentiment=1.0), called(4)],
        [(2, 0.5)],
    ),
    (Measure.SATISFACTION_CHANGE, [asked("csat", 5), called(800), asked("csat", 5, 801)], []),
]


@pytest.mark.parametrize(("measure", "timeline", "facts"), TABLE)
def test_of_stories(measure: Measure, timeline: Sequence[Interaction], facts: Facts) -> None:
    assert sorted(OF_STORIES[measure](Story(timeline))) == facts


ROUND = [
    did("store.visited", 0),
    did("survey.answered", 1),
    did("order.placed", 2, measures={"wait_seconds": 90.0}),
    did("order.placed", 3),
    did("order.fulfilled", 4),
    did("survey.answered", 4.5),
    did("order.placed", 5),
    did("store.visited", 6),
    did("survey.answered", 10),
    did("survey.answered", 11.5),
]
WALKS: list[tuple[Measure, Facts]] = [
    (Measure.TIME_IN_STAGE, [(0, 7_200.0), (2, 7_200.0), (6, 3_600.0)]),
    (Measure.EFFORT, [(0, 0), (1, 0), (2, 0.5), (3, 0), (4, 0), (6, 0), (7, 0), (8, 0)]),
    (Measure.PROGRESS, [(1, 1), (2, 1), (3, 1), (4, 1), (7, -1), (8, 0)]),
]


@pytest.mark.parametrize(("measure", "facts"), WALKS)
def test_of_walks(measure: Measure, facts: Facts) -> None:
    """Two journeys: one that ends with the fulfilled order, and one that is left alone after the visit."""
    way = walk(rounds(), ROUND, fold(rounds(), None, ROUND))
    assert sorted(OF_WALKS[measure](Story(ROUND), way)) == facts


def test_every_measure_is_in_a_table() -> None:
    assert {row[0] for row in TABLE} == set(OF_STORIES)
    assert {row[0] for row in WALKS} == set(OF_WALKS)
    assert {*OF_STORIES, *OF_WALKS} == set(Measure)
