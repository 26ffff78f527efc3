import asyncio
import csv
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.bulk.checkpoint import Checkpoint, CheckpointFile
from services.ingest.bulk.convert import Converted, Refused, converter
from services.ingest.bulk.mapping import parse
from services.ingest.bulk.report import Report, report_path
from services.ingest.bulk.rows import Row, RowFile
from services.ingest.bulk.run import MAX_BATCH_BYTES, Importer, batches
from services.ingest.bulk.send import Refusal
from services.runtime.errors import Unavailable

MAPPING = """\
title: Numbers
format: events
skip_when: row.kind == "skip"
event:
  id: "{number}"
  source: /x
  type: call.ended
  time: {zone: UTC, column: at}
  data: {channel: call}
"""


class Died(BaseException):
    """The process is gone: nothing after this runs."""


class Service:
    """Keeps what it accepts by id; refuses what it is told to; dies, or lets the import die, at one request."""

    def __init__(
        self, refused: frozenset[str] = frozenset(), dies_at: int = -1, *, after_accepting: bool = False
    ) -> None:
        self.accepted: dict[str, int] = {}
        self.refused = refused
        self.dies_at = dies_at
        self.after_accepting = after_accepting
        self.requests = 0

    async def send(self, bodies: Sequence[bytes]) -> Sequence[Refusal]:
        self.requests += 1
        dies = self.requests == self.dies_at
        if dies and not self.after_accepting:
            raise Died
        refusals = []
        for index, body in enumerate(bodies):
            number = json.loads(body)["id"]
            if number in self.refused:
                refusals.append(Refusal(index, "id", "not wanted"))
            else:
                self.accepted[number] = self.accepted.get(number, 0) + 1
        if dies:
            raise Died
        return refusals


class Deaf(Service):
    """Its first request goes on waiting for its answer, whoever gives it up."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.answering = asyncio.Event()

    async def send(self, bodies: Sequence[bytes]) -> Sequence[Refusal]:
        while not self.answering.is_set():
            self.asked.set()
            with suppress(asyncio.CancelledError):
                await self.answering.wait()
        return await super().send(bodies)


def write_rows(path: Path, rows: int) -> None:
    kinds = ("good", "good", "bad", "skip", "good")
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("number", "kind", "at"))
        for number in range(rows):
            kind = kinds[number % len(kinds)]
            writer.writerow((number, kind, "never" if kind == "bad" else "2026-01-01 00:00:00"))


async def import_rows(folder: Path, service: Service, file_name: str = "a.csv", most_rows: int = 3) -> Checkpoint:
    file = folder / file_name
    saved = CheckpointFile(folder / "checkpoints" / f"{file_name}.json")
    checkpoint = saved.load() or Checkpoint(file=file_name, report=report_path(file, "csv", folder))
    rows = RowFile(file, None, ",")
    importer = Importer(
        rows,
        converter(parse(MAPPING, "m.yaml")),
        service.send,
        checkpoint,
        saved=saved,
        report=Report(checkpoint.report, "csv", ",", checkpoint.report_bytes),
        on_progress=lambda: None,
    )
    try:
        await importer.run(most_rows)
    finally:
        rows.close()
    return checkpoint


def reported(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [(row["rejected_line"], row["rejected_field"], row["number"]) for row in csv.DictReader(file)]


async def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", 25)
    service = Service(refused=frozenset({"1"}))
    checkpoint = await import_rows(tmp_path, service)
    totals = checkpoint.totals
    assert (totals.rows, totals.sent, totals.skipped, totals.rejected) == (25, 14, 5, 6)
    assert totals.types == {"call.ended": 14}
    assert len(service.accepted) == 14
    assert reported(checkpoint.report)[:2] == [("3", "id", "1"), ("4", "time", "2")]
    assert not list((tmp_path / "checkpoints").iterdir())


@settings(deadline=None, max_examples=40)
@given(
    dies_at=st.integers(1, 14), after_accepting=st.booleans(), most_rows=st.integers(1, 9), again_at=st.integers(1, 9)
)
async def test_an_import_that_died_anywhere_goes_on_and_comes_to_the_same(
    tmp_path_factory: pytest.TempPathFactory, dies_at: int, after_accepting: bool, most_rows: int, again_at: int
) -> None:
    folder = tmp_path_factory.mktemp("import")
    write_rows(folder / "a.csv", 40)
    service = Service(refused=frozenset({"6"}), dies_at=dies_at, after_accepting=after_accepting)
    deaths = 0
    while True:
        try:
            checkpoint = await import_rows(folder, service, most_rows=most_rows)
            break
        except Died:
            deaths += 1
            service.dies_at = service.requests + again_at if deaths == 1 else -1
    assert set(service.accepted) == {str(number) for number in range(40) if number % 5 in {0, 1, 4}} - {"6"}
    assert (checkpoint.totals.sent, checkpoint.totals.skipped, checkpoint.totals.rejected) == (23, 8, 9)
    numbers = [number for _, _, number in reported(checkpoint.report)]
    assert numbers == ["2", "6", "7", "12", "17", "22", "27", "32", "37"]
    # At most the requests that were under way are sent a second time.
    assert sum(service.accepted.values()) - len(service.accepted) <= deaths * 4 * most_rows


async def test_an_interrupt_ends_it_though_a_request_does_not_heed_it(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", 20)
    service = Deaf()
    importing = asyncio.create_task(import_rows(tmp_path, service))
    await asyncio.wait_for(service.asked.wait(), 10)
    importing.cancel()
    ended, _ = await asyncio.wait({importing}, timeout=10)
    service.answering.set()
    assert ended
    assert importing.cancelled()


async def test_what_was_settled_stays_settled_when_the_service_goes_away(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", 40)
    service = Service()
    requests = 0

    async def send(bodies: Sequence[bytes]) -> Sequence[Refusal]:
        nonlocal requests
        requests += 1
        if requests > 6:
            raise Unavailable("gone")
        return await Service.send(service, bodies)

    service.send = send  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await import_rows(tmp_path, service)
    left = CheckpointFile(tmp_path / "checkpoints" / "a.csv.json").load()
    assert left is not None
    assert left.totals.rows == 18


async def test_the_report_can_be_corrected_and_imported(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", 25)
    service = Service()
    first = await import_rows(tmp_path, service)
    report = first.report
    report.write_bytes(report.read_bytes().replace(b",never", b",2026-01-01 00:00:00"))
    second = await import_rows(tmp_path, service, report.name)
    assert (first.totals.rejected, second.totals.sent, second.totals.rejected) == (5, 5, 0)
    assert len(service.accepted) == 20
    assert not second.report.exists()


async def test_a_second_report_leaves_the_first_one_alone(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", 5)
    first = await import_rows(tmp_path, Service())
    second = await import_rows(tmp_path, Service())
    assert [path.name for path in (first.report, second.report)] == ["a.rejected.csv", "a.rejected-2.csv"]


def test_a_batch_stays_below_the_size_of_a_request() -> None:
    big = Converted("x", b"x" * (MAX_BATCH_BYTES // 2))
    found = list(batches(((Row(number, {}), big) for number in range(5)), 100))
    assert [len(batch.rows) for batch in found] == [2, 2, 1]


def test_rows_that_are_not_sent_count_for_a_batch() -> None:
    found = list(batches(((Row(number, {}), Refused(None, "x")) for number in range(5)), 2))
    assert [len(batch.rows) for batch in found] == [2, 2, 1]
