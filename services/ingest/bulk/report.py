"""The report of rejected rows: the same rows with the reason in front, to be corrected and imported again."""

import csv
import io
import json
from itertools import count
from pathlib import Path
from typing import IO, Literal

from services.ingest.bulk.convert import Refused
from services.ingest.bulk.rows import REPORT_COLUMNS, Row

_PACKING = (".gz", ".zst")


class Report:
    """Appends rejected rows to a file that is made when the first one comes."""

    def __init__(self, path: Path, form: Literal["csv", "jsonl"], delimiter: str, size: int) -> None:
        """Goes on at `size` bytes: what an interrupted import wrote after its last checkpoint is dropped."""
        self.path = path
        self.size = size
        self._form = form
        self._delimiter = delimiter
        self._file: IO[bytes] | None = None

    def write(self, header: tuple[str, ...], row: Row, refused: Refused) -> None:
        """Adds one row. Raises OSError when the folder cannot be written to."""
        reason = (str(row.line), refused.field or "", refused.reason)
        if self._file is None:
            self._file = self._open()
            if self.size == 0 and self._form == "csv":
                self._append("\ufeff" + self._csv((*REPORT_COLUMNS, *header)))
        self._append(self._csv((*reason, *row.cells)) if self._form == "csv" else _json(row, reason))

    def flush(self) -> None:
        """Hands everything to the operating system."""
        if self._file:
            self._file.flush()

    def close(self) -> None:
        """Writes what is left."""
        if self._file:
            self._file.close()

    def _open(self) -> IO[bytes]:
        file = self.path.open("r+b" if self.size else "wb")
        file.truncate(self.size)
        file.seek(self.size)
        return file

    def _append(self, text: str) -> None:
        # Bytes that were no UTF-8 go back as they came.
        content = text.encode("utf-8", "surrogateescape")
        self.size += len(content)
        if self._file:
            self._file.write(content)

    def _csv(self, cells: tuple[str, ...]) -> str:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter).writerow(cells)
        return line.getvalue()


def _json(row: Row, reason: tuple[str, ...]) -> str:
    content = row.values or {"rejected_text": row.cells[0]}
    numbered = {**dict(zip(REPORT_COLUMNS, reason, strict=True)), **content}
    return json.dumps(numbered, ensure_ascii=False) + "\n"


def report_path(file: Path, form: Literal["csv", "jsonl"], otherwise: Path) -> Path:
    """Where the report of `file` goes: beside it, or in the folder `otherwise`; never over an earlier one."""
    folder = file.parent if str(file) != "-" and _writable(file.parent) else otherwise
    name = "stdin" if str(file) == "-" else file.name
    for packing in _PACKING:
        name = name.removesuffix(packing)
    stem = name.removesuffix(f".{form}")
    free = (folder / f"{stem}.rejected{'' if number == 1 else f'-{number}'}.{form}" for number in count(1))
    return next(path for path in free if not path.exists())


def _writable(folder: Path) -> bool:
    probe = folder / ".kesher-import"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True
