"""Becomes another program that dies with its parent: `launch.py PARENT_PID SIGNAL USER PROGRAM ARGUMENT...`.

Run by path in a bare interpreter, so it imports the standard library only. `USER` is `-` to stay who we are.
A program of its own rather than a hook between fork and exec: such a hook can deadlock in a parent with threads.
"""

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def _become(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def _die_with(parent: int, signal_number: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")


def main(arguments: list[str]) -> None:
    """Never returns: the process is the program from here on."""
    parent, signal_number, user, *command = arguments
    if user != "-":
        _become(user)
    _die_with(int(parent), int(signal_number))  # after the change of user, which would clear it
    os.execvp(command[0], command)  # noqa: S606  the supervisor's own table of commands


if __name__ == "__main__":
    main(sys.argv[1:])
