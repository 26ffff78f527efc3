"""Comparing credentials: over raw bytes, in constant time, several valid ones at once."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256

from services.runtime.errors import Unauthenticated


def require_any(given: bytes, expected: Iterable[bytes]) -> None:
    """Returns if `given` equals one of `expected`; all are compared. Raises Unauthenticated."""
    matches = [hmac.compare_digest(given, candidate) for candidate in expected]
    if not given or not any(matches):
        raise Unauthenticated("the signature or secret is missing or wrong")


def hmac_base64(secret: bytes, content: bytes, algorithm: str) -> bytes:
    """The keyed hash of `content` in base64."""
    return b64encode(hmac.digest(secret, content, algorithm))


def hmac_hex(secret: bytes, content: bytes, algorithm: str) -> bytes:
    """The keyed hash of `content` in lower-case hex."""
    return hmac.digest(secret, content, algorithm).hex().encode()


def raw_bytes(header: str) -> bytes:
    """A header's value as it was on the wire: HTTP carries Latin-1."""
    return header.encode("latin-1", "replace")


def basic_auth(authorization: str) -> tuple[bytes, bytes] | None:
    """User and password of an HTTP Basic header, as raw bytes; None if it is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = b64decode(encoded.strip(), validate=True).partition(b":")
    except ValueError:
        return None
    return user, password


def key_hash(api_key: bytes) -> bytes:
    """How an API key is kept at rest. A fast hash is enough: keys are 256 random bits."""
    return b"sha256:" + sha256(api_key).hexdigest().encode()


def presented_key(headers: Mapping[str, str]) -> bytes | None:
    """The API key in the headers: bearer token, Basic user (a Segment write key), or X-API-Key."""
    authorization = headers.get("authorization", "")
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return raw_bytes(token.strip())
    basic = basic_auth(authorization)
    if basic and basic[0]:
        return basic[0]
    named = headers.get("x-api-key")
    return raw_bytes(named) if named else None
