"""Readers of the live stream in one lean process: plain sockets under one epoll, and no more looked at than counts.

Reads a plan from its standard input, says `ready` once everybody is connected, reads until it is told to end, and
writes what was seen. Times are those of the monotonic clock, which processes share.
"""

import gc
import os
import select
import socket
import sys
import time
from collections.abc import Sequence

import msgspec

MARK = b'"interaction":"/b '
"""Stands once in each event of the bench, before its number."""
DIGITS = 7
RECEIVE = 256 * 1024
SLOW_EVERY_SECONDS = 0.05
SLOW_BUFFER = 4_096
CONNECT_SECONDS = 60.0
REST_SECONDS = 1.0


class ReadersPlan(msgspec.Struct, frozen=True):
    """Who reads: one request each; the `slow` last of them take so many bytes a second, of them `stuck` none at all."""

    host: str
    port: int
    requests: list[bytes]
    slow: int = 0
    slow_bytes_per_second: int = 0
    stuck: int = 0


class ReadersSeen(msgspec.Struct, frozen=True):
    """What arrived, by reader, in the plan's order.

    `oldest` holds, for each delivery to a reader that is not slow, when it came and the number of its first event:
    the one of them that waited longest. `ended` are those whom the server let go, `told` those whom it told to resume.
    """

    events: list[int]
    received: list[int]
    oldest: list[tuple[float, int]]
    ended: list[bool]
    told: list[bool]
    cpu_seconds: float
    wall_seconds: float


class Reader:
    """One connection."""

    def __init__(self, place: tuple[str, int], request: bytes, *, slow: bool = False) -> None:
        self.socket = socket.socket()
        if slow:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SLOW_BUFFER)
        self.socket.connect(place)
        self.socket.setblocking(False)
        self.socket.sendall(request)
        self.events = self.received = 0
        self.begun = self.ended = self.told = False
        self._tail = b""

    def take(self, most: int) -> int | None:
        """Reads once; the number of the first event in what came, if there is one."""
        try:
            data = self.socket.recv(most)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            self.ended = True
            return None
        if not self.received:
            assert b" 200 " in data[:20], data[:200]
        self.received += len(data)
        known = self._tail + data
        self._tail = known[-len(MARK) + 1 :]
        self.begun = self.begun or b": here" in known
        self.told = self.told or b"event: resume" in known
        count = known.count(MARK)
        if not count:
            return None
        self.events += count
        first = known.find(MARK) + len(MARK)
        digits, end, _ = known[first : first + DIGITS + 1].partition(b'"')
        return int(digits) if end else None

    def sip(self, most: int) -> None:
        """Reads a little."""
        if not self.ended and most:
            self.take(most)


def connect(plan: ReadersPlan) -> list[Reader]:
    """Everybody, each with its first word from the server."""
    quick = len(plan.requests) - plan.slow
    readers: list[Reader] = []
    deadline = time.monotonic() + CONNECT_SECONDS
    for number, request in enumerate(plan.requests):
        reader = Reader((plan.host, plan.port), request, slow=number >= quick)
        readers.append(reader)
        while not reader.begun:
            select.select([reader.socket], [], [], 1.0)
            reader.take(SLOW_BUFFER)
            assert not reader.ended, "the server let a reader go before it began"
            assert time.monotonic() < deadline, "the readers could not all connect in time"
    return readers


def follow(plan: ReadersPlan, readers: Sequence[Reader]) -> ReadersSeen:
    """Reads until the standard input says that it is over."""
    quick = len(readers) - plan.slow
    sipping = readers[quick : len(readers) - plan.stuck]
    oldest: list[tuple[float, int]] = []
    began, cpu, sip = time.monotonic(), time.process_time(), time.monotonic()
    with select.epoll() as poll:
        poll.register(sys.stdin.fileno(), select.EPOLLIN)
        for reader in readers[:quick]:
            poll.register(reader.socket, select.EPOLLIN)
        by_file = {reader.socket.fileno(): reader for reader in readers[:quick]}
        while _take(poll, by_file, oldest):
            if (now := time.monotonic()) - sip >= SLOW_EVERY_SECONDS:
                for reader in sipping:
                    reader.sip(int(plan.slow_bytes_per_second * (now - sip)))
                sip = now
    used, wall = time.process_time() - cpu, time.monotonic() - began
    _drain(readers[quick:])
    return _seen(readers, oldest, used, wall)


def _take(poll: select.epoll, by_file: dict[int, Reader], oldest: list[tuple[float, int]]) -> bool:
    """Reads what has come; whether to go on."""
    for file, _ in poll.poll(SLOW_EVERY_SECONDS):
        reader = by_file.get(file)
        if reader is None:
            return False
        first = reader.take(RECEIVE)
        if first is not None:
            oldest.append((time.monotonic(), first))
        if reader.ended:
            poll.unregister(file)
    return True


def _drain(slow: Sequence[Reader]) -> None:
    """Reads what lies there for the slow ones: in the end they learn what became of them."""
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < REST_SECONDS:
        ready, _, _ = select.select([one.socket for one in slow if not one.ended], [], [], 0.1)
        if ready:
            quiet_since = time.monotonic()
        for one in slow:
            if one.socket in ready:
                one.take(RECEIVE)


def _seen(readers: Sequence[Reader], oldest: list[tuple[float, int]], used: float, wall: float) -> ReadersSeen:
    return ReadersSeen(
        events=[reader.events for reader in readers],
        received=[reader.received for reader in readers],
        oldest=oldest,
        ended=[reader.ended for reader in readers],
        told=[reader.told for reader in readers],
        cpu_seconds=used,
        wall_seconds=wall,
    )


def main() -> None:
    length = int(sys.stdin.buffer.readline())
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(length), type=ReadersPlan)
    readers = connect(plan)
    gc.collect()
    gc.freeze()
    gc.disable()  # a pause of ours would count as the server's
    os.write(sys.stdout.fileno(), b"ready\n")
    sys.stdout.buffer.write(msgspec.msgpack.encode(follow(plan, readers)))


if __name__ == "__main__":
    main()
