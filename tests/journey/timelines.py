"""Interactions and definitions for the tests of journeys."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.model import Interaction, Kind, Position

START = datetime(2026, 3, 1, 9, tzinfo=UTC)

REFUND = """
key: insurance_refund
version: 3
title: {en: Insurance refund, he: החזר ביטוח}
entry: i.type == "claim.approved"
stages:
  - key: approved
    title: {en: Approved, he: אושר}
    goal: the customer knows what comes and when
    when: i.type == "claim.approved"
    expected: P1D
    importance: 3
    moment_of_truth: true
  - {key: chasing, when: 'i.direction == "inbound" && i.reason.startsWith("refund")'}
  - {key: paid, when: i.type == "refund.sent", exit: completed}
abandoned_after: P30D
pain_points:
  - {key: long_wait, when: i.measures.wait_seconds > 120.0, weight: 2}
  - {key: had_to_ask, when: j.stage == "chasing", weight: 5}
actions:
  - {key: send_refund_now, on: overdue, stage: approved, cooldown: P7D, to: claims-desk}
"""

ROUNDS = """
key: rounds
version: 1
title: {en: Rounds}
stages:
  - {key: one, when: 'i.type == "store.visited"'}
  - {key: two, when: 'i.type == "order.placed" || (i.type == "page.viewed" && j.stage == "one")'}
  - {key: done, when: 'i.type == "order.fulfilled" && j.visits.two > 1', exit: completed}
abandoned_after: PT5H
pain_points:
  - {key: again, when: j.visits.one > 1}
  - {key: waited, when: i.measures.wait_seconds > 60.0, weight: 0.5}
"""


def refund() -> Definition:
    return load_definition(REFUND)


def rounds() -> Definition:
    return load_definition(ROUNDS)


def happened(type_: str, *, hours: float = 0, id_: str | None = None, **data: Any) -> Interaction:
    time = START + timedelta(hours=hours)
    position = Position(time, "/call/test", id_ or f"{type_}@{hours}")
    kind = Kind(type_, data.get("channel", "call"), data.get("reason"))
    return Interaction(position, kind, _fields(position, type_, data))


def _fields(position: Position, type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {**data, "type": type_, "time": position.time, "source": position.source, "id": position.id}
