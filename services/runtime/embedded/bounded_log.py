"""A child's log file: bounded in size, with its last lines at hand."""

from collections import deque
from pathlib import Path

MEGABYTE = 1_000_000


class BoundedLog:
    """Appends to `path`; when that has reached `limit_bytes` it becomes `path.1` and a new file begins."""

    def __init__(self, path: Path, limit_bytes: int = 5 * MEGABYTE, keep_lines: int = 20) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._lines: deque[str] = deque(maxlen=keep_lines)
        self._unfinished = b""
        self._file = path.open("ab")

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The end of what this run has written."""
        unfinished = (self._unfinished,) if self._unfinished else ()
        return (*self._lines, *(line.decode(errors="replace") for line in unfinished))

    def write(self, chunk: bytes) -> None:
        """Takes any piece of output; lines may be cut across pieces."""
        if self._file.tell() + len(chunk) > self._limit_bytes:
            self._rotate()
        self._file.write(chunk)
        self._file.flush()
        *finished, self._unfinished = (self._unfinished + chunk).split(b"\n")
        self._lines.extend(line.decode(errors="replace") for line in finished)

    def close(self) -> None:
        """Lets go of the file."""
        self._file.close()

    def _rotate(self) -> None:
        self._file.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._file = self._path.open("ab")
