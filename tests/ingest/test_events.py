"""POST /v1/events: the three modes, every refusal, and who may write what."""

import gzip
import json
from typing import Any

import pytest

from tests.ingest.conftest import KEY, Ingest, MakeIngest

AUTH = {"authorization": f"Bearer {KEY}"}
STRUCTURED = {**AUTH, "content-type": "application/cloudevents+json"}
BATCH = {**AUTH, "content-type": "application/cloudevents-batch+json"}
JSON = {**AUTH, "content-type": "application/json"}


def event(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": "/crm/main",
        "type": "call.ended",
        "time": "2026-11-22T09:00:00Z",
        "data": {
            "channel": "call",
            "identifiers": [{"namespace": "phone", "value": "+972541234567"}],
            "text": "שלום 🙏",
        },
        **changes,
    }


async def post(ingest: Ingest, body: Any, headers: dict[str, str] = STRUCTURED) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return await ingest.post("/v1/events", content=content, headers=headers)


class TestModes:
    async def test_structured(self, ingest: Ingest) -> None:
        answer = await post(ingest, event())
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "rejected": []})
        (interaction,) = await ingest.published()
        assert (interaction.id, interaction.data.text) == ("e-1", "שלום 🙏")

    @pytest.mark.parametrize("headers", [BATCH, JSON])
    async def test_batch(self, ingest: Ingest, headers: dict[str, str]) -> None:
        answer = await post(ingest, [event(n) for n in range(5)], headers)
        assert answer.json() == {"accepted": 5, "rejected": []}
        assert sorted(i.id for i in await ingest.published()) == [f"e-{n}" for n in range(5)]

    async def test_plain_json_may_be_one_event(self, ingest: Ingest) -> None:
        assert (await post(ingest, event(), JSON)).status_code == 202

    async def test_empty_batch(self, ingest: Ingest) -> None:
        answer = await post(ingest, [], BATCH)
        assert (answer.status_code, answer.json()) == (202, {"accepted": 0, "rejected": []})

    async def test_binary(self, ingest: Ingest) -> None:
        attributes = {f"ce-{name}": value for name, value in event().items() if name != "data"}
        headers = {
            **AUTH,
            **attributes,
            "ce-subject": "%D7%93%D7%A0%D7%94%20%22x%22",
            "content-type": "application/json; charset=utf-8",
        }
        answer = await post(ingest, event()["data"], headers)
        assert answer.json() == {"accepted": 1, "rejected": []}
        (interaction,) = await ingest.published()
        assert (interaction.subject, interaction.data.text) == ('דנה "x"', "שלום 🙏")

    async def test_binary_data_must_be_json(self, ingest: Ingest) -> None:
        attributes = {f"ce-{name}": value for name, value in event().items() if name != "data"}
        answer = await post(ingest, b"<x/>", {**AUTH, **attributes, "content-type": "text/xml"})
        assert (answer.status_code, answer.json()["field"]) == (400, "content-type")

    async def test_binary_attributes_must_be_utf_8(self, ingest: Ingest) -> None:
        answer = await post(ingest, {}, {**JSON, "ce-specversion": "1.0", "ce-subject": "%ff"})
        assert (answer.status_code, answer.json()["field"]) == (400, "ce-subject")

    @pytest.mark.parametrize(("headers", "body"), [(STRUCTURED, [event()]), (BATCH, event())])
    async def test_the_mode_must_fit_the_body(self, ingest: Ingest, headers: dict[str, str], body: Any) -> None:
        answer = await post(ingest, body, headers)
        assert (answer.status_code, answer.json()["field"]) == (400, "body")

    async def test_other_media_types_are_refused(self, ingest: Ingest) -> None:
        answer = await post(ingest, event(), {**AUTH, "content-type": "text/plain"})
        assert (answer.status_code, answer.json()["field"]) == (400, "content-type")

    @pytest.mark.parametrize("encoding", ["gzip", None])
    async def test_gzip(self, ingest: Ingest, encoding: str | None) -> None:
        headers = {**STRUCTURED, **({"content-encoding": encoding} if encoding else {})}
        assert (await post(ingest, gzip.compress(json.dumps(event()).encode()), headers)).status_code == 202


BAD_EVENTS = [
    pytest.param(event(specversion="0.3"), "specversion", id="version"),
    pytest.param({k: v for k, v in event().items() if k != "id"}, "id", id="no id"),
    pytest.param(event(id=""), "id", id="empty id"),
    pytest.param(event(id="a\nb"), "id", id="control character"),
    pytest.param(event(type="Call Ended"), "type", id="type"),
    pytest.param({k: v for k, v in event().items() if k != "time"}, "time", id="no time"),
    pytest.param(event(time="2026-11-22T09:00:00"), "time", id="time without zone"),
    pytest.param(event(time=1795341600), "time", id="time as number"),
    pytest.param(event(time="1795341600"), "time", id="time as digits"),
    pytest.param(event(time="1969-12-31T23:59:59Z"), "time", id="before 1970"),
    pytest.param(event(time="2026-11-23T10:00:01Z"), "time", id="more than a day ahead"),
    pytest.param(event(time="9999-12-31T23:59:59Z"), "time", id="end of time"),
    pytest.param({k: v for k, v in event().items() if k != "data"}, "data", id="no data"),
    pytest.param(event(data={"channel": "pigeon"}), "data.channel", id="channel"),
    pytest.param(event(data={"channel": "call", "mood": 1}), "data.mood", id="unknown field"),
    pytest.param(
        event(data={"channel": "call", "identifiers": [{"namespace": "E-Mail", "value": "x"}]}),
        "data.identifiers.0.namespace",
        id="namespace",
    ),
    pytest.param(
        event(data={"channel": "call", "measures": {"wait_seconds": -1}}), "data.measures.wait_seconds", id="measure"
    ),
    pytest.param(
        event(data={"channel": "call", "money": {"amount": "1", "currency": "₪"}}), "data.money.currency", id="money"
    ),
    pytest.param(event(data=None, data_base64="e30="), "data_base64", id="base64"),
    pytest.param(event(**{"Bad-Name": 1}), "Bad-Name", id="attribute name"),
    pytest.param(event(source="relative path"), "source", id="source"),
    pytest.param(event(source=None), "source", id="null source"),
    pytest.param("nonsense", None, id="text"),
    pytest.param(None, None, id="null"),
]


class TestRefusals:
    @pytest.mark.parametrize(("bad", "field"), BAD_EVENTS)
    async def test_a_bad_event_names_its_field(self, ingest: Ingest, bad: Any, field: str | None) -> None:
        answer = await post(ingest, bad, JSON)
        problem = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
        assert [(item["index"], item["field"]) for item in problem["rejected"]] == [(0, field)]
        assert problem["rejected"][0]["error"]
        assert await ingest.published() == []

    @pytest.mark.parametrize(("bad", "field"), BAD_EVENTS)
    async def test_a_bad_event_does_not_cost_the_others(self, ingest: Ingest, bad: Any, field: str | None) -> None:
        answer = await post(ingest, [event(1), bad, event(3)], BATCH)
        assert (answer.status_code, answer.json()["accepted"]) == (202, 2)
        assert [(item["index"], item["field"]) for item in answer.json()["rejected"]] == [(1, field)]
        assert {i.id for i in await ingest.published()} == {"e-1", "e-3"}

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ('"id":"e-2","id":"e-9"', "id"),
            ('"id":"e-2","data":{"channel":"call","raw":{"a":1,"a":2}}', "data.raw.a"),
            ('"id":"e-2","data":{"channel":"call","sentiment":NaN}', "data.sentiment"),
            ('"id":"e-2","data":{"channel":"call","raw":[1,Infinity]}', "data.raw.1"),
            ('"id":"e-2","data":{"channel":"call","raw":1e999}', "data.raw"),
            (r'"id":"e-2","data":{"channel":"call","text":"\ud800"}', "data.text"),
            (r'"id":"e-2","data":{"channel":"call","raw":{"\ud800":1}}', "data.raw"),
        ],
    )
    async def test_json_that_is_not_sound_costs_one_event(self, ingest: Ingest, text: str, field: str) -> None:
        good = json.dumps(event(1))
        frame = '"specversion":"1.0","source":"/s","type":"call.ended","time":"2026-11-22T09:00:00Z"'
        answer = await post(ingest, f"[{good},{{{frame},{text}}}]".encode(), BATCH)
        assert answer.json()["accepted"] == 1
        assert [(item["index"], item["field"]) for item in answer.json()["rejected"]] == [(1, field)]

    @pytest.mark.parametrize("body", [b"", b"{", b"[1,]", b"\xff{}", b"{} {}", b"nul", b"[" + b"9" * 5000 + b"]"])
    async def test_what_is_not_json_is_refused(self, ingest: Ingest, body: bytes) -> None:
        answer = await post(ingest, body)
        assert (answer.status_code, answer.json()["field"]) == (400, "body")

    async def test_all_bad_is_a_problem(self, ingest: Ingest) -> None:
        answer = await post(ingest, [event(id=""), event(type="")], BATCH)
        assert (answer.status_code, len(answer.json()["rejected"])) == (400, 2)


class TestLimits:
    @pytest.mark.parametrize("depth", [40, 150, 5_000, 200_000])
    async def test_nesting(self, ingest: Ingest, depth: int) -> None:
        answer = await post(ingest, b"[" * depth + b"]" * depth, BATCH)
        assert answer.status_code == 413
        assert "32" in answer.json()["detail"]

    async def test_body(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_body_bytes=2_000)
        answer = await post(ingest, event(data={"channel": "call", "text": "x" * 3_000}))
        assert answer.status_code == 413
        assert "max_body_bytes" in answer.json()["detail"]

    async def test_body_of_unknown_length(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_body_bytes=2_000)
        taken = []

        async def endless() -> Any:
            while True:
                taken.append(1)
                yield b"x" * 500

        answer = await ingest.post("/v1/events", content=endless(), headers=STRUCTURED)
        assert (answer.status_code, len(taken)) == (413, 5)

    async def test_unpacked_body(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_body_bytes=100_000)
        bomb = gzip.compress(b"0" * 50_000_000)
        assert len(bomb) < 100_000
        answer = await post(ingest, bomb, {**STRUCTURED, "content-encoding": "gzip"})
        assert answer.status_code == 413

    async def test_unpacked_body_of_many_members(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_body_bytes=10_000)
        answer = await post(ingest, gzip.compress(b"0" * 4_000) * 3, {**STRUCTURED, "content-encoding": "gzip"})
        assert answer.status_code == 413

    @pytest.mark.parametrize("body", [gzip.compress(b"{}", mtime=0)[:-9], b"\x1f\x8bnonsense"])
    async def test_broken_gzip(self, ingest: Ingest, body: bytes) -> None:
        answer = await post(ingest, body, {**STRUCTURED, "content-encoding": "gzip"})
        assert (answer.status_code, answer.json()["field"]) == (400, "body")

    @pytest.mark.parametrize("encoding", ["br", "gzip"])
    async def test_encoding_that_is_not_so(self, ingest: Ingest, encoding: str) -> None:
        answer = await post(ingest, event(), {**STRUCTURED, "content-encoding": encoding})
        assert (answer.status_code, answer.json()["field"]) == (400, "content-encoding")

    async def test_events_of_a_batch(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_batch_events=3)
        answer = await post(ingest, [event(n) for n in range(4)], BATCH)
        assert answer.status_code == 413
        assert "max_batch_events" in answer.json()["detail"]

    async def test_one_event(self, ingest: Ingest) -> None:
        large = event(2, data={"channel": "call", "raw": "x" * 70_000})
        answer = await post(ingest, [event(1), large], BATCH)
        assert answer.json()["accepted"] == 1
        assert "65536" in answer.json()["rejected"][0]["error"]

    async def test_rate_of_a_source(self, ingest: Ingest) -> None:
        headers = {**STRUCTURED, "authorization": "Bearer slow-key"}
        batch = {**headers, "content-type": BATCH["content-type"]}
        assert (await post(ingest, [event(n, source="/slow") for n in range(10)], batch)).status_code == 202
        refused = await post(ingest, event(source="/slow"), headers)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "6")
        assert (await post(ingest, event())).status_code == 202  # others are not slowed down

    async def test_rate_comes_back_with_time(self, ingest: Ingest) -> None:
        headers = {**BATCH, "authorization": "Bearer slow-key"}
        await post(ingest, [event(n, source="/slow") for n in range(10)], headers)
        ingest.clock.time = ingest.clock.time.replace(second=7)
        assert (await post(ingest, [event(source="/slow")], headers)).status_code == 202

    async def test_bytes_in_flight(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_in_flight_bytes=1024 * 1024)
        large = event(data={"channel": "call", "raw": "x" * 1_100_000})
        answer = await post(ingest, large)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        for _ in range(30):  # what was held is given back
            assert (await post(ingest, event(data={"channel": "call", "raw": "x" * 60_000}))).status_code == 202


class TestWho:
    @pytest.mark.parametrize(
        "headers",
        [{"authorization": f"Bearer {KEY}"}, {"x-api-key": KEY}, {"authorization": "Basic a3NrX3Rlc3Qta2V5Og=="}],
    )
    async def test_key_may_come_in_three_ways(self, ingest: Ingest, headers: dict[str, str]) -> None:
        answer = await post(ingest, event(), {"content-type": "application/cloudevents+json", **headers})
        assert answer.status_code == 202

    @pytest.mark.parametrize(
        "given", [{}, {"authorization": "Bearer wrong"}, {"x-api-key": "כן".encode()}, {"authorization": "Basic ="}]
    )
    async def test_no_key_no_entry(self, ingest: Ingest, given: dict[str, Any]) -> None:
        answer = await post(ingest, event(), {"content-type": "application/json", **given})
        assert answer.status_code == 401
        assert "www-authenticate" in answer.headers
        assert await ingest.published() == []

    async def test_key_is_asked_for_before_the_body_is_read(self, ingest: Ingest) -> None:
        async def never() -> Any:
            raise AssertionError("read")
            yield b""

        assert (await ingest.post("/v1/events", content=never())).status_code == 401

    @pytest.mark.parametrize("key", ["shop-key", "next-shop-key"])
    @pytest.mark.parametrize("name", ["/shop", "/shop/till/4"])
    async def test_a_key_writes_its_source_and_below(self, ingest: Ingest, key: str, name: str) -> None:
        answer = await post(ingest, event(source=name), {**STRUCTURED, "authorization": f"Bearer {key}"})
        assert answer.status_code == 202

    @pytest.mark.parametrize("name", ["/", "/shopping", "/crm", "/sho", "shop"])
    async def test_a_key_writes_no_other_source(self, ingest: Ingest, name: str) -> None:
        answer = await post(ingest, event(source=name), {**STRUCTURED, "authorization": "Bearer shop-key"})
        assert (answer.status_code, answer.json()["rejected"][0]["field"]) == (400, "source")

    async def test_what_a_sender_says_of_its_own_trust_does_not_count(self, ingest: Ingest) -> None:
        bold = event(source="/shop", trust=100, trustclaims=True, region="US", traceparent="00-1")
        await post(ingest, bold, {**STRUCTURED, "authorization": "Bearer shop-key"})
        (interaction,) = await ingest.published()
        assert interaction.model_extra == {"trust": 70, "trustclaims": False, "region": "IL", "traceparent": "00-1"}
