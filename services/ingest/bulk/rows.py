"""Rows of a CSV or JSON Lines file, packed or not, each with its line."""

import csv
import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from services.runtime.errors import Rejected

REPORT_COLUMNS = ("rejected_line", "rejected_field", "rejected_reason")
"""What a report of rejected rows writes before the row's own columns; passed over when the report is imported."""

_MAX_FIELD_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its texts (JSON Lines: values) by column, and what it was written as.

    `line` is where it begins in the file it first came from. `problem` says why it is not a sound row, if it is not.
    """

    line: int
    values: dict[str, Any]
    cells: Sequence[str] = field(default=(), repr=False)
    problem: str | None = None


class RowFile:
    """An open file of rows. Iterating gives them; `position` of `size` bytes of the file have been read."""

    def __init__(self, path: Path, form: Literal["csv", "jsonl"] | None, delimiter: str) -> None:
        """Opens `path`; `-` is the standard input. Raises Rejected when it cannot be read, or names no columns."""
        self.form = form or ("jsonl" if _suffix(path) in {".jsonl", ".ndjson"} else "csv")
        self.delimiter = delimiter
        self.header: tuple[str, ...] = ()
        self._full_header: list[str] = []
        self._raw = _open(path)
        self.size = None if str(path) == "-" else path.stat().st_size
        self._text = io.TextIOWrapper(
            _unpacked(self._raw, path), encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        if self.form == "csv":
            try:
                self._read_header()
            except Rejected:
                self.close()
                raise

    @property
    def position(self) -> int:
        """Bytes of the file read so far, packed as they are."""
        return self._raw.tell() if self.size is not None else 0

    def __iter__(self) -> Iterator[Row]:
        """All rows in order. Raises Rejected when the file cannot be read to its end."""
        with _readable():
            yield from self._json_rows() if self.form == "jsonl" else self._csv_rows()

    def close(self) -> None:
        """Lets go of the file."""
        self._text.close()
        self._raw.close()

    def _read_header(self) -> None:
        csv.field_size_limit(_MAX_FIELD_BYTES)
        self._reader = csv.reader(self._text, delimiter=self.delimiter)
        with _readable():
            self._full_header = [name.strip() for name in next(self._reader, [])]
        if not any(self._full_header):
            raise Rejected("the file is empty: its first line must name the columns")
        self.header = tuple(name for name in self._full_header if name not in REPORT_COLUMNS)

    def _csv_rows(self) -> Iterator[Row]:
        width = len(self._full_header)
        own = [index for index, name in enumerate(self._full_header) if name not in REPORT_COLUMNS]
        origin = self._full_header.index(REPORT_COLUMNS[0]) if REPORT_COLUMNS[0] in self._full_header else width
        line = self._reader.line_num + 1
        for cells in self._reader:
            if cells:
                kept = [cells[index] for index in own if index < len(cells)] + cells[width:]
                yield self._csv_row(_origin(cells[origin] if origin < min(width, len(cells)) else None, line), kept)
            line = self._reader.line_num + 1

    def _csv_row(self, line: int, cells: list[str]) -> Row:
        problem = None
        if len(cells) != len(self.header):
            problem = f"has {len(cells)} columns, and the header has {len(self.header)}"
        elif any(not cell.isascii() and not _sound(cell) for cell in cells):
            problem = "is not UTF-8"
        return Row(line, dict(zip(self.header, cells, strict=False)), cells, problem)

    def _json_rows(self) -> Iterator[Row]:
        for number, text in enumerate(self._text, start=1):
            if text.strip():
                yield _json_row(number, text.strip())


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError, csv.Error, zlib.error) as error:
        raise Rejected(f"the file cannot be read any further: {error}") from error


def _json_row(number: int, text: str) -> Row:
    try:
        values = json.loads(text)
    except ValueError as error:
        return Row(number, {}, (text,), f"is not JSON: {error}")
    if not isinstance(values, dict):
        return Row(number, {}, (text,), "is not a JSON object")
    line = _origin(values.get(REPORT_COLUMNS[0]), number)
    own = {name: value for name, value in values.items() if name not in REPORT_COLUMNS}
    return Row(line, own, (text,), None if _sound(text) else "is not UTF-8")


def _origin(written: Any, line: int) -> int:
    text = str(written).strip()
    return int(text) if text.isascii() and text.isdigit() else line


def _sound(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _suffix(path: Path) -> str:
    return next((suffix for suffix in reversed(path.suffixes) if suffix not in {".gz", ".zst"}), "").lower()


def _open(path: Path) -> IO[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer
    if path.suffix == ".zst":
        raise Rejected(f"{path}: unpack it first, as in: zstd -dc {path.name} | kesher import MAPPING -")
    try:
        return path.open("rb")
    except OSError as error:
        raise Rejected(f"{path}: {error.strerror}") from error


def _unpacked(raw: IO[bytes], path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
    return raw
