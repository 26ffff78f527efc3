"""One import as it was asked for, put together from its parts."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from services.ingest.bulk.checkpoint import Checkpoint, CheckpointFile, Totals, checkpoint_name
from services.ingest.bulk.convert import converter
from services.ingest.bulk.display import Meter, meter
from services.ingest.bulk.mapping import EventsMapping, SegmentMapping, columns, parse
from services.ingest.bulk.report import Report, report_path
from services.ingest.bulk.rows import RowFile
from services.ingest.bulk.run import Importer, Send
from services.ingest.bulk.send import ENDPOINTS, Refusal, Sender
from services.runtime.errors import Rejected

_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where events go, and the key that they go with."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`target` None checks every row and sends nothing; checkpoints lie in `folder`."""

    mapping_name: str
    mapping_text: str
    file: Path
    target: Target | None
    folder: Path
    restart: bool
    batch_rows: int
    patience_seconds: float

    async def run(self, terminal: Console) -> tuple[Totals, Path]:
        """The totals, and where rejected rows are written. Raises Rejected and Unavailable."""
        if self.batch_rows < 1:
            raise Rejected("--batch-rows must be 1 or more")
        mapping = parse(self.mapping_text, self.mapping_name)
        rows = RowFile(self.file, mapping.read.format, mapping.read.delimiter)
        try:
            _check_columns(mapping, rows, self.mapping_name)
            saved = self._checkpoint_file()
            checkpoint = (saved.load() if saved else None) or self._fresh(rows)
            with meter(terminal, rows) as shown:
                shown.begin(checkpoint.totals)
                await self._import(mapping, rows, checkpoint, saved, shown)
            return checkpoint.totals, checkpoint.report
        finally:
            rows.close()

    async def _import(
        self,
        mapping: EventsMapping | SegmentMapping,
        rows: RowFile,
        checkpoint: Checkpoint,
        saved: CheckpointFile | None,
        shown: Meter,
    ) -> None:
        async with AsyncExitStack() as stack:
            importer = Importer(
                rows,
                converter(mapping),
                await self._send(stack, mapping.format, shown),
                checkpoint,
                saved=saved,
                report=Report(checkpoint.report, rows.form, rows.delimiter, checkpoint.report_bytes),
                on_progress=lambda: shown.advance(checkpoint.totals),
            )
            await importer.run(self.batch_rows)

    async def _send(self, stack: AsyncExitStack, wire_format: str, shown: Meter) -> Send:
        if self.target is None:
            return _send_nothing
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=self.target.url, timeout=_TIMEOUT_SECONDS))
        sender = Sender(
            client,
            ENDPOINTS[wire_format],
            self.target.key,
            patience_seconds=self.patience_seconds,
            on_wait=shown.wait,
        )
        return sender.send

    def _checkpoint_file(self) -> CheckpointFile | None:
        if self.target is None or str(self.file) == "-":
            return None
        saved = CheckpointFile(self.folder / checkpoint_name(self.mapping_text, self.file, self.target.url))
        if self.restart:
            saved.delete()
        return saved

    def _fresh(self, rows: RowFile) -> Checkpoint:
        self.folder.mkdir(parents=True, exist_ok=True)
        return Checkpoint(file=self.file.name, report=report_path(self.file, rows.form, self.folder).resolve())


def _check_columns(mapping: EventsMapping | SegmentMapping, rows: RowFile, mapping_name: str) -> None:
    if rows.form != "csv":
        return
    missing: dict[str, list[str]] = {}
    for column, field in columns(mapping):
        if column not in rows.header:
            missing.setdefault(column, []).append(field)
    if missing:
        lines = [
            f"{mapping_name}: the file has no column {column!r}, which {fields[0]} reads"
            for column, fields in missing.items()
        ]
        raise Rejected("\n".join([*lines, f"It has: {', '.join(rows.header)}"]))


async def _send_nothing(_items: Sequence[bytes]) -> Sequence[Refusal]:
    return ()
