"""The file of sources: what is refused names its line; what is found is found by proof."""

from pathlib import Path

import pytest

from services.ingest.channel import Delivery, Source
from services.ingest.signatures import key_hash
from services.ingest.sources import BadSources, Sources, new_key, read_sources
from services.runtime.clock import SystemClock
from services.runtime.embedded.credentials import issue_credentials
from services.runtime.errors import NotFound, Unauthenticated
from tests.ingest.conftest import NOW
from tests.ingest.test_signatures import sign_meta

HASH = key_hash(b"k").decode()


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yaml"
    path.write_text(text)
    return path


def test_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("META_SECRET", "from-environment")
    (tmp_path / "secret").write_text("from-file\n")
    path = written(
        tmp_path,
        f"""
sources:
  - name: /chat/whatsapp/main
    channel: chat
    adapter: chat_whatsapp
    region: GB
    trust: 80
    trust_claims: true
    secrets: [{{env: META_SECRET}}, {{file: {tmp_path}/secret}}]
    verify_tokens: [{{env: META_SECRET}}]
  - {{name: /shop, channel: web, adapter: cloudevents, key_hashes: ["{HASH}"], events_per_second: 5}}
""",
    )
    chat, shop = read_sources(path)
    assert chat == Source(
        "/chat/whatsapp/main",
        "chat",
        "chat_whatsapp",
        region="GB",
        trust=80,
        trust_claims=True,
        credentials=(b"from-environment", b"from-file"),
        verify_tokens=(b"from-environment",),
    )
    assert (shop.credentials, shop.events_per_second) == ((HASH.encode(),), 5)


def test_no_file_means_no_sources() -> None:
    assert list(read_sources(None)) == []


SHOP = f'name: /shop, channel: web, adapter: cloudevents, key_hashes: ["{HASH}"]'


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("{name: shop, channel: web, adapter: cloudevents, key_hashes: [HASH]}", "name"),
        ("{name: /shop, channel: pigeon, adapter: cloudevents, key_hashes: [HASH]}", "channel"),
        ("{name: /shop, channel: web, adapter: fax, key_hashes: [HASH]}", "fax"),
        ("{name: /shop, channel: web, adapter: cloudevents}", "key_hashes"),
        ("{name: /shop, channel: web, adapter: cloudevents, key_hashes: [plain-key]}", "key_hashes"),
        ("{name: /c, channel: chat, adapter: chat_whatsapp}", "secrets"),
        (
            "{name: /c, channel: chat, adapter: chat_whatsapp, secrets: [{file: /no/such}], key_hashes: [HASH]}",
            "key_hashes",
        ),
        ("{name: /c, channel: chat, adapter: chat_whatsapp, secrets: [{value: inline}]}", "secrets.0"),
        ("{name: /c, channel: chat, adapter: chat_whatsapp, secrets: [{}]}", "env"),
        ("{SHOP, region: Israel}", "region"),
        ("{SHOP, trust: 101}", "trust"),
        ("{SHOP, colour: red}", "colour"),
        ("{SHOP, name: /twice}", "name"),
        ("{SHOP, events_per_second: 0}", "events_per_second"),
    ],
)
def test_an_error_names_its_line(tmp_path: Path, line: str, named: str) -> None:
    first = SHOP.replace("/shop", "/first")
    line = line.replace("SHOP", SHOP).replace("HASH", f'"{HASH}"')
    with pytest.raises(BadSources, match=rf"sources\.yaml:3: .*{named}"):
        read_sources(written(tmp_path, f"sources:\n  - {{{first}}}\n  - {line}\n"))


@pytest.mark.parametrize("text", ["sources: [", "", "other: []", "- 1"])
def test_what_is_no_file_of_sources_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSources, match=r"sources\.yaml:\d+: "):
        read_sources(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSources, match="No such file"):
        read_sources(tmp_path / "none.yaml")


@pytest.mark.parametrize("reference", ["{env: NOT_SET_ANYWHERE}", "{file: /no/such/file}", "{file: EMPTY}"])
def test_a_secret_that_is_not_there_is_refused(tmp_path: Path, reference: str) -> None:
    (tmp_path / "empty").write_text(" \n")
    reference = reference.replace("EMPTY", str(tmp_path / "empty"))
    text = f"sources:\n  - {{name: /c, channel: chat, adapter: chat_whatsapp, secrets: [{reference}]}}\n"
    with pytest.raises(BadSources, match="secret"):
        read_sources(written(tmp_path, text))


def test_the_same_source_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSources, match="twice"):
        read_sources(written(tmp_path, f"sources:\n  - {{{SHOP}}}\n  - {{{SHOP}}}\n"))


def test_a_new_key_is_long_and_only_its_hash_is_configured() -> None:
    key, hashed = new_key()
    assert len(key) > 40
    assert key not in hashed
    assert Sources([Source("/s", "web", "cloudevents", credentials=(hashed.encode(),))]).by_key(
        "cloudevents", {"x-api-key": key}
    )
    assert new_key()[0] != key


def test_development_sources_serve_every_adapter(tmp_path: Path) -> None:
    files = issue_credentials(tmp_path, "127.0.0.1", 8080, SystemClock())
    sources = {source.adapter: source for source in read_sources(files.sources_file)}
    assert sources.keys() == {
        "cloudevents",
        "web_segment",
        "call_twilio",
        "chat_whatsapp",
        "email_postmark",
        "store_shopify",
    }
    assert sources["cloudevents"].may_write("/any/source")


class TestFinding:
    SOURCES = Sources(
        [
            Source("/chat/one", "chat", "chat_whatsapp", credentials=(b"one", b"shared"), verify_tokens=(b"v1",)),
            Source("/chat/two", "chat", "chat_whatsapp", credentials=(b"two", b"shared"), verify_tokens=(b"v2",)),
        ]
    )

    @pytest.mark.parametrize(
        ("secret", "name"), [(b"one", "/chat/one"), (b"two", "/chat/two"), (b"shared", "/chat/one")]
    )
    def test_by_signature(self, secret: bytes, name: str) -> None:
        assert self.SOURCES.by_delivery("chat_whatsapp", sign_meta(secret, b"{}"), NOW).name == name

    def test_by_signature_and_name(self) -> None:
        signed = sign_meta(b"shared", b"{}")
        delivery = Delivery(signed.headers, signed.body, query={"source": "/chat/two"})
        assert self.SOURCES.by_delivery("chat_whatsapp", delivery, NOW).name == "/chat/two"

    def test_a_name_is_no_proof(self) -> None:
        signed = sign_meta(b"one", b"{}")
        with pytest.raises(Unauthenticated):
            self.SOURCES.by_delivery(
                "chat_whatsapp", Delivery(signed.headers, signed.body, query={"source": "/chat/two"}), NOW
            )

    def test_verify_tokens_of_all(self) -> None:
        assert self.SOURCES.verify_tokens("chat_whatsapp") == (b"v1", b"v2")

    def test_no_source_of_an_adapter(self) -> None:
        with pytest.raises(NotFound):
            self.SOURCES.verify_tokens("store_shopify")

    def test_a_key_of_one_adapter_does_not_open_another(self) -> None:
        sources = Sources([Source("/w", "web", "web_segment", credentials=(key_hash(b"k"),))])
        with pytest.raises(Unauthenticated):
            sources.by_key("cloudevents", {"x-api-key": "k"})
