"""Alerts on PostgreSQL, as a part of the journey store's units; the statements are in `queries`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from services.journey.alerts import queries
from services.journey.alerts.port import Behind, Progress, StoredAlert, Touched, Watching
from services.journey.domain.alerts.comparing import Told
from services.journey.domain.alerts.folding import States
from services.journey.domain.alerts.hysteresis import Alert, Watch
from services.journey.domain.alerts.levels import Level, slot_of, summed
from services.journey.domain.alerts.series import Watched
from services.journey.domain.alerts.usual import Reading
from services.journey.domain.model import Position
from services.journey.rows import Written, literals
from services.journey.window import Window
from services.runtime.arrays import literal, texts
from services.runtime.database import Database

ALERT: Written = (
    texts, texts, literal, texts, texts, texts, texts, texts, literal, literal, texts, literal,
    literal, literal, literal, literal, literal,
)  # fmt: skip
MOST_ALERTS = 500
BEHIND = {
    Watched.VOLUME: queries.ENTERED,
    Watched.DWELL: queries.STAYED,
    Watched.DROP_OFF: queries.ABANDONED,
    Watched.EFFORT: queries.MET,
    Watched.PAIN_POINT: queries.MET,
}

_states = msgspec.json.Decoder(dict[str, Watch]).decode
_reading = msgspec.json.Decoder(Reading).decode
_pains = msgspec.json.Decoder(dict[str, int]).decode


class PostgresAlerts:
    """The alerts of one transaction on the journey schema."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def touch(self, touched: Collection[Touched]) -> None:
        """Says in which quarters levels are not what they were."""
        if touched:
            await self._connection.execute(queries.TOUCH, *literals(sorted(touched), (texts, literal)))

    async def touch_all(self, definition: str) -> None:
        """Says so of every quarter."""
        await self._connection.execute(queries.TOUCH_ALL, definition)

    async def claim(self, definitions: Sequence[str], now: datetime) -> Progress | None:
        """One that is due."""
        asked = texts(definitions)
        await self._connection.execute(queries.ENROL, asked)
        row = await self._connection.fetchrow(queries.CLAIM, asked, now)
        return None if row is None else Progress(row[0], row[1], _states(row[2]), *row[3:])

    async def take_touched(self, definition: str, until: int, limit: int) -> list[int]:
        """Quarters that were touched."""
        return [row[0] for row in await self._connection.fetch(queries.TAKE_TOUCHED, definition, until, limit)]

    async def rebuild(self, definition: str, slots: Sequence[int]) -> list[int]:
        """Sums levels up anew."""
        before = summed(_level(row) for row in await self._connection.fetch(queries.LEVELS_OF, definition, slots))
        now = summed(_part(row) for row in await self._connection.fetch(queries.PARTS, definition, literal(slots)))
        differing = {place[0] for place in now.keys() | before.keys() if now.get(place) != before.get(place)}
        changed = sorted(differing)
        if changed:
            await self._connection.execute(queries.CLEAR_LEVELS, definition, changed)
            rows = [(definition, *one[:9], _json(one.pains)) for one in now.values() if one.slot in differing]
            await self._connection.copy_records_to_table("level", records=rows, columns=queries.LEVEL_FIELDS)
        return changed

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""
        return _number(await self._connection.fetchval(queries.HISTORY, definition))

    async def after(self, definition: str, slot: int) -> int | None:
        """The first quarter from this one on that has a level."""
        return _number(await self._connection.fetchval(queries.AFTER, definition, slot))

    async def levels(self, definition: str, begin: int, end: int) -> list[Level]:
        """Levels of some time."""
        return [_level(row) for row in await self._connection.fetch(queries.LEVELS, definition, begin, end)]

    async def remembered(self, definition: str, slot: int) -> tuple[int, States] | None:
        """The latest states until a quarter."""
        await self._connection.execute(queries.FORGET_STATES, definition, slot)
        row = await self._connection.fetchrow(queries.REMEMBERED, definition)
        return None if row is None else (row[0], _states(row[1]))

    async def told(self, definition: str, slot: int) -> list[StoredAlert]:
        """What was told of what came after a quarter."""
        return [_alert(row) for row in await self._connection.fetch(queries.TOLD, definition, slot)]

    async def keep(self, alerts: Sequence[StoredAlert]) -> None:
        """Keeps what was told."""
        if alerts:
            await self._connection.execute(queries.KEEP, *literals([_alert_row(one) for one in alerts], ALERT))

    async def go_on(self, progress: Progress, remembered: Mapping[int, States], due: datetime) -> None:
        """Keeps how far it is."""
        definition, slot, states, *others = progress
        await self._connection.execute(queries.GO_ON, definition, slot, _json(dict(states)), *others, due)
        if remembered:
            kept = [_json(dict(those)) for those in remembered.values()]
            await self._connection.execute(queries.REMEMBER, definition, literal(remembered), texts(kept))


class PostgresAlertsReading:
    """Answers from the tables of alerts, and of what they are made of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def alerts(self, definition: str | None, window: Window) -> list[StoredAlert]:
        """Those that were open in a window."""
        since, until = (None if moment is None else slot_of(moment) for moment in window)
        rows = await self._fetch(queries.ALERTS, definition, since, until, MOST_ALERTS)
        return [_alert(row) for row in rows]

    async def alert(self, definition: str, id_: str) -> StoredAlert | None:
        """One alert."""
        rows = await self._fetch(queries.ALERT, definition, id_)
        return _alert(rows[0]) if rows else None

    async def history(self, definition: str) -> int | None:
        """The first quarter that has a level."""
        return _number((await self._fetch(queries.HISTORY, definition))[0][0])

    async def levels(self, definition: str, stages: Iterable[str], begin: int, end: int) -> list[Level]:
        """Levels of some time."""
        rows = await self._fetch(queries.LEVELS_OF_STAGES, definition, begin, end, sorted(set(stages)))
        return [_level(row) for row in rows]

    async def behind(
        self, definition: str, watching: Watching, window: Window, after: Position | None, limit: int
    ) -> list[Behind]:
        """The facts of a measure."""
        stage, measure, pain_point = watching
        statement = BEHIND[Watched(measure)]
        named = (pain_point,) if statement is queries.MET else ()
        place = after or (None, None, None)
        rows = await self._fetch(statement, definition, stage, *window, *place, limit, *named)
        return [Behind(str(row[0]), row[1], Position(*row[2:5]), row[5]) for row in rows]

    async def _fetch(self, query: str, *arguments: object) -> Sequence[asyncpg.Record]:
        async with self._database.connection() as connection:
            rows: Sequence[asyncpg.Record] = await connection.fetch(query, *arguments)
            return rows


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _part(row: asyncpg.Record) -> Level:
    """As PARTS gives it: what was met says so often in the place of what was abandoned."""
    stage, slot, entered, stays, dwell, dwell_squares, times, effort, effort_squares, pain = row
    if pain is None:
        return Level(stage, slot, entered, stays, dwell, dwell_squares, times, effort, effort_squares)
    return Level(stage, slot, effort=effort, effort_squares=effort_squares, pains={pain: times})


def _level(row: asyncpg.Record) -> Level:
    *sums, pains = row
    return Level(*sums)._replace(pains=_pains(pains))


def _alert(row: asyncpg.Record) -> StoredAlert:
    id_, definition, version, stage, measure, pain_point, key, side, since, raised, reading, cleared, *told = row
    alert = Alert(side, since, raised, _reading(reading), cleared)
    return StoredAlert(str(id_), definition, version, Watching(stage, measure, pain_point), Told(key, alert, *told))


def _alert_row(stored: StoredAlert) -> tuple[Any, ...]:
    alert = stored.told.alert
    return (
        stored.id, stored.definition, stored.version, *stored.watching, stored.told.key, alert.side, alert.since,
        alert.raised, _json(alert.reading), alert.cleared, *stored.told[2:],
    )  # fmt: skip


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
