import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from joserfc import jwt

from services.runtime.embedded.credentials import (
    ADAPTERS,
    ROLES,
    DevCredentials,
    NotLoopback,
    issue_credentials,
    require_loopback,
    signing_key,
)

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class At:
    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


def issue(folder: Path, at: datetime = NOW, port: int = 8080) -> tuple[DevCredentials, dict[str, Any]]:
    files = issue_credentials(folder, "127.0.0.1", port, At(at))
    return files, json.loads(files.client_file.read_text())


def test_what_a_client_needs(tmp_path: Path) -> None:
    _, content = issue(tmp_path)
    assert content["url"] == "http://127.0.0.1:8080"
    assert content["source_key"].startswith("ksk_")
    assert tuple(content["tokens"]) == ROLES
    assert tuple(content["channel_secrets"]) == ADAPTERS
    assert len({*content["channel_secrets"].values(), content["source_key"]}) == len(ADAPTERS) + 1


def test_the_secret_by_which_the_erased_are_known_is_made_once(tmp_path: Path) -> None:
    first, _ = issue(tmp_path)
    again, _ = issue(tmp_path)
    assert first.erasure_key == again.erasure_key
    assert len(first.erasure_key) >= 32


def test_every_file_is_for_its_owner_only(tmp_path: Path) -> None:
    issue(tmp_path)
    modes = {path: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert len(modes) == 4 + 1 + len(ADAPTERS)
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert modes[tmp_path / "secrets"] == 0o700


@pytest.mark.parametrize("role", ROLES)
def test_token_claims(tmp_path: Path, role: str) -> None:
    files, content = issue(tmp_path)
    token = jwt.decode(content["tokens"][role], signing_key(files.jwt_key_file), algorithms=["HS256"])
    assert token.claims == {
        "iss": "kesher-dev",
        "aud": "kesher",
        "sub": f"dev-{role}",
        "roles": [role],
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(days=30)).timestamp()),
    }


def test_kept_over_restarts_while_the_address_may_change(tmp_path: Path) -> None:
    _, first = issue(tmp_path)
    _, second = issue(tmp_path, NOW + timedelta(days=20), port=9090)
    assert second == {**first, "url": "http://127.0.0.1:9090"}


def test_tokens_about_to_expire_are_renewed_and_nothing_else(tmp_path: Path) -> None:
    _, first = issue(tmp_path)
    _, second = issue(tmp_path, NOW + timedelta(days=24))
    assert all(second["tokens"][role] != first["tokens"][role] for role in ROLES)
    assert {**second, "tokens": None} == {**first, "tokens": None}


def test_expired_tokens_are_renewed(tmp_path: Path) -> None:
    issue(tmp_path)
    _, content = issue(tmp_path, NOW + timedelta(days=400))
    assert set(content["tokens"]) == set(ROLES)


def test_two_folders_share_no_secret(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    _, one = issue(tmp_path / "one")
    _, two = issue(tmp_path / "two")
    assert one["source_key"] != two["source_key"]
    assert one["tokens"]["admin"] != two["tokens"]["admin"]


def test_sources_hold_the_hash_of_the_key_and_point_to_the_secrets(tmp_path: Path) -> None:
    files, content = issue(tmp_path)
    text = files.sources_file.read_text()
    sources = {source["adapter"]: source for source in yaml.safe_load(text)["sources"]}
    assert sources.keys() == {"web_segment", "cloudevents", *ADAPTERS}
    assert sources["web_segment"]["key_hashes"] == [f"sha256:{sha256(content['source_key'].encode()).hexdigest()}"]
    assert content["source_key"] not in text
    for adapter in ADAPTERS:
        (secret,) = sources[adapter]["secrets"]
        assert Path(secret["file"]).read_text() == content["channel_secrets"][adapter]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "2001:db8::1"])
def test_refuses_an_address_that_others_reach(tmp_path: Path, host: str) -> None:
    with pytest.raises(NotLoopback, match=host):
        issue_credentials(tmp_path, host, 8080, At(NOW))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_is_fine(host: str) -> None:
    require_loopback(host)
