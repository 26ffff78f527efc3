"""A file of encounters on all channels through all steps, against DuckDB on the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.journey.domain.measures.catalogue import Measure
from tests.journey.oracle import encounters
from tests.journey.oracle.against import AgainstTheRawFile
from tests.journey.oracle.effects import SHARES
from tests.journey.oracle.raw import Asked, Raw
from tests.journey.oracle.raw import raw as in_duckdb
from tests.journey.oracle.real_files import imported
from tests.journey.oracle.world import World, told
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return encounters.write(tmp_path_factory.mktemp("file") / "encounters.csv")


@pytest.fixture(scope="module")
def world(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory, path: Path) -> Iterator[World]:
    those = imported("encounters", encounters.MAPPING, path)
    folder = tmp_path_factory.mktemp("encounters")
    with told(postgres_server, folder, those, encounters.NOW, {"encounters": encounters.JOURNEY}) as world:
        yield world


@pytest.fixture(scope="module")
def raw(path: Path) -> Raw:
    events = encounters.ROWS.format(path=path) + encounters.STORY
    return in_duckdb(events, encounters.HURTS, encounters.STAGES, encounters.NOW, encounters.PAUSE)


class TestEncounters(AgainstTheRawFile):
    journey = "encounters"
    speaks_of = frozenset(measure.value for measure in Measure)
    one_by_one = speaks_of
    apart_by = frozenset({"stage", "channel", "campaign", "reason", "queue", "touchpoint", "segment", "day"})
    windows = (
        Asked("2025-01-20T10:11:12", "2025-02-13T23:59:59"),
        Asked("2025-02-01T00:00:00", "2025-02-01T09:30:00"),
        Asked(until="2025-01-09T08:00:01"),
    )
    segment = "detractor"
    plans = (
        *({"measure": measure, "target": {"at_least": 0.5}, "since": "2025-02-11T10:11:12Z"}
          for measure in sorted(SHARES | {"wait", "promise_gap", "emotion", "churn_risk"})),
        *({"measure": measure, "stage": "asking", "target": {"at_least": 3}, "since": "2025-02-10T00:00:00Z"}
          for measure in ("nps", "csat", "ces", "handle", "transfers", "time_in_stage")),
        {"measure": "satisfaction_change", "target": {"at_least": 0}, "since": "2025-02-20T00:00:00Z"},
        {"pain_point": "unhappy", "target": {"at_most": 0.2}, "since": "2025-02-11T10:11:12Z"},
        {"pain_point": "failed", "stage": "alone", "target": {"at_most": 0.2}, "since": "2025-02-01T00:00:00Z",
         "until": "2025-02-15T00:00:00Z"},
    )  # fmt: skip
    source = "/crm/encounters"
    front_stage = frozenset({"call.transferred", "chat.message.sent", "chat.conversation.ended", "payment.failed",
                             "campaign.sent"})  # fmt: skip
