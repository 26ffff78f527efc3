"""Who is believed: one suite over every adapter, and vectors that others computed."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from services.ingest.channel import Delivery
from services.ingest.registry import ADAPTERS
from services.ingest.signatures import key_hash
from services.runtime.errors import Rejected, Unauthenticated
from tests.ingest.fixture_files import ARRIVAL

URL = "https://kesher.example/v1/channels/call_twilio?region=il"
FORM = "application/x-www-form-urlencoded"
CALL = {"CallSid": "CA1", "CallStatus": "completed", "From": "+972541234567", "CallerName": "דנה כהן", "ToCity": ""}


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def base64_hmac(secret: bytes, content: bytes, algorithm: str) -> str:
    return b64encode(hmac.digest(secret, content, algorithm)).decode()


def sign_twilio(secret: bytes, body: bytes) -> Delivery:
    signature = RequestValidator(secret.decode()).compute_signature(URL, CALL)
    return Delivery({"content-type": FORM, "x-twilio-signature": signature}, body, URL)


def sign_meta(secret: bytes, body: bytes) -> Delivery:
    return Delivery({"x-hub-signature-256": "sha256=" + hmac.digest(secret, body, "sha256").hex()}, body)


def sign_postmark(secret: bytes, body: bytes) -> Delivery:
    return Delivery({"authorization": basic("kesher", secret.decode())}, body)


def sign_shopify(secret: bytes, body: bytes) -> Delivery:
    return Delivery({"x-shopify-hmac-sha256": base64_hmac(secret, body, "sha256")}, body)


def sign_segment(secret: bytes, body: bytes) -> Delivery:
    return Delivery({"authorization": basic(secret.decode(), "")}, body)


@dataclass(frozen=True)
class Case:
    """How a vendor signs, and what it signs."""

    adapter: str
    sign: Callable[[bytes, bytes], Delivery]
    body: bytes
    header: str
    covers_body: bool = True

    def secrets(self, *secrets: bytes) -> Sequence[bytes]:
        return [key_hash(secret) for secret in secrets] if self.adapter == "web_segment" else secrets

    def verify(self, delivery: Delivery, *secrets: bytes) -> None:
        ADAPTERS[self.adapter].channel.verify(delivery, self.secrets(*secrets), ARRIVAL)


CASES = [
    Case("call_twilio", sign_twilio, urlencode(CALL).encode(), "x-twilio-signature"),
    Case("chat_whatsapp", sign_meta, '{"object":"שלום"}'.encode(), "x-hub-signature-256"),
    Case("email_postmark", sign_postmark, b"{}", "authorization", covers_body=False),
    Case("store_shopify", sign_shopify, b'{"id": 1}', "x-shopify-hmac-sha256"),
    Case("web_segment", sign_segment, b'{"batch": []}', "authorization", covers_body=False),
]


@pytest.fixture(params=CASES, ids=lambda case: case.adapter)
def case(request: pytest.FixtureRequest) -> Case:
    chosen: Case = request.param
    return chosen


def test_every_adapter_is_tried() -> None:
    assert {case.adapter for case in CASES} == set(ADAPTERS)


def test_the_secret_is_enough(case: Case) -> None:
    case.verify(case.sign(b"secret", case.body), b"secret")


def test_any_of_several_secrets_is_enough(case: Case) -> None:
    for secret in (b"old", b"new"):
        case.verify(case.sign(secret, case.body), b"old", b"new")


def test_a_withdrawn_secret_no_longer_counts(case: Case) -> None:
    with pytest.raises(Unauthenticated):
        case.verify(case.sign(b"old", case.body), b"new", b"newer")


def test_a_wrong_secret_is_refused(case: Case) -> None:
    with pytest.raises(Unauthenticated):
        case.verify(case.sign(b"guessed", case.body), b"secret")


def test_no_credentials_are_refused(case: Case) -> None:
    delivery = case.sign(b"secret", case.body)
    without = {name: value for name, value in delivery.headers.items() if name != case.header}
    with pytest.raises(Unauthenticated):
        case.verify(replace(delivery, headers=without), b"secret")


@pytest.mark.parametrize("given", ["", " ", "sha256=", "Basic", "Basic !", "Bearer ", "a" * 300, "שלום", "Basic Og=="])
def test_broken_credentials_are_refused(case: Case, given: str) -> None:
    delivery = case.sign(b"secret", case.body)
    with pytest.raises(Unauthenticated):
        case.verify(replace(delivery, headers={**delivery.headers, case.header: given}), b"secret")


def test_nothing_is_believed_without_a_configured_secret(case: Case) -> None:
    with pytest.raises(Unauthenticated):
        case.verify(case.sign(b"secret", case.body))


def test_a_changed_body_is_refused(case: Case) -> None:
    if not case.covers_body:
        pytest.skip("this vendor proves who sends, not what")
    delivery = case.sign(b"secret", case.body)
    with pytest.raises(Unauthenticated):
        case.verify(replace(delivery, body=delivery.body.replace(b"1", b"2") + b"&x=1"), b"secret")


class TestTwilio:
    PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
    PUBLISHED_FORM = {  # noqa: RUF012
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }

    def verify(self, url: str, body: bytes, headers: dict[str, str], secret: bytes = b"12345") -> None:
        ADAPTERS["call_twilio"].channel.verify(Delivery(headers, body, url), [secret], ARRIVAL)

    def published(self, signature: str, settings: str | None = None) -> dict[str, str]:
        headers = {"content-type": FORM, "x-twilio-signature": signature}
        return {**headers, "x-twilio-webhooks-signature-settings": settings} if settings else headers

    def test_published_vector(self) -> None:
        self.verify(
            self.PUBLISHED_URL, urlencode(self.PUBLISHED_FORM).encode(), self.published("RSOYDt4T1cUTdK1PDd93/VVr8B8=")
        )

    def test_shared_key_signature(self) -> None:
        signature = RequestValidator("12345").compute_signature(self.PUBLISHED_URL, self.PUBLISHED_FORM, "HMAC_SHA256")
        headers = self.published(signature, "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256")
        self.verify(self.PUBLISHED_URL, urlencode(self.PUBLISHED_FORM).encode(), headers)

    def test_unknown_algorithm_is_refused(self) -> None:
        with pytest.raises(Unauthenticated):
            self.verify(self.PUBLISHED_URL, b"", self.published("x", "key=k,algorithm=ROT13"))

    @pytest.mark.parametrize("signed", ["https://a.example/x?y=1", "https://a.example:443/x?y=1"])
    @pytest.mark.parametrize("called", ["https://a.example/x?y=1", "https://a.example:443/x?y=1"])
    def test_port_may_be_in_the_signed_url_or_not(self, signed: str, called: str) -> None:
        signature = RequestValidator("12345").compute_signature(signed, CALL)
        self.verify(called, urlencode(CALL).encode(), self.published(signature))

    def test_another_url_is_refused(self) -> None:
        signature = RequestValidator("12345").compute_signature("https://a.example/x", CALL)
        with pytest.raises(Unauthenticated):
            self.verify("https://a.example/y", urlencode(CALL).encode(), self.published(signature))

    def test_repeated_fields_are_signed_once(self) -> None:
        body = urlencode([("A", "2"), ("A", "1"), ("A", "2")]).encode()
        signature = base64_hmac(b"12345", b"https://a.example/xA1A2", "sha1")
        self.verify("https://a.example/x", body, self.published(signature))

    def json_delivery(self, body: bytes, hashed: bytes) -> tuple[str, dict[str, str]]:
        url = f"https://a.example/x?bodySHA256={hashlib.sha256(hashed).hexdigest()}"
        signature = RequestValidator("12345").compute_signature(url, {})
        return url, {"content-type": "application/json", "x-twilio-signature": signature}

    def test_json_is_covered_by_its_hash(self) -> None:
        url, headers = self.json_delivery(b'{"CallSid": "CA1"}', b'{"CallSid": "CA1"}')
        self.verify(url, b'{"CallSid": "CA1"}', headers)

    def test_changed_json_is_refused(self) -> None:
        url, headers = self.json_delivery(b"{}", b'{"CallSid": "CA1"}')
        with pytest.raises(Unauthenticated):
            self.verify(url, b"{}", headers)

    def test_json_without_its_hash_is_refused(self) -> None:
        signature = RequestValidator("12345").compute_signature("https://a.example/x", {})
        with pytest.raises(Unauthenticated):
            self.verify(
                "https://a.example/x", b"{}", {"content-type": "application/json", "x-twilio-signature": signature}
            )

    def test_a_url_that_is_none_is_rejected(self) -> None:
        with pytest.raises(Rejected):
            self.verify("https://a.example:port/x", b"A=1", self.published("x"))


def test_meta_vector() -> None:
    signature = "sha256=c8d08fc53afe813b4931a1d74f647d9d3ead00e0d214af62a20c5568c5cc1d3b"
    delivery = Delivery({"x-hub-signature-256": signature}, b'{"hello":"world"}')
    ADAPTERS["chat_whatsapp"].channel.verify(delivery, [b"app"], ARRIVAL)


def test_shopify_vector() -> None:
    delivery = Delivery({"x-shopify-hmac-sha256": "WBDasRoEN+NTjbjx5QdFY6k9o1z6jek8WXUK0YDR740="}, b'{"hello":"world"}')
    ADAPTERS["store_shopify"].channel.verify(delivery, [b"s"], ARRIVAL)


def test_shopify_newer_header_name() -> None:
    delivery = Delivery({"shopify-hmac-sha256": "WBDasRoEN+NTjbjx5QdFY6k9o1z6jek8WXUK0YDR740="}, b'{"hello":"world"}')
    ADAPTERS["store_shopify"].channel.verify(delivery, [b"s"], ARRIVAL)


def test_postmark_secret_may_name_the_user() -> None:
    delivery = Delivery({"authorization": basic("kesher", "pass:word")}, b"{}")
    ADAPTERS["email_postmark"].channel.verify(delivery, [b"kesher:pass:word"], ARRIVAL)


def test_postmark_with_another_user_is_refused() -> None:
    delivery = Delivery({"authorization": basic("eve", "word")}, b"{}")
    with pytest.raises(Unauthenticated):
        ADAPTERS["email_postmark"].channel.verify(delivery, [b"kesher:word"], ARRIVAL)


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery({"authorization": "Bearer wk"}, b"{}"),
        Delivery({"authorization": basic("wk", "")}, b"{}"),
        Delivery({"x-api-key": "wk"}, b"{}"),
        Delivery({}, b'{"writeKey": "wk", "batch": []}'),
    ],
    ids=["bearer", "basic", "x-api-key", "body"],
)
def test_segment_write_key_may_come_in_four_ways(delivery: Delivery) -> None:
    ADAPTERS["web_segment"].channel.verify(delivery, [key_hash(b"wk")], ARRIVAL)
