from pathlib import Path

import pytest
from pydantic import ValidationError

from services.runtime.settings import Settings

KEY = Path("dev-jwt-key.json")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.5.5.5", "::1", "localhost"])
def test_development_keys_serve_on_loopback(host: str) -> None:
    assert Settings(host=host, dev_jwt_key_file=KEY).on_loopback


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "192.0.2.1", "kesher.example.com", "localhost.example.com"]
)
def test_development_keys_are_refused_anywhere_else(host: str) -> None:
    assert not Settings(host=host).on_loopback
    with pytest.raises(ValidationError, match="KESHER_DEV_JWT_KEY_FILE"):
        Settings(host=host, dev_jwt_key_file=KEY)


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KESHER_PORT", "9000")
    monkeypatch.setenv("KESHER_DATABASE_URL", "postgresql://kesher:secret@db/kesher")
    settings = Settings()
    assert settings.port == 9000
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "http"),
        ("BATCH_RECORDS", "0"),
        ("DATABASE_CONNECTIONS", "0"),
        ("MAX_DEAD_LETTER_SHARE", "0"),
        ("MAX_DEAD_LETTER_SHARE", "1.5"),
        ("KAFKA_REPLICATION", "0"),
        ("KAFKA_MOST_PARTITIONS", "0"),
        ("KAFKA_TIMEOUT_SECONDS", "0"),
        ("KAFKA_IDEMPOTENT", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named_at_start(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"KESHER_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "http://127.0.0.1:8080"),
        ({"host": "::1", "port": 1}, "http://[::1]:1"),
        ({"public_url": "https://kesher.example.com/"}, "https://kesher.example.com"),
    ],
)
def test_the_outside_calls_us_by_one_address(settings: dict[str, object], url: str) -> None:
    assert Settings.model_validate(settings).external_url == url


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
