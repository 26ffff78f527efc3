import asyncio
import json
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import HttpUrl, SecretStr
from standardwebhooks import Webhook

from services.journey.domain.delivering import WAITS, again_at
from services.journey.webhooks.port import Delivery
from services.journey.webhooks.targets import Target
from services.journey.webhooks.webhook import Undelivered, client, deliver
from tests.journey.webhooks.receiver import Behaves, answers, hangs, never_ends, receiving

SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"
BODY = json.dumps({"type": "x", "data": {"name": "דנה"}})
DELIVERY = Delivery("0b1c7c30-3c51-4f5e-9d5c-0d2f1f6a7c11", "desk", BODY, "refund", "x", "hurry")


def target(url: str, **more: Any) -> Target:
    return Target(url=HttpUrl(url), secret=SecretStr(SECRET), timeout_seconds=more.get("timeout_seconds", 5.0))


async def sent(where: Target, *, to_loopback: bool = True) -> None:
    async with client(where) as http:
        await deliver(http, where, DELIVERY, datetime.now(UTC), to_loopback=to_loopback)


async def test_what_is_sent_is_signed_so_that_the_receiver_can_tell() -> None:
    async with receiving() as receiver:
        await sent(target(receiver.url))
    ((headers, body),) = receiver.received
    assert Webhook(SECRET).verify(body, headers) == json.loads(DELIVERY.body)
    assert headers["webhook-id"] == DELIVERY.id
    assert headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    ("behaves", "why"),
    [
        (answers("HTTP/1.1 500 No"), "answered 500"),
        (answers("HTTP/1.1 302 Found\nLocation: http://169.254.169.254/latest/meta-data"), "answered 302"),
        (answers("HTTP/1.1 307 Again\nLocation: http://10.0.0.1/"), "answered 307"),
        (answers("this is no HTTP"), "RemoteProtocolError"),
        (answers("HTTP/1.1 999 \u05d0"), "answered 999"),
        (answers("HTTP/1.1 200 OK\nX-Long: " + "x" * 500_000), "RemoteProtocolError"),
        (hangs, "TimeoutError"),
        (never_ends, "TimeoutError"),
    ],
)
async def test_a_receiver_that_misbehaves_has_not_received(behaves: Behaves, why: str) -> None:
    began = time.monotonic()
    async with receiving(behaves) as receiver:
        with pytest.raises(Undelivered) as caught:
            await sent(target(receiver.url, timeout_seconds=0.5))
        assert str(caught.value) == why
        assert len(receiver.received) == 1
    assert time.monotonic() - began < 4


async def test_the_body_of_an_answer_is_not_read() -> None:
    endless = answers("HTTP/1.1 200 OK\nContent-Length: 1000000000000", b"x" * 1_000_000)
    async with receiving(endless) as receiver:
        await sent(target(receiver.url))


async def test_nobody_there_is_no_receipt() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Undelivered, match="ConnectError"):
            await sent(target(f"http://127.0.0.1:{nobody.getsockname()[1]}"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "10.1.2.3", "192.168.0.1", "172.16.9.9", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "[fe80::1]", "[fd00::1]", "[::]", "224.0.0.1", "[ff0e::1]", "2130706433", "0x7f.1",
        "[64:ff9b::a00:1]", "[64:ff9b::7f00:1]", "[2002:a00:1::1]", "[::10.0.0.1]", "[::ffff:0:10.0.0.1]",
        "[::ffff:10.0.0.1]",
    ],
)  # fmt: skip
async def test_private_addresses_are_never_connected_to(host: str) -> None:
    with pytest.raises(Undelivered, match="not public"):
        await sent(target(f"http://{host}:9/"), to_loopback=False)


@pytest.mark.parametrize("host", ["10.1.2.3", "169.254.169.254", "[fd00::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::1]"])
async def test_allowing_this_machine_allows_nothing_else(host: str) -> None:
    with pytest.raises(Undelivered, match="not public"):
        await sent(target(f"http://{host}:9/"))


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.216.34", "10.0.0.7"], ["127.0.0.1"]])
async def test_a_name_that_leads_to_a_private_address_is_not_followed(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(Undelivered, match="not public"):
        await sent(target("http://hooks.example.com/"), to_loopback=False)


@pytest.mark.parametrize("address", ["64:ff9b::5db8:d822", "2606:2800:220:1::1"])
async def test_public_addresses_are_connected_to_as_they_are(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no IPv4, what stands for it is the only way there."""
    asked: list[str] = []

    async def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, 443))]

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200)

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await deliver(http, target("https://hooks.example.com/"), DELIVERY, datetime.now(UTC))
    assert asked == [address]


async def test_beyond_this_machine_nothing_is_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(*_: object, **__: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(Undelivered, match="not https"):
        await sent(target("http://hooks.example.com/"))


@pytest.mark.parametrize(("name", "received"), [("hooks.example.com", 1), ("other.example.com", 0)])
async def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    name: str, received: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = self_signed(name, tmp_path)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(certificate)
    real = asyncio.get_running_loop().getaddrinfo

    async def resolve(host: Any, port: Any, **more: Any) -> Any:
        return await real("127.0.0.1" if host == "hooks.example.com" else host, port, **more)

    async with receiving(tls=server) as receiver:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
        where = target(f"https://hooks.example.com:{receiver.port}/")
        async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=certificate), trust_env=False) as http:
            outcome = deliver(http, where, DELIVERY, datetime.now(UTC), to_loopback=True)
            if received:
                await outcome
            else:
                with pytest.raises(Undelivered, match="ConnectError"):
                    await outcome
    assert len(receiver.received) == received


def self_signed(name: str, folder: Path) -> Path:
    """A certificate for this name with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(certificate.public_bytes(Encoding.PEM) + encoded)
    return file


async def test_the_address_that_was_looked_at_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look-up of a name that is made to change its mind does not happen."""
    async with receiving() as receiver:
        asked: list[object] = []

        async def resolve(host: object, *_: object, **__: object) -> list[tuple[Any, ...]]:
            asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

        real = asyncio.get_running_loop().getaddrinfo

        async def resolve_names(host: Any, *args: Any, **more: Any) -> Any:
            return await (resolve if host == "hooks.example.com" else real)(host, *args, **more)

        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve_names)
        await sent(target(f"http://hooks.example.com:{receiver.port}/"))
    assert asked == ["hooks.example.com"]
    assert receiver.received[0][0]["host"] == f"hooks.example.com:{receiver.port}"


def test_what_failed_is_tried_again_ever_later_and_then_given_up() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    waits = [(again_at(n, now) or now) - now for n in range(1, len(WAITS) + 1)]
    assert waits == sorted(waits)
    assert timedelta(seconds=1) < waits[0] < timedelta(minutes=1)
    assert again_at(len(WAITS) + 1, now) is None
