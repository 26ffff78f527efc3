"""The import itself: rows in order, several requests under way, a checkpoint behind every answer."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from services.ingest.bulk.checkpoint import Checkpoint, CheckpointFile
from services.ingest.bulk.convert import Convert, Converted, Refused, Skipped
from services.ingest.bulk.report import Report
from services.ingest.bulk.rows import Row, RowFile
from services.ingest.bulk.send import Refusal

MAX_BATCH_BYTES = 400_000
_UNDER_WAY = 4
_ABANDON_SECONDS = 1.0

Send = Callable[[Sequence[bytes]], Awaitable[Sequence[Refusal]]]
Outcome = Converted | Refused | Skipped


@dataclass(slots=True)
class Batch:
    """Consecutive rows with what they became; one request carries what is to be sent."""

    rows: list[tuple[Row, Outcome]] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        """What is to be sent, in order."""
        return [outcome.body for _, outcome in self.rows if isinstance(outcome, Converted)]


def batches(outcomes: Iterable[tuple[Row, Outcome]], most_rows: int) -> Iterator[Batch]:
    """Cuts at `most_rows` rows, and before a request would grow past MAX_BATCH_BYTES."""
    batch, size = Batch(), 0
    for row, outcome in outcomes:
        weight = len(outcome.body) if isinstance(outcome, Converted) else 0
        if batch.rows and (len(batch.rows) >= most_rows or size + weight > MAX_BATCH_BYTES):
            yield batch
            batch, size = Batch(), 0
        batch.rows.append((row, outcome))
        size += weight
    if batch.rows:
        yield batch


class Importer:
    """Takes a file from its checkpoint to its end."""

    def __init__(
        self,
        rows: RowFile,
        convert: Convert,
        send: Send,
        checkpoint: Checkpoint,
        *,
        saved: CheckpointFile | None,
        report: Report,
        on_progress: Callable[[], None],
    ) -> None:
        """`saved` None keeps no checkpoint: for the standard input, which cannot be read twice."""
        self._rows = rows
        self._convert = convert
        self._send = send
        self._checkpoint = checkpoint
        self._saved = saved
        self._report = report
        self._on_progress = on_progress

    async def run(self, most_rows: int) -> None:
        """Settles every row after the checkpoint. Raises what `send` raises; what was settled by then stays saved."""
        self._save()
        under_way: deque[tuple[Batch, asyncio.Task[Sequence[Refusal]]]] = deque()
        left = islice(iter(self._rows), self._checkpoint.totals.rows, None)
        try:
            for batch in batches(((row, self._convert(row)) for row in left), most_rows):
                under_way.append((batch, asyncio.ensure_future(self._send(batch.bodies))))
                await asyncio.sleep(0)
                if len(under_way) >= _UNDER_WAY:
                    await self._settle_first(under_way)
            while under_way:
                await self._settle_first(under_way)
        finally:
            await _abandon([task for _, task in under_way])
            self._report.close()
        if self._saved:
            self._saved.delete()

    async def _settle_first(self, under_way: deque[tuple[Batch, asyncio.Task[Sequence[Refusal]]]]) -> None:
        batch, task = under_way[0]
        await asyncio.wait({task})  # not the task itself: an interrupt would be its to heed, and it may not
        refused = {refusal.index: refusal for refusal in task.result()}
        under_way.popleft()
        self._count(batch, refused)
        self._save()
        self._on_progress()

    def _count(self, batch: Batch, refused: dict[int, Refusal]) -> None:
        totals = self._checkpoint.totals
        index = -1
        for row, outcome in batch.rows:
            if outcome == "skipped":
                totals.skipped += 1
                continue
            index += isinstance(outcome, Converted)
            final = _final(outcome, refused.get(index))
            if isinstance(final, Refused):
                totals.rejected += 1
                self._report.write(self._rows.header, row, final)
            else:
                totals.sent += 1
                totals.types[final.type] += 1

    def _save(self) -> None:
        self._report.flush()
        self._checkpoint.report_bytes = self._report.size
        if self._saved:
            self._saved.save(self._checkpoint)


def _final(outcome: Converted | Refused, refusal: Refusal | None) -> Converted | Refused:
    if isinstance(outcome, Refused) or refusal is None:
        return outcome
    return Refused(refusal.field, refusal.reason)


async def _abandon(tasks: Sequence[asyncio.Task[Sequence[Refusal]]]) -> None:
    """Ends requests; one that does not heed it is left to the end of the event loop."""
    for task in tasks:
        task.cancel()
    await asyncio.wait({asyncio.gather(*tasks, return_exceptions=True)}, timeout=_ABANDON_SECONDS)
