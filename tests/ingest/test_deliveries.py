"""The vendors' own routes and the Segment routes, through the whole shell."""

import gzip
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from twilio.request_validator import RequestValidator

from services.ingest.channel import Delivery
from services.ingest.registry import ADAPTERS
from tests.ingest.conftest import KEY, SECRET, Ingest, MakeIngest
from tests.ingest.fixture_files import FOLDER
from tests.ingest.test_signatures import basic, sign_meta, sign_postmark, sign_shopify

SIGNERS = {"chat_whatsapp": sign_meta, "email_postmark": sign_postmark, "store_shopify": sign_shopify}
GOOD = {"chat_whatsapp": "text", "email_postmark": "signed_by_domain", "store_shopify": "orders_create"}


def fixture(adapter: str, name: str) -> tuple[bytes, dict[str, str]]:
    content = json.loads((FOLDER / adapter / f"{name}.json").read_text(encoding="utf-8"))
    return json.dumps(content["body"], ensure_ascii=False).encode(), content.get("headers", {})


async def deliver(ingest: Ingest, adapter: str, name: str, secret: bytes = SECRET) -> httpx.Response:
    body, headers = fixture(adapter, name)
    delivery: Delivery = SIGNERS[adapter](secret, body)
    return await ingest.post(f"/v1/channels/{adapter}", content=body, headers={**headers, **delivery.headers})


class TestVendors:
    @pytest.mark.parametrize("adapter", GOOD)
    async def test_signed_delivery_is_published(self, ingest: Ingest, adapter: str) -> None:
        answer = await deliver(ingest, adapter, GOOD[adapter])
        assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "rejected": []})
        (interaction,) = await ingest.published()
        assert interaction.source == f"/{adapter.replace('_', '/')}/main"

    @pytest.mark.parametrize("adapter", GOOD)
    async def test_rotated_secret_still_counts(self, ingest: Ingest, adapter: str) -> None:
        assert (await deliver(ingest, adapter, GOOD[adapter], b"old-secret")).status_code == 200

    @pytest.mark.parametrize("adapter", GOOD)
    async def test_wrong_secret_publishes_nothing(self, ingest: Ingest, adapter: str) -> None:
        assert (await deliver(ingest, adapter, GOOD[adapter], b"guess")).status_code == 401
        assert await ingest.published() == []

    async def test_signature_is_checked_before_parsing(self, ingest: Ingest) -> None:
        assert (await ingest.post("/v1/channels/store_shopify", content=b"{broken")).status_code == 401

    async def test_signed_nonsense_is_a_clear_no(self, ingest: Ingest) -> None:
        body = b"{broken"
        answer = await ingest.post(
            "/v1/channels/store_shopify", content=body, headers=dict(sign_shopify(SECRET, body).headers)
        )
        assert (answer.status_code, answer.json()["field"]) == (400, "body")

    async def test_a_bad_item_does_not_cost_the_others(self, ingest: Ingest) -> None:
        answer = await deliver(ingest, "chat_whatsapp", "batch_with_a_bad_item")
        assert (answer.status_code, answer.json()["accepted"]) == (200, 3)
        assert [item["index"] for item in answer.json()["rejected"]] == [1, 2]

    async def test_delivery_without_anything_in_it(self, ingest: Ingest) -> None:
        body = b'{"object": "whatsapp_business_account", "entry": []}'
        answer = await ingest.post(
            "/v1/channels/chat_whatsapp", content=body, headers=dict(sign_meta(SECRET, body).headers)
        )
        assert (answer.status_code, answer.json()) == (200, {"accepted": 0, "rejected": []})

    @pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
    async def test_unknown_adapter(self, ingest: Ingest, method: str) -> None:
        assert (await ingest.client.request(method, "/v1/channels/call_carrier_pigeon")).status_code == 404

    @pytest.mark.parametrize("adapter", ADAPTERS)
    async def test_head_says_that_there_is_somebody(self, ingest: Ingest, adapter: str) -> None:
        assert (await ingest.client.head(f"/v1/channels/{adapter}")).status_code == 200


class TestTwilioUrl:
    FORM = {"CallSid": "CA1", "CallStatus": "completed", "From": "+972541234567"}  # noqa: RUF012

    async def call(self, ingest: Ingest, signed_url: str) -> httpx.Response:
        signature = RequestValidator(SECRET.decode()).compute_signature(signed_url, self.FORM)
        headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
        path = "/v1/channels/call_twilio?source=/call/twilio/main"
        return await ingest.post(path, content=urlencode(self.FORM), headers=headers)

    async def test_url_as_called(self, ingest: Ingest) -> None:
        url = "http://kesher.example/v1/channels/call_twilio?source=/call/twilio/main"
        assert (await self.call(ingest, url)).status_code == 202

    async def test_configured_public_url_behind_a_proxy(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(public_url="https://public.example:8443/")
        url = "https://public.example:8443/v1/channels/call_twilio?source=/call/twilio/main"
        assert (await self.call(ingest, url)).status_code == 202

    async def test_with_a_public_url_only_that_one_counts(self, make_ingest: MakeIngest) -> None:
        url = "http://kesher.example/v1/channels/call_twilio?source=/call/twilio/main"
        assert (await self.call(make_ingest(public_url="https://public.example"), url)).status_code == 401


class TestMetaHandshake:
    QUERY = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158201444"}  # noqa: RUF012

    async def shake(self, ingest: Ingest, **changes: str) -> httpx.Response:
        query = {**self.QUERY, **{name.replace("__", "."): value for name, value in changes.items()}}
        return await ingest.client.get("/v1/channels/chat_whatsapp", params=query)

    async def test_challenge_is_answered(self, ingest: Ingest) -> None:
        answer = await self.shake(ingest)
        assert (answer.status_code, answer.text) == (200, "1158201444")

    async def test_wrong_token(self, ingest: Ingest) -> None:
        assert (await self.shake(ingest, hub__verify_token="guess")).status_code == 401

    async def test_other_mode(self, ingest: Ingest) -> None:
        assert (await self.shake(ingest, hub__mode="unsubscribe")).status_code == 400

    async def test_challenge_cannot_carry_a_page(self, ingest: Ingest) -> None:
        assert (await self.shake(ingest, hub__challenge="<script>")).status_code == 400

    async def test_others_shake_no_hands(self, ingest: Ingest) -> None:
        assert (await ingest.client.get("/v1/channels/store_shopify")).status_code == 404


AUTH = {"authorization": basic(KEY, "")}


def call(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "messageId": f"m-{number}",
        "type": "track",
        "event": "Ping",
        "userId": "u-1",
        "timestamp": "2026-11-22T09:59:00Z",
        **changes,
    }


class TestSegment:
    @pytest.mark.parametrize("path", ["/v1/batch", "/v1/import", "/v1/channels/web_segment"])
    async def test_batch(self, ingest: Ingest, path: str) -> None:
        answer = await ingest.post(path, json={"batch": [call(1), call(2)]}, headers=AUTH)
        assert answer.status_code == 200
        assert answer.json()["accepted"] == 2
        assert {i.id for i in await ingest.published()} == {"m-1", "m-2"}

    @pytest.mark.parametrize(
        ("kind", "type_"),
        [
            ("track", "web.event.tracked"),
            ("identify", "web.identified"),
            ("page", "page.viewed"),
            ("screen", "screen.viewed"),
            ("group", "web.grouped"),
            ("alias", "web.aliased"),
        ],
    )
    async def test_single_calls(self, ingest: Ingest, kind: str, type_: str) -> None:
        body = {"userId": "u-1", "messageId": "m-1", "event": "Ping", "groupId": "g", "previousId": "p"}
        answer = await ingest.post(f"/v1/{kind}", json=body, headers=AUTH)
        assert (answer.status_code, answer.json()) == (200, {"accepted": 1, "rejected": [], "success": True})
        assert [i.type for i in await ingest.published()] == [type_]

    async def test_the_path_says_what_it_is(self, ingest: Ingest) -> None:
        await ingest.post("/v1/page?type=track", json=call(1, type="track"), headers=AUTH)
        assert [i.type for i in await ingest.published()] == ["page.viewed"]

    async def test_write_key_in_the_body(self, ingest: Ingest) -> None:
        answer = await ingest.post("/v1/batch", json={"batch": [call(1)], "writeKey": KEY})
        assert answer.status_code == 200

    async def test_gzip_without_a_word_about_it(self, ingest: Ingest) -> None:
        body = gzip.compress(json.dumps({"batch": [call(1)]}).encode())
        headers = {**AUTH, "content-type": "application/x-www-form-urlencoded"}
        assert (await ingest.post("/v1/batch", content=body, headers=headers)).status_code == 200

    @pytest.mark.parametrize("headers", [{}, {"authorization": basic("wrong", "")}])
    async def test_no_key_is_a_problem_that_the_libraries_understand(
        self, ingest: Ingest, headers: dict[str, str]
    ) -> None:
        answer = await ingest.post("/v1/batch", json={"batch": [call(1)]}, headers=headers)
        problem = answer.json()
        assert (answer.status_code, problem["code"], bool(problem["message"])) == (401, "http_401", True)

    async def test_bad_items_do_not_make_the_library_send_again(self, ingest: Ingest) -> None:
        answer = await ingest.post("/v1/batch", json={"batch": [call(1), {"timestamp": "x"}, 3]}, headers=AUTH)
        assert (answer.status_code, answer.json()["accepted"]) == (200, 1)
        assert [(item["index"], item["field"]) for item in answer.json()["rejected"]] == [(1, "timestamp"), (2, None)]

    async def test_all_bad_is_a_problem_that_the_libraries_understand(self, ingest: Ingest) -> None:
        answer = await ingest.post("/v1/batch", json={"batch": [{"timestamp": "x"}]}, headers=AUTH)
        problem = answer.json()
        assert (answer.status_code, problem["code"], len(problem["rejected"])) == (400, "http_400", 1)

    async def test_nan_from_a_python_client_costs_one_call(self, ingest: Ingest) -> None:
        body = json.dumps({"batch": [call(1), call(2, properties={"price": float("nan")})]})
        answer = await ingest.post("/v1/batch", content=body, headers=AUTH)
        assert answer.json()["accepted"] == 1
        assert answer.json()["rejected"][0]["field"] == "properties.price"

    async def test_time_far_ahead_is_refused(self, ingest: Ingest) -> None:
        answer = await ingest.post("/v1/track", json=call(1, timestamp="2026-12-22T09:59:00Z"), headers=AUTH)
        assert answer.json()["rejected"][0]["field"] == "time"

    async def test_too_large_is_a_problem_that_the_libraries_understand(self, make_ingest: MakeIngest) -> None:
        ingest = make_ingest(max_batch_events=1)
        answer = await ingest.post("/v1/batch", json={"batch": [call(1), call(2)]}, headers=AUTH)
        assert (answer.status_code, answer.json()["code"]) == (413, "http_413")
