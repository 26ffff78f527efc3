"""All answers about a journey, over HTTP, against what DuckDB makes of the raw file. Inherited for every file."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

import pytest

from services.journey.domain.measures.figures import Dimension
from tests.journey.oracle.effects import Effect, Interval
from tests.journey.oracle.raw import EVER, Asked, Raw
from tests.journey.oracle.world import World

EVERYWHERE = (None, *Dimension)
NOTHING = {"count": 0, "mean": None}
AVERAGES = ("emotion", "wait", "handle", "time_in_stage")


def close(expected: Any) -> Any:
    """Equal but for the last digits of floats."""
    return None if expected is None else pytest.approx(expected, rel=1e-9, abs=1e-9)


class AgainstTheRawFile:
    """`journey` is the definition's key. A subclass has fixtures `world`, that was told of the file, and `raw`.

    `speaks_of` are the measures that the file tells of: that and no more is answered. `apart_by` are the dimensions by
    which it falls into several groups. `one_by_one` are measures whose facts are all looked at. `windows` begin and end
    anywhere, so that sums of days and hours are cut. `segment` is one that some customers are in. `plans` are what is
    changed, where, to what and since when. All was told by one `source`; `front_stage` and `back_stage` are the types
    of what is not the customers' own doing.
    """

    journey: ClassVar[str]
    speaks_of: ClassVar[frozenset[str]]
    apart_by: ClassVar[frozenset[str]]
    one_by_one: ClassVar[frozenset[str]] = frozenset({"time_in_stage", "progress"})
    windows: ClassVar[tuple[Asked, ...]]
    segment: ClassVar[str]
    plans: ClassVar[tuple[Mapping[str, Any], ...]]
    source: ClassVar[str]
    front_stage: ClassVar[frozenset[str]] = frozenset()
    back_stage: ClassVar[frozenset[str]] = frozenset()

    @pytest.mark.parametrize("by", EVERYWHERE)
    def test_measures(self, world: World, raw: Raw, by: Dimension | None) -> None:
        for asked in (EVER, *self.windows):
            answer = world.get(f"{self.journey}/measures", **query(asked), **({"by": by} if by else {}))
            found = {group["group"]: group["measures"] for group in answer["groups"]}
            expected = raw.figures(by, asked)
            assert found.keys() == expected.keys()
            for group, measures in expected.items():
                assert found[group].keys() == measures.keys()
                for measure, figure in measures.items():
                    assert _told(found[group][measure]) == close(figure), (asked, group, measure)

    def test_no_measure_is_made_up_and_none_is_missing(self, raw: Raw) -> None:
        assert raw.figures(None)[None].keys() == self.speaks_of

    def test_what_it_is_told_apart_by(self, raw: Raw) -> None:
        assert {by.value for by in Dimension if len(raw.figures(by)) > 1} == self.apart_by

    def test_funnel(self, world: World, raw: Raw) -> None:
        for asked, segment in self._questions():
            answer = world.get(f"{self.journey}/funnel", **query(asked, segment))
            found = [
                (stage["stage"], *(stage[name] for name in ("entered", "reached", "now", "left")))
                for stage in answer["stages"]
            ]
            assert found == [row[:5] for row in raw.stages(asked, segment)], (asked, segment)

    def test_drop_off(self, world: World, raw: Raw) -> None:
        for asked, segment in self._questions():
            answer = world.get(f"{self.journey}/drop-off", **query(asked, segment))
            found = [(stage["stage"], stage["reached"], stage["abandoned"]) for stage in answer["stages"]]
            assert found == [(row[0], row[2], row[5]) for row in raw.stages(asked, segment)], (asked, segment)

    def test_flow_with_its_loops(self, world: World, raw: Raw) -> None:
        for asked, segment in self._questions():
            answer = world.get(f"{self.journey}/flow", **query(asked, segment))
            found = {(link["from"], link["to"]): link["count"] for link in answer["links"]}
            assert found == raw.flow(asked, segment), (asked, segment)
            assert len(answer["links"]) == len(found)
        back = {(to, came_from) for came_from, to in raw.flow(EVER) if came_from and to}
        assert back & raw.flow(EVER).keys(), "somebody went back"

    def test_what_figures_are_made_of(self, world: World, raw: Raw) -> None:
        """Each customer, interaction and value, and where it was."""
        customers = {profile: customer for customer, profile in world.profiles.items()}
        for measure in sorted(self.one_by_one):
            found = {
                (customers[fact["profile_id"]], fact["interaction"].split(" ", 1)[1]): (
                    *(fact[name] for name in ("stage", "touchpoint", "channel")),
                    round(fact["value"], 9),
                )
                for fact in world.pages(f"{self.journey}/measures/{measure}/facts")
            }
            rows = raw.facts(measure)
            assert found == {row[:2]: (*row[2:5], round(row[5], 9)) for row in rows}, measure
            assert len(found) == len(rows)

    def test_snakes_and_ladders(self, world: World, raw: Raw) -> None:
        for asked in (EVER, *self.windows):
            items = world.get(f"{self.journey}/snakes-and-ladders", **query(asked))["items"]
            expected = {
                touchpoint: (figures.get("progress"), figures.get("satisfaction_change"))
                for touchpoint, figures in raw.figures("touchpoint", asked).items()
                if figures.keys() & {"progress", "satisfaction_change"}
            }
            assert [item["touchpoint"] for item in items] == sorted(expected, key=str)
            for item in items:
                progress, change = expected[item["touchpoint"]]
                assert _told(item["progress"]) == close(progress or {}), (asked, item)
                assert _told(item["satisfaction"]) == close(change or {}), (asked, item)
                assert item["kind"] == _kind(progress, change)

    def test_pain_points(self, world: World, raw: Raw) -> None:
        for asked in (EVER, *self.windows):
            items = world.get(f"{self.journey}/pain-points", **query(asked))["items"]
            names = ("key", "stage", "times", "customers", "weight", "importance", "score")
            found = [tuple(item[name] for name in names) for item in items]
            expected = raw.pains(asked)
            assert [row[:4] for row in found] == [row[:4] for row in expected]
            assert [row[4:] for row in found] == [close(row[4:]) for row in expected]

    def test_map(self, world: World, raw: Raw) -> None:
        for asked in (EVER, *self.windows):
            cells, parts = raw.cells(asked), {row[0]: row[1:] for row in raw.stages(asked)}
            for stage in world.get(f"{self.journey}/map", **query(asked))["stages"]:
                entered, reached, now, left, abandoned = parts[stage["key"]]
                assert [stage[name] for name in ("entered", "reached", "now", "left")] == [entered, reached, now, left]
                assert stage["drop_off"] == (close(abandoned / reached) if reached else None)
                pains = [(row[0], row[2]) for row in raw.pains(asked) if row[1] == stage["key"]]
                assert [(pain["key"], pain["times"]) for pain in stage["pain_points"]] == pains
                found = {(one["touchpoint"], one["channel"]): one for one in stage["touchpoints"]}
                assert found.keys() == {cell[1:] for cell in cells if cell[0] == stage["key"] and cell[1]}
                for place, cell in cells.items():
                    if place[0] == stage["key"]:
                        _same(stage if place[1] is None else found[place[1:]], cell)

    def test_target_map(self, world: World, raw: Raw) -> None:
        for asked in (EVER, *self.windows):
            cells, parts = raw.cells(asked), {row[0]: row[1:] for row in raw.stages(asked)}
            for stage in world.get(f"{self.journey}/map/target", **query(asked))["stages"]:
                _, reached, _, _, abandoned = parts[stage["key"]]
                emotion, wait, _, stay = cells.get((stage["key"], None, None), (0, 0, [NOTHING] * 4))[2]
                found = {aim["aspect"]: (aim["found"], aim["count"]) for aim in stage["aims"]}
                expected = {"emotion": emotion, "wait": wait, "time_in_stage": stay}
                dropped = {"mean": abandoned / reached if reached else None, "count": reached}
                for aspect, figure in {**expected, "drop_off": dropped}.items():
                    mean = None if figure["mean"] is None else close(figure["mean"])
                    assert found[aspect] == (mean, figure["count"]), (asked, stage["key"], aspect)

    def test_blueprint(self, world: World, raw: Raw) -> None:
        for asked in (EVER, *self.windows):
            cells, served = raw.cells(asked), raw.served(asked)
            for stage in world.get(f"{self.journey}/map/blueprint", **query(asked))["stages"]:
                here = {place[1:]: cell[0] for place, cell in cells.items() if place[0] == stage["key"]}
                whole = here.pop((None, None), 0)
                told = [{"system": self.source, "interactions": whole}] if whole else []
                assert stage["systems"] == told
                lanes = {lane: stage[lane] for lane in ("customer", "front_stage", "back_stage")}
                found = {
                    (one["touchpoint"], one["channel"]): (lane, one["interactions"])
                    for lane, those in lanes.items()
                    for one in those
                }
                assert found == {place: (self._lane(place[0]), count) for place, count in here.items()}
                groups = {one["queue"]: [one["handle"], one["wait"], one["transfers"]] for one in stage["served"]}
                expected = {queue: figures for (key, queue), figures in served.items() if key == stage["key"]}
                assert groups.keys() == expected.keys()
                for queue, figures in expected.items():
                    assert groups[queue] == [close(one) if one["count"] else None for one in figures]

    def test_effects_of_plans(self, world: World, raw: Raw) -> None:
        """One plan at a time, so that none is under way beside another."""
        for plan in self.plans:
            made = world.make(f"{self.journey}/plans", {"what": "Something", "owner": "Somebody", **plan})
            path = f"{self.journey}/plans/{made['id']}"
            found = world.get(f"{path}/effect")
            effect = Effect(raw, plan, datetime.fromisoformat(found["as_of"]))
            for side, window, place in zip(("before", "after"), effect.windows, effect.here, strict=True):
                assert _side(found[side]) == (*window, *place.numbers, close(place.mean)), (plan, side)
                _alike(found[side], effect.figure(place))
                assert _contributed(world.pages(f"{path}/effect/{side}/facts")) == Counter(
                    (world.profiles[fact.customer], fact.number, fact.id, fact.stage, round(fact.value, 6))
                    for fact in effect.facts(window)
                    if fact.here
                ), (plan, side)
            _alike(found["difference"], effect.difference())
            _alike(found["beside_others"], effect.beside_others())
            assert (found["turn"], found["met"]) == (effect.turn(), effect.met()), plan
            assert set(found["caveats"]) == effect.caveats(), plan
            world.drop(path)

    def _lane(self, touchpoint: str) -> str:
        if touchpoint in self.front_stage:
            return "front_stage"
        return "back_stage" if touchpoint in self.back_stage else "customer"

    def _questions(self) -> list[tuple[Asked, str | None]]:
        return [(asked, segment) for asked in (EVER, *self.windows) for segment in (None, self.segment)]


def query(asked: Asked, segment: str | None = None) -> dict[str, str]:
    """As the query of a request; moments are of UTC."""
    window = {name: f"{moment}Z" for name, moment in asked._asdict().items() if moment}
    return {**window, **({"segment": segment} if segment else {})}


def _side(told: Mapping[str, Any]) -> tuple[Any, ...]:
    window = (datetime.fromisoformat(told[end]) for end in ("since", "until"))
    return (*window, *(told[name] for name in ("facts", "customers", "journeys", "value")))


def _alike(told: Mapping[str, Any] | None, expected: Interval | None) -> None:
    """The service takes its quantiles of t from a series, so that its intervals are right to four digits."""
    if expected is None:
        assert told is None or (told["low"], told["high"]) == (None, None)
        return
    assert told is not None
    half = (expected.high - expected.low) / 2
    assert told["value"] == close(expected.value)
    assert (told["low"], told["high"]) == pytest.approx((expected.low, expected.high), abs=2e-4 * half)


def _contributed(facts: Iterable[Mapping[str, Any]]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (*(fact[name] for name in ("profile_id", "number")), fact["interaction"].split(" ", 1)[1], fact["stage"],
         round(fact["value"], 6))
        for fact in facts
    )  # fmt: skip


def _told(figure: Mapping[str, Any] | None) -> dict[str, Any]:
    """Without what is null."""
    return {name: value for name, value in (figure or {}).items() if value is not None}


def _kind(*figures: Mapping[str, float] | None) -> str:
    signs = {(one["mean"] > 0) - (one["mean"] < 0) for one in figures if one} - {0}
    return {frozenset({1}): "ladder", frozenset({-1}): "snake"}.get(frozenset(signs), "mixed")


def _same(found: Mapping[str, Any], cell: tuple[Any, ...]) -> None:
    interactions, effort, averages, queues = cell
    assert found["interactions"] == interactions
    assert found["effort"] == close(effort)
    for name, expected in zip(AVERAGES, averages, strict=True):
        assert found[name] == (close(expected) if expected["count"] else None)
    assert found["queues"] == (queues or [])
