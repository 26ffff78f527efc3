"""A few events of the live stream in a row, as the hub read them off the log at once."""

from collections.abc import Iterator, Mapping, Sequence

from services.journey.live.event import Filter, LiveEvent, id_line

MOST_FILTERS = 64
"""What so many filters want is kept; each further one, rare on one stream, is put together for its reader alone."""

Numbered = tuple[bytes, LiveEvent]
"""An event with the line of its id: where this reader stands after it."""


class Block:
    """Events that follow on `before`, and lead to `after`; neither is ever changed.

    What a filter wants of them is serialised once for all its readers. That is most of what is kept of a block, so
    it is let go of once the block is not among the latest: who comes later puts together what they want themselves.
    """

    __slots__ = ("_kept", "_wanted", "after", "before", "events")

    def __init__(self, events: Sequence[LiveEvent], before: Mapping[int, int], after: Mapping[int, int]) -> None:
        self.events = events
        self.before = before
        self.after = after
        self._kept = True
        self._wanted: dict[Filter, bytes] = {}

    def wanted(self, chosen: Filter) -> bytes:
        """What a reader who stood at `before` is sent."""
        known = self._wanted.get(chosen)
        if known is None:
            known = frames_of(((event.id, event) for event in self.events), chosen)
            if self._kept and len(self._wanted) < MOST_FILTERS:
                self._wanted[chosen] = known
        return known

    def forget(self) -> None:
        """Lets go of what was serialised."""
        self._kept = False
        self._wanted.clear()

    def missed(self, here: dict[int, int]) -> Iterator[Numbered]:
        """The events that a reader who stands elsewhere has not had; moves `here` on past each."""
        for event in self.events:
            if event.offset >= here.get(event.partition, 0):
                yield pass_by(event, here), event


def pass_by(event: LiveEvent, here: dict[int, int]) -> bytes:
    """Moves `here` on past the event; the line that tells where that is."""
    here[event.partition] = event.offset + 1
    return event.id if event.after == here else id_line(here)


def frames_of(numbered: Iterator[Numbered] | Sequence[Numbered], chosen: Filter) -> bytes:
    """What a reader is sent of these events."""
    return b"".join(line + event.frame for line, event in numbered if chosen.wants(event))
