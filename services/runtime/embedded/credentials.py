"""Development credentials: made once per data folder, for the loopback address only.

What there is: a key that signs role tokens, one API key for sources, and one secret per vendor adapter.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import yaml
from joserfc import jwt
from joserfc.jwk import OctKey

from services.runtime.clock import Clock
from services.runtime.embedded.folder import private_folder
from services.runtime.embedded.ports import http_url
from services.runtime.embedded.private_file import write_private
from services.runtime.errors import KesherError

ISSUER = "kesher-dev"
AUDIENCE = "kesher"
ROLES = ("agent", "ops", "steward", "admin")
TOKEN_LIFETIME = timedelta(days=30)
RENEW_BEFORE_EXPIRY = timedelta(days=7)
REGION = "IL"
HANDSHAKING_VENDORS = frozenset({"whatsapp"})
ADAPTERS = ("call_twilio", "chat_whatsapp", "email_postmark", "store_shopify")


class NotLoopback(KesherError):
    """Development credentials were asked for on an address that others can reach."""


@dataclass(frozen=True)
class DevCredentials:
    """Where the services find what they need, and what a client needs (`client_file`, mode 0600)."""

    client_file: Path
    jwt_key_file: Path
    sources_file: Path
    erasure_key: str


def issue_credentials(data_dir: Path, host: str, port: int, clock: Clock) -> DevCredentials:
    """Makes what is missing in the folder and keeps what is there. Raises NotLoopback."""
    require_loopback(host)
    files = DevCredentials(
        data_dir / "dev-credentials.json",
        data_dir / "dev-jwt-key.json",
        data_dir / "sources.yaml",
        erasure_key(data_dir / "erasure-key"),
    )
    earlier = json.loads(files.client_file.read_text(encoding="utf-8")) if files.client_file.exists() else {}
    source_key = earlier.get("source_key") or f"ksk_{secrets.token_urlsafe(32)}"
    channel_secrets = {name: secrets.token_urlsafe(32) for name in ADAPTERS} | earlier.get("channel_secrets", {})
    write_credentials(
        files.client_file,
        url=http_url(host, port),
        source_key=source_key,
        tokens=_tokens(signing_key(files.jwt_key_file), earlier.get("tokens", {}), clock.now()),
        channel_secrets=channel_secrets,
    )
    secret_files = _write_secrets(private_folder(data_dir / "secrets"), channel_secrets)
    write_private(files.sources_file, yaml.safe_dump(dev_sources(source_key, secret_files), sort_keys=False))
    return files


def require_loopback(host: str) -> None:
    """Raises NotLoopback unless only this machine can reach `host`."""
    if host != "localhost" and not ip_address(host).is_loopback:
        raise NotLoopback(
            f"`kesher run` issues development credentials and so listens on a loopback address only, not on {host}; "
            "for any other address run the services one by one with your own identity provider"
        )


def write_credentials(
    path: Path, *, url: str, source_key: str, tokens: Mapping[str, str], channel_secrets: Mapping[str, str]
) -> None:
    """What a script, a test or a person needs to talk to this installation; readable by the owner only."""
    content = {"url": url, "source_key": source_key, "tokens": tokens, "channel_secrets": channel_secrets}
    write_private(path, json.dumps(content, indent=2) + "\n")


def signing_key(path: Path) -> OctKey:
    """The key in the file (a JWK), made if there is none."""
    if not path.exists():
        key = OctKey.generate_key(256, parameters={"alg": "HS256", "use": "sig"})
        write_private(path, json.dumps(key.as_dict(private=True)))
    return OctKey.import_key(json.loads(path.read_text(encoding="utf-8")))


def erasure_key(path: Path) -> str:
    """The secret in the file, made if there is none. It stays: what was erased is known by it alone."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text(encoding="utf-8").strip()


def mint_token(key: OctKey, role: str, issued_at: datetime) -> str:
    """A bearer token of one role, for 30 days."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": f"dev-{role}",
        "roles": [role],
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + TOKEN_LIFETIME).timestamp()),
    }
    return jwt.encode({"alg": "HS256"}, claims, key)


def dev_sources(source_key: str, secret_files: Mapping[str, Path]) -> dict[str, Any]:
    """The sources of the loopback default: everything by API key, the vendors by their signatures."""
    hashed = f"sha256:{sha256(source_key.encode()).hexdigest()}"
    by_key: list[dict[str, Any]] = [
        {"name": "/web/main", "channel": "web", "adapter": "web_segment"},
        {"name": "/", "channel": "app", "adapter": "cloudevents"},  # may write any source
    ]
    by_signature: list[dict[str, Any]] = [
        {
            "name": f"/{channel}/{vendor}/main",
            "channel": channel,
            "adapter": f"{channel}_{vendor}",
            "secrets": [{"file": str(file)}],
            **({"verify_tokens": [{"file": str(file)}]} if vendor in HANDSHAKING_VENDORS else {}),
        }
        for (channel, vendor), file in ((name.split("_", 1), file) for name, file in secret_files.items())
    ]
    keyed = [{**source, "key_hashes": [hashed]} for source in by_key]
    return {"sources": [{**source, "region": REGION} for source in (*keyed, *by_signature)]}


def _tokens(key: OctKey, earlier: Mapping[str, str], now: datetime) -> dict[str, str]:
    return {role: _kept(key, earlier.get(role), now) or mint_token(key, role, now) for role in ROLES}


def _kept(key: OctKey, token: str | None, now: datetime) -> str | None:
    if not token:
        return None
    expires = jwt.decode(token, key, algorithms=["HS256"]).claims["exp"]
    return token if expires > (now + RENEW_BEFORE_EXPIRY).timestamp() else None


def _write_secrets(folder: Path, channel_secrets: Mapping[str, str]) -> dict[str, Path]:
    files = {name: folder / name for name in channel_secrets}
    for name, path in files.items():
        write_private(path, channel_secrets[name])
    return files
