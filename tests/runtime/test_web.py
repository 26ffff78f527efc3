from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from fastapi import APIRouter, Query, Request, Response
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel, Field

from services.runtime import telemetry
from services.runtime.errors import (
    Forbidden,
    Invalid,
    KesherError,
    NotFound,
    Rejected,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from services.runtime.settings import Settings
from services.runtime.web import PROBLEM, create_app

ERRORS: dict[str, tuple[Exception, int]] = {
    "rejected": (Rejected("wrong", field="a.b"), 400),
    "unauthenticated": (Unauthenticated("who?"), 401),
    "forbidden": (Forbidden("no"), 403),
    "not-found": (NotFound("where?"), 404),
    "too-large": (TooLarge("big"), 413),
    "too-many": (TooMany("often", retry_after=2.6), 429),
    "invalid": (Invalid("unprocessable"), 422),
    "some-other": (KesherError("odd"), 422),
    "unavailable": (Unavailable("away", retry_after=7), 503),
}
SECRET = "+972541234567"


class Place(BaseModel):
    city: str
    number: Annotated[int, Field(ge=1)]


class Asked(BaseModel):
    name: str
    places: list[Place] = []


class Part:
    """A component that notes what happens to it."""

    def __init__(self, name: str, notes: list[str], fails: bool = False) -> None:
        self.name = name
        self.router = APIRouter()
        self.is_ready = True
        self._notes = notes
        self._fails = fails
        self.router.add_api_route(f"/{name}/raise/{{kind}}", self.fail, methods=["GET"])
        self.router.add_api_route(f"/{name}/broken/{{value}}", self.break_down, methods=["GET"])
        self.router.add_api_route(f"/{name}/ask", self.ask, methods=["POST"])
        self.router.add_api_route(f"/{name}/direct", self.framework, methods=["GET"])
        self.direct = {f"/{name}/direct": self.at_once}

    async def start(self) -> None:
        if self._fails:
            raise Unavailable("cannot start")
        self._notes.append(f"start {self.name}")

    async def ready(self) -> None:
        if not self.is_ready:
            raise Unavailable("the database is away", retry_after=3)

    async def stop(self) -> None:
        self._notes.append(f"stop {self.name}")

    async def fail(self, kind: str) -> None:
        raise ERRORS[kind][0]

    async def break_down(self, value: str) -> None:
        raise RuntimeError(f"about {value}")

    async def framework(self) -> str:
        return "framework"

    async def at_once(self, request: Request) -> Response:
        kind = (await request.body()).decode()
        if kind == "broken":
            raise RuntimeError("about something")
        if kind in ERRORS:
            raise ERRORS[kind][0]
        return Response("at once", 202)

    async def ask(self, asked: Asked, limit: Annotated[int, Query(le=10)] = 1) -> Asked:
        return asked


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def part(notes: list[str]) -> Part:
    return Part("one", notes)


@pytest.fixture
async def client(part: Part, notes: list[str]) -> AsyncIterator[AsyncClient]:
    app = create_app("Test", [part, Part("two", notes)], Settings())
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://kesher.test") as client:
        yield client


async def test_components_start_in_order_and_stop_in_reverse(notes: list[str]) -> None:
    app = create_app("Test", [Part("a", notes), Part("b", notes)], Settings())
    async with app.router.lifespan_context(app):
        assert notes == ["start a", "start b"]
    assert notes == ["start a", "start b", "stop b", "stop a"]


async def test_what_was_started_is_stopped_when_another_cannot_start(notes: list[str]) -> None:
    app = create_app("Test", [Part("a", notes), Part("b", notes, fails=True)], Settings())
    with pytest.raises(Unavailable):
        await app.router.lifespan_context(app).__aenter__()
    assert notes == ["start a", "stop a"]


@pytest.mark.parametrize("kind", ERRORS)
async def test_every_error_is_a_problem_with_its_status(client: AsyncClient, kind: str) -> None:
    error, status = ERRORS[kind]
    answer = await client.get(f"/one/raise/{kind}")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == PROBLEM
    assert body["detail"] == str(error)
    assert body["title"]
    assert body.get("field") == getattr(error, "field", None)


@pytest.mark.parametrize("kind", ERRORS)
async def test_a_direct_answer_tells_errors_as_the_framework_does(client: AsyncClient, kind: str) -> None:
    direct, other = await client.post("/one/direct", content=kind), await client.get(f"/one/raise/{kind}")
    assert (direct.status_code, direct.headers, direct.json()) == (other.status_code, other.headers, other.json())


async def test_a_route_is_answered_directly_for_post_only_and_counted_by_its_path(client: AsyncClient) -> None:
    answers = await client.post("/two/direct"), await client.get("/two/direct")
    assert [answer.text for answer in answers] == ["at once", '"framework"']
    assert answers[0].headers["x-frame-options"] == "DENY"
    shown = (await client.get("/metrics")).text
    assert 'kesher_http_request_seconds_count{method="POST",route="/two/direct",status="2xx"}' in shown
    assert (await client.post("/one/direct", content="broken")).status_code == 500


@pytest.mark.parametrize(("kind", "seconds"), [("unavailable", "7"), ("too-many", "3")])
async def test_who_should_come_again_is_told_when(client: AsyncClient, kind: str, seconds: str) -> None:
    assert (await client.get(f"/one/raise/{kind}")).headers["retry-after"] == seconds


async def test_who_is_unknown_is_told_how_to_become_known(client: AsyncClient) -> None:
    assert (await client.get("/one/raise/unauthenticated")).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a", "places": [{"city": "Haifa", "number": 1}, {"city": "Haifa", "number": 0}]}, "places.1.number"),
        ([], "body"),
    ],
)
async def test_a_wrong_field_is_named(client: AsyncClient, body: object, field: str) -> None:
    answer = await client.post("/one/ask", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["field"] == field
    assert answer.json()["detail"].startswith(f"{field}: ")


async def test_all_wrong_fields_are_listed(client: AsyncClient) -> None:
    answer = await client.post("/one/ask?limit=11", json={"name": 1, "places": [{}]})
    fields = {each["field"] for each in answer.json()["errors"]}
    assert fields == {"limit", "name", "places.0.city", "places.0.number"}


async def test_a_problem_does_not_repeat_what_was_sent(client: AsyncClient) -> None:
    answer = await client.post("/one/ask", json={"name": {"phone": SECRET}, "places": SECRET})
    assert SECRET not in answer.text


async def test_what_is_no_json_is_a_problem(client: AsyncClient) -> None:
    answer = await client.post("/one/ask", content=b"{", headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == PROBLEM


async def test_an_unknown_route_is_a_problem(client: AsyncClient) -> None:
    answer = await client.get("/v1/nothing")
    assert answer.status_code == answer.json()["status"] == 404
    assert answer.headers["content-type"] == PROBLEM


async def test_a_method_that_a_route_does_not_know_is_a_problem(client: AsyncClient) -> None:
    answer = await client.delete("/one/ask")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"] == PROBLEM


async def test_our_own_mistakes_are_admitted_without_details(
    client: AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await client.get(f"/one/broken/{SECRET}")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == PROBLEM
    assert SECRET not in answer.text
    logged = capsys.readouterr()
    assert "RuntimeError" in logged.out + logged.err
    assert SECRET not in logged.out + logged.err


@pytest.mark.parametrize("path", ["/healthz", "/one/raise/not-found", "/nowhere", "/one/broken/x"])
async def test_every_answer_has_the_careful_headers(client: AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


async def test_it_is_alive_even_when_it_is_not_ready(client: AsyncClient, part: Part) -> None:
    assert (await client.get("/readyz")).json() == {"status": "ready"}
    part.is_ready = False
    assert (await client.get("/healthz")).status_code == 200
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"


def _labels() -> set[tuple[str, ...]]:
    (family,) = telemetry.HTTP_SECONDS.collect()
    return {
        (sample.labels["route"], sample.labels["method"], sample.labels["status"])
        for sample in family.samples
        if sample.name.endswith("_count")
    }


async def test_requests_are_timed_by_route_and_never_by_what_they_ask_for(client: AsyncClient) -> None:
    await client.get("/one/raise/not-found")
    await client.get(f"/one/broken/{SECRET}")
    await client.get(f"/v1/{SECRET}")
    labels = _labels()
    assert {
        ("/one/raise/{kind}", "GET", "4xx"),
        ("/one/broken/{value}", "GET", "5xx"),
        ("unknown", "any", "4xx"),
    } <= labels
    assert not any(SECRET in label for each in labels for label in each)


async def test_strangers_cannot_make_labels(client: AsyncClient) -> None:
    await client.get("/healthz")
    before = _labels()
    for n in range(20):
        await client.request(f"METHOD{n}", "/healthz")
        await client.request(f"METHOD{n}", f"/nowhere/{n}")
        await client.get(f"/nowhere/{n}")
    assert len(_labels() - before) <= 2


async def test_metrics_are_published_in_the_prometheus_format(client: AsyncClient) -> None:
    await client.get("/healthz")
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'kesher_http_request_seconds_count{method="GET",route="/healthz",status="2xx"}' in answer.text


async def test_the_interface_describes_itself(client: AsyncClient) -> None:
    assert {"/healthz", "/readyz", "/one/ask"} <= (await client.get("/openapi.json")).json()["paths"].keys()
