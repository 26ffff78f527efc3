"""The log read anew into the store by whichever worker is there, a batch and its position in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from schemas.topics import PROFILES
from services.journey.consume import count, heeded
from services.journey.rebuild.port import Positions, Rebuild, Stretch
from services.journey.step import Done, JourneyStep
from services.journey.store import Store, Unit
from services.journey.wire import Incoming, decode
from services.runtime import telemetry
from services.runtime.beside import beside
from services.runtime.errors import Invalid, NotFound, Unavailable
from services.runtime.log import Log, Reader, Record, behind

BATCH_RECORDS = 1_000
READ_SECONDS = 0.5
LOOK_SECONDS = 2.0

log = telemetry.logger(__name__)


async def whole(source: Log) -> Stretch:
    """All that the log holds now, and how much it held once and does not any more."""
    start, until = await source.beginning(PROFILES.name), await source.end(PROFILES.name)
    return Stretch(start, until, missed=sum(start.values()))


@asynccontextmanager
async def rereading(
    source: Log, store: Store, step: JourneyStep, *, every_seconds: float = LOOK_SECONDS
) -> AsyncIterator[None]:
    """Reads what rebuilds ask for, beside whatever else runs inside; one worker at a time does."""
    rereader = Rereader(source, store, step)

    async def forever() -> None:
        while True:
            read = False
            try:
                read = await rereader.once()
            except Unavailable as error:
                log.warning("rereading_waits", error=str(error))
            except Exception:  # how far it was read stands in the database; without this task nobody would go on
                log.exception("rereading_failed")
            await asyncio.sleep(0 if read else every_seconds)

    async with beside(forever()):
        try:
            yield
        finally:
            await rereader.close()


class Rereader:
    """Reads the stretch of the rebuild that is under way, batch by batch."""

    def __init__(self, source: Log, store: Store, step: JourneyStep) -> None:
        self._source = source
        self._store = store
        self._step = step
        self._reader: Reader | None = None
        self._at: Positions = {}

    async def once(self) -> bool:
        """Whether there was something to read. Raises Unavailable."""
        rebuild = await self._store.rebuilds.latest()
        if rebuild is None or rebuild.log is None or rebuild.revision is not None:
            await self.close()
            return False
        left = await self._placed(rebuild.log)
        records = [] if self._reader is None else await self._reader.read(BATCH_RECORDS, READ_SECONDS)
        if not records and not left.read:
            return False
        self._at = {**left.start, **behind(records)}
        wanted = [record for record in records if record.offset < left.until.get(record.partition, 0)]
        return await self._apply(rebuild, wanted, left)

    async def close(self) -> None:
        """Lets go of the log."""
        if self._reader is not None:
            await self._reader.close()
            self._reader = None

    async def _placed(self, asked: Stretch) -> Stretch:
        """The stretch, of which the reader stands at the start; less what the log has cut off meanwhile."""
        if self._reader is not None and self._up_to(asked) == asked.start:
            return asked
        await self.close()
        if asked.read:
            return asked
        left = asked
        try:
            self._reader = await self._source.reader(PROFILES.name, asked.start)
        except NotFound:
            left = _from(asked, await self._source.beginning(PROFILES.name))
            log.warning("log_was_cut_while_it_was_read", missed=left.missed - asked.missed)
            self._reader = await self._source.reader(PROFILES.name, left.start)
        self._at = left.start
        return left

    def _up_to(self, stretch: Stretch) -> dict[int, int]:
        """Where the reader stands, or the end of the stretch where it is past that."""
        return {partition: min(at, stretch.until.get(partition, 0)) for partition, at in self._at.items()}

    async def _apply(self, rebuild: Rebuild, records: Sequence[Record], left: Stretch) -> bool:
        batch = await heeded(self._store, _readable(records))
        after = left._replace(start=self._up_to(left))

        async def work(unit: Unit) -> Done | None:
            claimed = await unit.rebuild.claim(rebuild.id)
            if claimed is None or rebuild.log is None or claimed.start != rebuild.log.start:
                return None
            done = await self._step.apply(unit, batch)
            await unit.rebuild.advance(rebuild.id, after)
            return done

        done = await self._store.run(work)
        if done is None:
            await self.close()  # somebody else was there: from where they are
            return False
        count(done)
        return True


def _from(asked: Stretch, oldest: Positions) -> Stretch:
    start = {partition: max(at, oldest.get(partition, 0)) for partition, at in asked.start.items()}
    return asked._replace(start=start, missed=asked.missed + asked.messages - asked._replace(start=start).messages)


def _readable(records: Sequence[Record]) -> list[Incoming]:
    """What could not be read was put aside when it came."""
    batch: list[Incoming] = []
    for record in records:
        try:
            incoming = decode(record.value)
        except Invalid:
            continue
        batch += [incoming] if incoming else []
    return batch
