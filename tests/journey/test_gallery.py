"""The examples of the gallery: each is led through by the story that its page tells."""

import csv
import gzip
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from schemas.catalogue import INTERACTION_TYPES
from services.journey.domain.cues import cues
from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.fold import fold, settled
from services.journey.domain.lapses import lapsed
from services.journey.domain.model import Interaction
from services.journey.registry import in_folder
from tests.journey.oracle.real_files import BANK, SHOP, Timelines, bank_calls, web_shop
from tests.journey.timelines import START, happened

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "services/journey/gallery"
PAGES = ROOT / "docs/gallery"
KEYS = ["bank_service", "insurance_claim", "retail_order", "telecom_installation"]
DAY = 24.0


class Told(NamedTuple):
    """What a story comes to."""

    path: list[str]
    status: str
    pains: dict[str, int]
    lapses: list[tuple[str, str]]
    actions: list[tuple[str, str]]


def definition_of(key: str) -> Definition:
    return load_definition((FOLDER / f"{key}.yaml").read_text("utf-8"), name=key)


def told(key: str, story: list[Interaction], days: float) -> Told:
    """What the customer's first journey has come to after so many days."""
    definition, now = definition_of(key), START + timedelta(days=days)
    folded = fold(definition, None, story)
    assert folded.failures == []
    assert folded.latest is not None
    late = lapsed(definition, folded.latest, now)
    called_for = [*folded.cues, *cues(definition, late, folded.latest, None, [])]
    journey = settled(definition.what, folded.latest, now)
    return Told(
        [step.to for step in folded.transitions],
        journey.status,
        dict(journey.pain_points),
        [(lapse.kind, lapse.stage) for lapse in [*folded.lapses, *late]],
        [(cue.action, cue.stage) for cue in called_for],
    )


def asks(channel: str, hours: float, reason: str, **data: Any) -> Interaction:
    type_ = {"call": "call.ended", "chat": "chat.message.received", "email": "email.received"}[channel]
    return happened(type_, hours=hours, channel=channel, direction="inbound", reason=reason, **data)


def at_home(name: str, hours: float) -> Interaction:
    return happened("order.updated", hours=hours, channel="app", name=name)


def in_shop(name: str, hours: float) -> Interaction:
    return happened("web.event.tracked", hours=hours, channel="web", direction="inbound", name=name)


INSTALLATION = [
    happened("order.placed", hours=0, channel="web", properties={"service": "installation"}),
    asks("chat", 2.5 * DAY, "order.status"),
    at_home("Appointment Booked", 3 * DAY),
    at_home("Technician Missed", 8 * DAY),
    at_home("Appointment Moved", 8.2 * DAY),
    at_home("Technician Arrived", 10 * DAY),
    happened("order.fulfilled", hours=10 * DAY + 2, channel="app"),
    asks("call", 12 * DAY, "fault.no_signal", measures={"wait_seconds": 40.0}),
    at_home("Technician Arrived", 13 * DAY),
    happened("order.fulfilled", hours=13 * DAY + 1, channel="app"),
]
CLAIM = [
    happened("claim.submitted", hours=0, channel="web", direction="inbound"),
    happened("email.sent", hours=6 * DAY, channel="email", direction="outbound", reason="claim.documents"),
    happened("claim.approved", hours=9 * DAY, channel="app"),
    asks("call", 11 * DAY, "refund.when", measures={"wait_seconds": 400.0}),
    asks("email", 12 * DAY, "refund.when"),
]
ORDER = [
    happened("page.viewed", hours=0, channel="web", name="Home"),
    happened("product.viewed", hours=0.1, channel="web"),
    happened("cart.updated", hours=0.2, channel="web", name="Product Added"),
    happened("checkout.step.completed", hours=0.3, channel="web", id_="shipping"),
    happened("checkout.step.completed", hours=0.31, channel="web", id_="payment"),
    in_shop("Payment Failed", 0.32),
    in_shop("Support Chat Opened", 0.35),
    happened("checkout.step.completed", hours=0.4, channel="web", id_="payment again"),
    in_shop("Payment Failed", 0.41),
    happened("checkout.step.completed", hours=0.5, channel="web", id_="other card"),
    happened("order.placed", hours=0.51, channel="web"),
    asks("email", 7 * DAY, "order.where"),
    happened("order.fulfilled", hours=8 * DAY, channel="store"),
    happened("order.refunded", hours=12 * DAY, channel="store"),
]
BANK_CALLS = [
    happened(
        "call.abandoned", hours=0, direction="inbound", reason="banking.regular", measures={"wait_seconds": 320.0}
    ),
    happened("call.abandoned", hours=1, direction="inbound", reason="banking.regular", measures={"wait_seconds": 90.0}),
    happened("call.ended", hours=6, direction="inbound", reason="banking.regular", measures={"wait_seconds": 12.0}),
    happened("call.ended", hours=30, direction="inbound", reason="banking.regular", measures={"wait_seconds": 200.0}),
    happened("call.ended", hours=31, direction="inbound", reason="banking.regular", measures={"wait_seconds": 8.0}),
    happened("survey.answered", hours=32, channel="survey", survey={"kind": "ces", "score": 2.0}),
]
STORIES = {
    "telecom_installation": (
        INSTALLATION,
        25,
        Told(
            ["ordered", "scheduled", "visit", "installed", "visit", "installed"],
            "active",
            {"had_to_ask": 1, "no_show": 1, "moved": 1, "trouble": 1, "second_visit": 1},
            [("overdue", "ordered"), ("overdue", "installed")],
            [("book_now", "ordered"), ("say_sorry", "scheduled"), ("check_line", "installed")],
        ),
    ),
    "insurance_claim": (
        CLAIM,
        23,
        Told(
            ["submitted", "papers", "approved", "chasing"],
            "active",
            {"had_to_ask": 2, "asked_again": 1, "long_wait": 1},
            [("overdue", "submitted"), ("overdue", "approved"), ("overdue", "chasing"), ("stalled", "chasing")],
            [("say_how_far", "submitted"), ("send_refund_now", "approved"), ("call_back", "chasing")],
        ),
    ),
    "retail_order": (
        ORDER,
        20,
        Told(
            ["looking", "basket", "paying", "ordered", "delivered", "returned"],
            "returned",
            {"payment_failed": 2, "needed_help": 1, "round_and_round": 1, "where_is_it": 1},
            [("stalled", "ordered"), ("overdue", "ordered"), ("stalled", "delivered")],
            [("help_to_pay", "paying"), ("look_for_it", "ordered")],
        ),
    ),
    "bank_service": (
        BANK_CALLS,
        2,
        Told(
            ["gave_up", "served", "again", "rated"],
            "completed",
            {"very_long_wait": 1, "long_wait": 2, "hung_up": 2, "hung_up_again": 1, "called_again": 2},
            [("overdue", "gave_up")],
            [("call_back", "gave_up"), ("look_into_it", "again")],
        ),
    ),
}


@pytest.mark.parametrize("key", KEYS)
def test_the_story_leads_through_the_example(key: str) -> None:
    story, days, expected = STORIES[key]
    assert told(key, story, days) == expected


@pytest.mark.parametrize("key", KEYS)
def test_every_stage_and_pain_point_is_titled_in_both_languages_and_told_of_on_its_page(key: str) -> None:
    what, page = definition_of(key).what, (PAGES / f"{key}.md").read_text("utf-8")
    titled = [what, *what.stages, *what.pain_points, *what.actions]
    assert [one.key for one in titled if one.title is None or one.title.he is None] == []
    named = [*what.stages, *what.pain_points, *what.actions]
    assert [one.key for one in named if f"`{one.key}`" not in page] == []
    assert all(stage.goal for stage in what.stages)


@pytest.mark.parametrize("key", KEYS)
def test_rules_name_types_that_the_catalogue_knows(key: str) -> None:
    text = (FOLDER / f"{key}.yaml").read_text("utf-8")
    types = re.findall(r'"([a-z]+\.[a-z_.]+)"', text)
    reasons = {"claim.documents"}
    assert set(types) - reasons <= set(INTERACTION_TYPES)


def test_the_folder_can_be_put_in_force_as_it_is() -> None:
    assert [one.key for one in in_folder(FOLDER)] == KEYS


def test_nobody_comes_back_to_a_claim_that_was_paid_in_time() -> None:
    paid = [CLAIM[0], happened("claim.approved", hours=DAY), happened("refund.sent", hours=1.5 * DAY)]
    assert told("insurance_claim", paid, 10) == Told(["submitted", "approved", "paid"], "completed", {}, [], [])
    rejected = [CLAIM[0], happened("claim.rejected", hours=DAY)]
    assert told("insurance_claim", rejected, 10).status == "rejected"


def test_an_order_that_nobody_installs_is_abandoned() -> None:
    left = told("telecom_installation", INSTALLATION[:1], 70)
    assert (left.status, left.lapses) == (
        "abandoned",
        [("overdue", "ordered"), ("stalled", "ordered"), ("abandoned", "ordered")],
    )
    called_off = [INSTALLATION[0], happened("order.cancelled", hours=DAY)]
    assert told("telecom_installation", called_off, 70).status == "cancelled"
    rated = [*INSTALLATION, happened("survey.answered", hours=14 * DAY, channel="survey")]
    assert told("telecom_installation", rated, 70).status == "completed"


def test_a_basket_that_is_left_is_reminded_of() -> None:
    left = told("retail_order", ORDER[:3], 2)
    assert left.lapses == [("overdue", "basket"), ("stalled", "basket")]
    assert left.actions == [("remind", "basket")]
    broken = [*ORDER[:3], in_shop("Checkout Failed", 0.3), happened("page.viewed", hours=0.4, name="Error")]
    assert told("retail_order", broken, 0.5).pains == {"checkout_broken": 1, "error_page": 1}


def test_who_gave_up_and_is_called_back_in_time_calls_for_nothing() -> None:
    back = happened("call.ended", hours=2, direction="outbound", reason="callback")
    assert told("bank_service", [BANK_CALLS[0], back], 2).actions == []
    assert told("bank_service", [BANK_CALLS[0], back], 2).path == ["gave_up", "called_back"]
    assert told("bank_service", [BANK_CALLS[0]], 4).status == "abandoned"


def totals(key: str, timelines: Timelines) -> tuple[Counter[str], Counter[str]]:
    """Touchpoints by stage and pain points by key, of everybody."""
    definition, visits, pains = definition_of(key), Counter[str](), Counter[str]()
    for timeline in timelines.values():
        folded = fold(definition, None, timeline)
        assert folded.failures == []
        for journey in folded.journeys.values():
            visits.update(journey.visits)
            pains.update(journey.pain_points)
    return visits, pains


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_it_fits_the_real_calls_of_a_bank() -> None:
    visits, pains = totals("bank_service", bank_calls())
    known = [row for row in rows(BANK) if row["customer_id"] != "0"]
    hung_up = [row for row in known if row["outcome"] == "HANG"]
    served = [row for row in known if row["outcome"] == "AGENT"]
    assert visits["gave_up"] == pains["hung_up"] == len(hung_up)
    assert visits["called_back"] == sum(row["type"] == "TT" for row in served)
    assert visits["served"] + visits["again"] + visits["called_back"] == len(served)
    assert pains["long_wait"] == sum(float(row["q_time"]) > 120 for row in hung_up + served)
    assert 0 < pains["called_again"] == visits["again"]


def test_it_fits_the_real_events_of_a_web_shop() -> None:
    visits, pains = totals("retail_order", web_shop())
    events = Counter(row["event"] for row in rows(SHOP))
    assert visits["ordered"] == events["purchase"]
    assert pains["payment_failed"] == events["payment_error"]
    assert pains["checkout_broken"] == events["checkout_bug"]
    paying = ("shipping_details", "payment_details", "payment_error", "checkout_bug")
    assert visits["paying"] == sum(events[one] for one in paying)
    assert 0 < pains["error_page"] <= events["error_page"]
    assert 0 < pains["needed_help"] < events["support_chat"]
    assert pains["round_and_round"] > 0
