"""Makes what `compose.yaml` needs, once: secrets, one source key, and tokens of every role for thirty days.

For trying out on one machine. In earnest tokens come from your identity provider, and secrets from where you keep them.
"""

import json
import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import yaml
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from rich.console import Console

ISSUER = "kesher-compose"
ROLES = ("agent", "ops", "steward", "admin")
LIFETIME = timedelta(days=30)
SOURCES = (("/web/main", "web", "web_segment"), ("/", "app", "cloudevents"))


def make(folder: Path, now: datetime) -> Path:
    """Writes `.env` and `config/` in `folder`; the file with the credentials. Raises FileExistsError."""
    config = folder / "config"
    config.mkdir()
    key = ECKey.generate_key("P-256", parameters={"use": "sig", "kid": "compose"})
    source_key = f"ksk_{secrets.token_urlsafe(32)}"
    _write(folder / ".env", _environment(), private=True)
    _write(config / "jwks.json", json.dumps(KeySet([key]).as_dict(private=False), indent=2))
    _write(config / "sources.yaml", yaml.safe_dump({"sources": _sources(source_key)}, sort_keys=False))
    tokens = {role: _token(key, role, now) for role in ROLES}
    known = {"url": "http://127.0.0.1:8080", "source_key": source_key, "tokens": tokens}
    credentials = folder / "credentials.json"
    _write(credentials, json.dumps(known, indent=2), private=True)
    return credentials


def _environment() -> str:
    names = ("KESHER_DATABASE_PASSWORD", "KESHER_INGEST_PARTITION_SECRET", "KESHER_ERASURE_KEY")
    return "".join(f"{name}={secrets.token_urlsafe(24)}\n" for name in names)


def _sources(source_key: str) -> list[dict[str, object]]:
    hashed = [f"sha256:{sha256(source_key.encode()).hexdigest()}"]
    return [
        {"name": name, "channel": channel, "adapter": adapter, "key_hashes": hashed}
        for name, channel, adapter in SOURCES
    ]


def _token(key: ECKey, role: str, now: datetime) -> str:
    claims = {
        "iss": ISSUER,
        "aud": "kesher",
        "sub": f"compose-{role}",
        "roles": [role],
        "iat": int(now.timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
    }
    return jwt.encode({"alg": "ES256", "kid": "compose"}, claims, key)


def _write(path: Path, text: str, *, private: bool = False) -> None:
    path.touch(mode=0o600 if private else 0o644, exist_ok=False)
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    Console().print(f"Written: {make(Path(__file__).parent, datetime.now(UTC))}", highlight=False)
