"""What the service must answer, computed by DuckDB from a raw file.

A file's own SQL makes two tables of it: `event`, one row an interaction of a customer, and `story`, the values that
follow from what customers did. All else is the same for every file, and is here: from `event` and a definition's
`stage`s, which way customers went; with what `hurts` on it, the facts; of these, the answers.

    event (customer, place, id, moment, type, channel, reason, campaign, queue, stage, segments, persona)
    story (customer, place, measure, value)
    hurts (customer, place, pain, weight)

`place` counts a customer's interactions in their order, `moment` is of UTC, and `stage` is the one whose rule holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import duckdb

NEVER = "1000 YEAR"
TIMES = ("wait", "handle", "time_in_stage")
LINKED = "($since IS NULL OR {0} >= $since::TIMESTAMP) AND ($until IS NULL OR {0} < $until::TIMESTAMP)"
OF_SEGMENT = "($segment IS NULL OR list_contains(segments, $segment))"

WAYS = """
CREATE TABLE visit AS
SELECT *, sum(opens::INT) OVER mine AS number FROM (
    SELECT event.*, ends, n, lag(stage) OVER mine AS stood,
        coalesce(lag(ends) OVER mine OR moment - lag(moment) OVER mine > getvariable('pause'), true) AS opens
    FROM event JOIN stage USING (stage) WINDOW mine AS (PARTITION BY customer ORDER BY place)
) WINDOW mine AS (PARTITION BY customer ORDER BY place);

CREATE TABLE step AS
SELECT customer, number, place, moment, stage, segments, CASE WHEN NOT opens THEN stood END AS came_from,
    lead(moment) OVER mine - moment AS stayed
FROM visit WHERE opens OR stage <> stood WINDOW mine AS (PARTITION BY customer, number ORDER BY place);

CREATE TABLE journey AS
SELECT *, CASE
        WHEN ended THEN 'completed' WHEN getvariable('now') - touched > getvariable('pause') THEN 'abandoned'
        ELSE 'active' END AS status,
    CASE status WHEN 'completed' THEN touched WHEN 'abandoned' THEN touched + getvariable('pause') END AS closed
FROM (
    SELECT customer, number, any_value(segments) AS segments, min(moment) AS opened, max(moment) AS touched,
        bool_or(ends) AS ended, max(n) AS furthest, list(stage) AS visited, arg_max(stage, place) AS stage
    FROM visit GROUP BY customer, number
);

CREATE TABLE inside AS
SELECT * FROM (
    SELECT event.* EXCLUDE (stage), v.number, v.stage, v.place = event.place AS visits, v.opens, v.ends,
        CASE WHEN NOT visits THEN v.stage WHEN NOT v.opens THEN v.stood END AS stood,
        event.moment - v.moment AS later
    FROM event ASOF JOIN visit v ON event.customer = v.customer AND event.place >= v.place
) WHERE visits OR (NOT ends AND later <= getvariable('pause'));
"""
FACTS = """
CREATE TABLE met AS SELECT inside.*, pain, weight FROM inside JOIN hurts USING (customer, place);

CREATE TABLE walked AS
SELECT customer, place, 'effort' AS measure, coalesce(sum(weight), 0)::DOUBLE AS value
FROM inside LEFT JOIN hurts USING (customer, place) GROUP BY ALL
UNION ALL
SELECT customer, place, 'time_in_stage', epoch(stayed) FROM step WHERE stayed IS NOT NULL
UNION ALL
SELECT i.customer, i.place, 'progress', (coalesce(went.n, came.n) - came.n)::DOUBLE
FROM inside i JOIN stage came ON came.stage = i.stood
ASOF LEFT JOIN step s ON s.customer = i.customer AND s.number = i.number AND s.place >= i.place
LEFT JOIN stage went ON went.stage = s.stage;

CREATE TABLE fact AS
SELECT inside.*, type AS touchpoint, strftime(moment, '%Y-%m-%d') AS day, measure, value
FROM inside JOIN (FROM story UNION ALL FROM walked) USING (customer, place);
"""
ENTERED = f"""
SELECT stage.stage, count(*) FILTER (list_contains(visited, stage.stage)), count(*) FILTER (furthest >= n),
    count(*) FILTER (journey.stage = stage.stage AND status = 'active'),
    count(*) FILTER (journey.stage = stage.stage AND status = 'abandoned'),
    count(*) FILTER (furthest = n AND status = 'abandoned')
FROM stage LEFT JOIN journey ON {LINKED.format("opened")} AND {OF_SEGMENT} GROUP BY stage.stage, n ORDER BY n
"""
LINKS = f"""
SELECT came_from, stage, count(*) FROM step WHERE {LINKED.format("moment")} AND {OF_SEGMENT} GROUP BY ALL
UNION ALL
SELECT stage, NULL, count(*) FROM journey
WHERE closed IS NOT NULL AND {LINKED.format("closed")} AND {OF_SEGMENT} GROUP BY ALL
"""
FIGURES = f"""
SELECT {{group}}, measure, count(*), sum(value), quantile_disc(value, [0.5, 0.9]) FROM {{those}}
WHERE {LINKED.format("moment")} GROUP BY 1, 2
"""
PAINS = f"""
SELECT pain, stage, count(*), count(DISTINCT customer), avg(weight), any_value(importance),
    sum(weight) * any_value(importance) AS score
FROM met JOIN stage USING (stage) WHERE {LINKED.format("moment")} GROUP BY pain, stage ORDER BY score DESC, pain, stage
"""
AVERAGE = "{{'count': count(*) FILTER (measure = '{0}'), 'mean': avg(value) FILTER (measure = '{0}')}}"
SERVED = f"""
SELECT stage, queue, [{", ".join(map(AVERAGE.format, ("handle", "wait", "transfers")))}] FROM fact
WHERE {LINKED.format("moment")} AND measure IN ('handle', 'wait', 'transfers', 'effort') GROUP BY stage, queue
HAVING queue IS NOT NULL OR bool_or(measure IN ('handle', 'wait'))
"""
CELLS = f"""
SELECT stage, touchpoint, channel, count(*) FILTER (measure = 'effort'), sum(value) FILTER (measure = 'effort'),
    [{", ".join(map(AVERAGE.format, ("emotion", "wait", "handle", "time_in_stage")))}],
    list_sort(list(DISTINCT queue) FILTER (queue IS NOT NULL))
FROM fact WHERE {LINKED.format("moment")} GROUP BY GROUPING SETS ((stage, touchpoint, channel), (stage))
"""


class Stage(NamedTuple):
    """A stage of a definition, as the oracle reads it."""

    key: str
    importance: int = 1
    ends: bool = False


class Asked(NamedTuple):
    """A window; None is without an end."""

    since: str | None = None
    until: str | None = None


EVER = Asked()


@dataclass(frozen=True)
class Raw:
    """A file in DuckDB, beside one definition."""

    connection: duckdb.DuckDBPyConnection

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, parameters or None).fetchall()

    def stages(self, asked: Asked, segment: str | None = None) -> list[tuple[Any, ...]]:
        """By stage: entered, reached, now, left; and given up with none of the later ones."""
        return self.rows(ENTERED, **asked._asdict(), segment=segment)

    def flow(self, asked: Asked, segment: str | None = None) -> dict[tuple[str | None, str | None], int]:
        """How often customers went from stage to stage."""
        return {row[:2]: row[2] for row in self.rows(LINKS, **asked._asdict(), segment=segment)}

    def figures(self, by: str | None, asked: Asked = EVER) -> dict[str | None, dict[str, Any]]:
        """By group and measure: count, sum, mean and percentiles."""
        those = "fact"
        if by == "segment":
            those = "(SELECT * REPLACE (unnest(if(segments = [], [NULL], segments)) AS segments) FROM fact)"
        group = {None: "NULL", "segment": "segments"}.get(by, by)
        found: dict[str | None, dict[str, Any]] = {}
        for name, measure, *figure in self.rows(FIGURES.format(group=group, those=those), **asked._asdict()):
            found.setdefault(name, {})[measure] = _figure(measure, *figure)
        return found

    def facts(self, measure: str) -> list[tuple[Any, ...]]:
        """Customer, interaction, stage, touchpoint, channel and value of each."""
        query = "SELECT customer, id, stage, touchpoint, channel, value FROM fact WHERE measure = $measure"
        return self.rows(query, measure=measure)

    def pains(self, asked: Asked = EVER) -> list[tuple[Any, ...]]:
        """Pain points, the worst first: key, stage, times, customers, weight, importance, score."""
        return self.rows(PAINS, **asked._asdict())

    def served(self, asked: Asked = EVER) -> dict[tuple[str, str | None], list[dict[str, Any]]]:
        """By stage and group of agents: handle, wait and transfers."""
        return {row[:2]: row[2] for row in self.rows(SERVED, **asked._asdict())}

    def cells(self, asked: Asked = EVER) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """By stage, touchpoint and channel, and by stage alone: what a map shows."""
        return {row[:3]: row[3:] for row in self.rows(CELLS, **asked._asdict())}


def raw(events: str, hurts: str, stages: Sequence[Stage], now: datetime, pause: str = NEVER) -> Raw:
    """A file whose own SQL is `events`; `hurts` may look at the ways too. Journeys are given up after `pause`."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE stage (stage VARCHAR, n INT, importance INT, ends BOOLEAN)")
    connection.executemany(
        "INSERT INTO stage VALUES (?, ?, ?, ?)",
        [(stage.key, n, stage.importance, stage.ends) for n, stage in enumerate(stages)],
    )
    connection.execute(f"SET VARIABLE now = TIMESTAMP '{now:%Y-%m-%d %H:%M:%S}'")
    connection.execute(f"SET VARIABLE pause = INTERVAL {pause}")
    for script in (events, WAYS, hurts, FACTS):
        connection.execute(script)
    return Raw(connection)


def _figure(measure: str, count: int, total: float, percentiles: Sequence[float]) -> dict[str, Any]:
    figure = {"count": count, "sum": total, "mean": total / count}
    return {**figure, **dict(zip(("p50", "p90"), percentiles, strict=True))} if measure in TIMES else figure
