"""What is kept about rebuilding: everything that follows from interactions is made anew from them, while all goes on.

A rebuild first reads the log from its beginning, if it was asked to, up to where it ended then; what the store lacked
is there afterwards. From its `revision` on everybody who was folded with an older one is folded anew and measured, as
after a change of a definition. How far it is stands in the database.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from services.runtime.errors import Contradicted

Positions = Mapping[int, int]


class Stretch(NamedTuple):
    """A part of the log: from these positions until before those; so many older messages are no longer there."""

    start: Positions
    until: Positions
    missed: int = 0

    @property
    def messages(self) -> int:
        """How many there are in it."""
        return sum(max(0, until - self.start.get(partition, 0)) for partition, until in self.until.items())

    @property
    def read(self) -> bool:
        """Whether nothing of it is left."""
        return self.messages == 0


class Rebuild(NamedTuple):
    """One rebuild. `log` is what is still to be read, of `messages` in all; `revision` is set once that is done."""

    id: int
    begun_at: datetime
    finished_at: datetime | None
    revision: int | None
    log: Stretch | None = None
    messages: int = 0


class Progress(NamedTuple):
    """How far a rebuild is: of so many customers, so many were folded anew, and so many measured after that."""

    rebuild: Rebuild
    customers: int
    folded: int
    measured: int

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do."""
        return self.rebuild.revision is not None and self.folded == self.measured == self.customers


def under_way(known: Rebuild, log: Stretch | None) -> Rebuild:
    """The one that goes on, if it does what is asked. Raises Contradicted."""
    if log is not None and known.log is None:
        raise Contradicted("a rebuild from the store is under way; wait until it is done")
    return known


class RebuildUnit(Protocol):
    """The part of a unit that reads the log anew; claimed before all else that a unit locks."""

    async def claim(self, rebuild: int) -> Stretch | None:
        """What is left to read, locked; None when nothing is, or somebody else reads."""

    async def advance(self, rebuild: int, left: Stretch) -> None:
        """Keeps how far it was read; everybody is to be folded anew once all of it was."""


class Rebuilds(Protocol):
    """Begins rebuilds, and tells how far they are."""

    async def begin(self, log: Stretch | None) -> Rebuild:
        """A new rebuild, or the one that is under way. Raises Contradicted if that does not read the log as asked."""

    async def latest(self) -> Rebuild | None:
        """The last one that was begun."""

    async def progress(self, rebuild: int) -> Progress | None:
        """How far it is; None when there is none of this number. One that is done is finished by that."""
