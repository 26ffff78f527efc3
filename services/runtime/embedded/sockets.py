"""A server's socket in its own folder, by which the services talk to it: each statement costs less than over TCP.

Who may enter the folder may use it, and has to know the password all the same. The port stays open beside it, for the
programs of whoever looks after the data.
"""

import os
from pathlib import Path
from urllib.parse import quote

_NAME = ".s.PGSQL."
_PUNCTUATION = frozenset(',"')
LONGEST_PATH = 107
"""Bytes that the kernel has room for; who keeps data deeper than that is served by port."""


def socket_folder(folder: Path, port: int) -> Path | None:
    """Where the server's socket lies; None where its path is too long, or looks like several in a setting."""
    path = os.fsencode(folder / f"{_NAME}{port}")
    return folder if len(path) <= LONGEST_PATH and not _PUNCTUATION.intersection(str(folder)) else None


def through_socket(folder: Path, port: int) -> str:
    """What the address of a database says after a question mark."""
    return f"host={quote(str(folder), safe='/')}&port={port}"


def clear_sockets(folder: Path) -> None:
    """Removes what killed servers left, on whatever port each was. Call it when none runs there."""
    for left in folder.glob(f"{_NAME}*"):
        left.unlink(missing_ok=True)
