"""Lets one user through folders that are closed to others, and nobody else.

A server that must not run as root needs to reach its own folder below, say, a home of mode 0700. An access control
list entry for that one user gives passage without listing; widening the folder's mode would give it to everybody.
"""

import errno
import os
import stat
import struct
from pathlib import Path

from services.runtime.errors import KesherError

ACL = "system.posix_acl_access"
VERSION = struct.pack("<I", 2)  # <linux/posix_acl_xattr.h>
ENTRY = struct.Struct("<HHI")
NO_ID = 0xFFFFFFFF
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
MASKED = {USER, GROUP_OBJ, GROUP}
EXECUTE = 0o1
SHIFTS = ((USER_OBJ, 6), (GROUP_OBJ, 3), (OTHER, 0))

Acl = dict[tuple[int, int], int]


class NoWayThrough(KesherError):
    """A folder is closed to the server's user, and this file system cannot open it for that user alone."""


def let_through(path: Path, uid: int) -> None:
    """Makes sure that user `uid` can pass through every folder above `path`. Raises NoWayThrough."""
    for folder in path.resolve().parents:
        if not _passes(folder.stat(), uid):
            _grant(folder, uid)


def _passes(status: os.stat_result, uid: int) -> bool:
    return bool(status.st_mode & stat.S_IXOTH) or status.st_uid == uid


def _grant(folder: Path, uid: int) -> None:
    acl = _read(folder)
    mask = acl.get((MASK, NO_ID), acl[(GROUP_OBJ, NO_ID)])  # a later chmod resets it, and so undoes an earlier grant
    if acl.get((USER, uid), 0) & mask & EXECUTE:
        return
    acl = {entry: allowed & mask if entry[0] in MASKED else allowed for entry, allowed in acl.items()}
    acl |= {(USER, uid): EXECUTE, (MASK, NO_ID): mask | EXECUTE}
    try:
        os.setxattr(folder, ACL, _packed(acl))
    except OSError as error:
        raise NoWayThrough(
            f"PostgreSQL's user (id {uid}) cannot pass through {folder} ({error.strerror}); "
            "choose a folder that others may pass through with KESHER_DATA_DIR"
        ) from error


def _read(folder: Path) -> Acl:
    try:
        packed = os.getxattr(folder, ACL)
    except OSError as error:
        if error.errno not in {errno.ENODATA, errno.ENOTSUP}:
            raise
        mode = folder.stat().st_mode
        return {(tag, NO_ID): mode >> shift & 0o7 for tag, shift in SHIFTS}
    return {(tag, identity): allowed for tag, allowed, identity in ENTRY.iter_unpack(packed[len(VERSION) :])}


def _packed(acl: Acl) -> bytes:
    entries = (ENTRY.pack(tag, allowed, identity) for (tag, identity), allowed in sorted(acl.items()))
    return VERSION + b"".join(entries)
