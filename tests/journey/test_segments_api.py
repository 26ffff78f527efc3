from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from services.journey.command import check_segments
from services.journey.component import journey_component
from services.journey.consume import JourneyHandler
from services.journey.postgres import PostgresStore
from services.journey.schema import SCHEMA
from services.journey.step import JourneyStep
from services.runtime.access import Access
from services.runtime.database import Database
from services.runtime.errors import Rejected
from services.runtime.memory_log import MemoryLog
from services.runtime.outbox import Outbox
from services.runtime.settings import Settings
from services.runtime.web import create_app
from tests.journey.conftest import FixedClock
from tests.journey.feed import attached, profile_id, records
from tests.journey.timelines import ROUNDS

Token = Callable[..., dict[str, str]]
KEEN = "key: keen\nversion: 1\ntitle: {en: Keen}\nwhen: p.figures.interactions > 1\n"
KEENEST = "key: keenest\nversion: 1\ntitle: {en: Keenest}\nwhen: '\"keen\" in p.segments'\n"


@pytest.fixture
async def client(settings: Settings, clock: FixedClock) -> AsyncIterator[httpx.AsyncClient]:
    component = journey_component(settings, MemoryLog(), Access(settings, clock), clock)
    app = create_app("test", [component], settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client,
    ):
        yield client


async def put(client: httpx.AsyncClient, token: Token, path: str, text: str, role: str = "steward") -> httpx.Response:
    headers = {**token(role), "Content-Type": "application/yaml"}
    return await client.put(path, content=text, headers=headers)


async def feed(settings: Settings, clock: FixedClock, *messages: bytes) -> None:
    database = Database(settings, SCHEMA)
    await database.open()
    store = PostgresStore(database, Outbox(database, await MemoryLog().producer()))
    await JourneyHandler(store, JourneyStep(clock.now)).handle(records(messages))
    await database.close()


async def test_a_segment_is_put_in_force_and_counted(
    client: httpx.AsyncClient, settings: Settings, token: Token, clock: FixedClock
) -> None:
    answer = await put(client, token, "/v1/segments/keen", KEEN)
    assert answer.json() == {"key": "keen", "version": 1, "accepted": True}
    await feed(settings, clock, attached("page.viewed"), attached("page.viewed", hours=1))
    items = (await client.get("/v1/segments", headers=token("ops"))).json()["items"]
    assert {one["key"]: one["customers"] for one in items if one["customers"]} == {"keen": 1}
    assert [one["key"] for one in items] == sorted(one["key"] for one in items)
    one = (await client.get("/v1/segments/keen", headers=token("agent"))).json()
    assert (one["when"], one["customers"], one["title"]["en"]) == ("p.figures.interactions > 1", 1, "Keen")
    journeys = (await client.get(f"/v1/profiles/{profile_id(1)}/journeys", headers=token("agent"))).json()
    assert journeys["segments"] == [{"key": "keen", "title": {"en": "Keen"}}]
    assert {one["persona"] for one in journeys["items"]} == {None}


@pytest.mark.parametrize("path", [
    "map", "map/target", "map/blueprint", "pain-points", "pain-points/again/customers", "measures/wait/facts",
])  # fmt: skip
async def test_maps_and_pain_points_are_of_a_segment_that_there_is(
    client: httpx.AsyncClient, settings: Settings, token: Token, clock: FixedClock, path: str
) -> None:
    await put(client, token, "/v1/segments/keen", KEEN)
    await put(client, token, "/v1/journeys/rounds", ROUNDS)
    path = f"/v1/journeys/rounds/{path}"
    answer = await client.get(path, params={"segment": "keen"}, headers=token("ops"))
    assert answer.status_code == 200, answer.text
    answer = await client.get(path, params={"segment": "nobody"}, headers=token("ops"))
    assert (answer.status_code, answer.json()["field"]) == (404, "segment")


async def test_an_unknown_segment_is_not_found(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.get("/v1/segments/nowhere", headers=token("agent"))
    assert (answer.status_code, answer.json()["field"]) == (404, "key")


async def test_a_segment_whose_rule_fails_says_so(
    client: httpx.AsyncClient, settings: Settings, token: Token, clock: FixedClock
) -> None:
    await put(client, token, "/v1/segments/keen", KEEN.replace("p.figures.interactions > 1", "p.traits.age > 60"))
    await feed(settings, clock, attached("page.viewed", traits={"age": "sixty"}))
    failure = (await client.get("/v1/segments/keen", headers=token("ops"))).json()["rule_failure"]
    assert (failure["rule"], failure["times"]) == ("segments.keen", 1)
    assert failure["reason"]
    await put(client, token, "/v1/segments/keen", KEEN.replace("version: 1", "version: 2"))
    assert (await client.get("/v1/segments/keen", headers=token("ops"))).json()["rule_failure"] is None


@pytest.mark.parametrize(
    ("key", "text", "field", "says"),
    [
        (
            "keen",
            KEEN.replace("interactions", "interaction"),
            "when",
            "line 4, when: there is no p.figures.interaction",
        ),
        ("other", KEEN, "key", "write key: other"),
        ("keenest", KEENEST, "when", "there is no segment 'keen'"),
        ("keen", KEEN.replace("p.figures.interactions > 1", "'\"keen\" in p.segments'"), "when", "depend on itself"),
    ],
)
async def test_a_segment_that_is_refused_says_why(
    client: httpx.AsyncClient, token: Token, key: str, text: str, field: str, says: str
) -> None:
    answer = await put(client, token, f"/v1/segments/{key}", text)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert says in answer.json()["detail"]


async def test_agents_and_ops_change_no_segment(client: httpx.AsyncClient, token: Token) -> None:
    assert [(await put(client, token, "/v1/segments/keen", KEEN, role)).status_code for role in ("agent", "ops")] == [
        403,
        403,
    ]


async def test_a_definition_names_segments_that_are_in_force(client: httpx.AsyncClient, token: Token) -> None:
    text = ROUNDS.replace("i.measures.wait_seconds > 60.0", "'\"keen\" in p.segments'")
    refused = await put(client, token, "/v1/journeys/rounds", text)
    assert refused.status_code == 400
    assert "pain_points.1.when: there is no segment 'keen'" in refused.json()["detail"]
    await put(client, token, "/v1/segments/keen", KEEN)
    assert (await put(client, token, "/v1/journeys/rounds", text)).json()["accepted"]


def folders(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "segments"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


async def test_a_folder_of_segments_is_put_in_force_in_any_order(
    settings: Settings, clock: FixedClock, tmp_path: Path
) -> None:
    changed = settings.model_copy(update={"segments_dir": folders(tmp_path, a=KEENEST, b=KEEN)})
    for _ in range(2):  # what is in force already is left alone
        component = journey_component(changed, MemoryLog(), Access(changed, clock), clock)
        await component.start()
        await component.stop()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a": KEENEST}, "there is no segment 'keen'"),
        ({"a": KEEN.replace("p.figures", "p.figure")}, r"a\.yaml: line 4, when: there is no p\.figure"),
        (
            {"a": KEENEST, "b": KEEN.replace("p.figures.interactions > 1", "'\"keenest\" in p.segments'")},
            "a segment cannot depend on itself",
        ),
    ],
)
async def test_mistakes_in_a_folder_are_named(
    settings: Settings, clock: FixedClock, tmp_path: Path, files: dict[str, str], says: str
) -> None:
    changed = settings.model_copy(update={"segments_dir": folders(tmp_path, **files)})
    component = journey_component(changed, MemoryLog(), Access(changed, clock), clock)
    with pytest.raises(Rejected, match=says):
        await component.start()
    await component.stop()


def test_segments_are_checked_without_a_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = folders(tmp_path, a=KEENEST, b=KEEN)
    assert check_segments(folder / "a.yaml", folder / "b.yaml") == 0
    assert "keenest version 1" in capsys.readouterr().out
    assert check_segments(folder / "a.yaml") == 2
    assert "there is no segment 'keen'" in capsys.readouterr().err
    (folder / "b.yaml").write_text(KEEN.replace("version: 1", "version: one"))
    assert check_segments(folder / "b.yaml") == 2
    assert "line 2, version" in capsys.readouterr().err
