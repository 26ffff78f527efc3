"""Narrowing of untrusted vendor payloads, and fitting of what they hold into our types.

What a vendor got wrong in a field that we can do without is left out: the raw payload keeps it.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from schemas.interaction import MAX_CONSENTS, MAX_IDENTIFIERS, MAX_TEXT, MAX_TRAITS, Assurance
from services.runtime.errors import Rejected

VERIFIED = Assurance.VERIFIED
CLAIMED = Assurance.CLAIMED
MAX_RAW_BYTES = 32_768

_MAX_NAME = 200
_MAX_IDENTIFIER = 320
_MAX_AMOUNT = 1e12
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/ -]{0,99}")


class Payload:
    """A JSON object of which nothing is known; `path` is where it lies in the delivery."""

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, dict):
            raise Rejected("must be an object", field=path or "body")
        self.value: dict[str, Any] = value
        self._path = path

    def at(self, key: str) -> str:
        """The dotted path of `key`."""
        return f"{self._path}.{key}" if self._path else key

    def text(self, key: str) -> str | None:
        """A text without surrounding space, or a whole number as text; None if there is none."""
        value = self.value.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return (value.strip() or None) if isinstance(value, str) else None

    def required(self, key: str) -> str:
        """The text at `key`. Raises Rejected."""
        value = self.text(key)
        if value is None:
            raise Rejected("a text is required", field=self.at(key))
        return value

    def number(self, key: str) -> float | None:
        """A finite number of at least zero, also one written as text."""
        try:
            value = float(self.value.get(key))  # type: ignore[arg-type]  # whatever is no number raises
        except (TypeError, ValueError, OverflowError):
            return None
        return value if math.isfinite(value) and value >= 0 else None

    def true(self, key: str) -> bool:
        """Whether `key` is there and true."""
        return self.value.get(key) is True

    def object(self, key: str) -> "Payload":
        """The object at `key`, or an empty one."""
        value = self.value.get(key)
        return Payload(value if isinstance(value, dict) else {}, self.at(key))

    def objects(self, key: str) -> list["Payload"]:
        """The objects in the list at `key`; what else lies there is passed over."""
        value = self.value.get(key)
        listed = value if isinstance(value, list) else []
        return [Payload(item, f"{self.at(key)}.{n}") for n, item in enumerate(listed) if isinstance(item, dict)]


def identifier(namespace: str, value: str | None, assurance: Assurance) -> dict[str, str] | None:
    """An identifier, or None when there is no usable value."""
    clean = (value or "").strip()
    if not clean or len(clean) > _MAX_IDENTIFIER or _UNPRINTABLE.search(clean):
        return None
    return {"namespace": namespace, "value": clean, "assurance": assurance.value}


def identifiers(*candidates: dict[str, str] | None) -> list[dict[str, str]]:
    """Those that there are, each once with its best assurance, in the order given."""
    best: dict[tuple[str, str], dict[str, str]] = {}
    for candidate in candidates:
        if candidate is not None:
            place = (candidate["namespace"], candidate["value"])
            if place not in best or candidate["assurance"] == VERIFIED:
                best[place] = candidate
    return list(best.values())[:MAX_IDENTIFIERS]


def short(value: str | None) -> str | None:
    """A printable name of at most 200 characters."""
    return _UNPRINTABLE.sub(" ", value or "").strip()[:_MAX_NAME].strip() or None


def unique(value: str) -> str:
    """`value` as an event id: itself, or its hash where it is too long or not printable."""
    if len(value) <= _MAX_NAME and not _UNPRINTABLE.search(value):
        return value
    return digest(value)


def digest(value: Any) -> str:
    """A name for a payload that has none: equal payloads have equal names."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def key(value: str | None) -> str | None:
    """A short code (`outcome`, `reason`) with whatever does not belong in one replaced by an underscore."""
    code = re.sub(r"[^A-Za-z0-9_.:/ -]", "_", value or "")[:100]
    return code if _KEY.fullmatch(code) else None


def text(value: str | None) -> str | None:
    """What somebody wrote, cut to the longest text that an interaction takes."""
    return (value or "")[:MAX_TEXT] or None


def traits(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attribute values that can be traits; what is empty or oddly named is left to the raw payload."""
    fitting = {k: v for k, v in values.items() if _KEY.fullmatch(k) and v not in (None, "", [], {})}
    return dict(list(fitting.items())[:MAX_TRAITS])


def consents(
    granted: Mapping[str, bool], *, at: datetime | None = None, method: str | None = None
) -> list[dict[str, Any]] | None:
    """What a customer allowed or refused by purpose; purposes with odd names are left to the raw payload."""
    fitting = {purpose: answer for purpose, answer in granted.items() if _KEY.fullmatch(purpose)}
    return [
        {"purpose": purpose, "granted": answer, "at": at, "method": method}
        for purpose, answer in list(fitting.items())[:MAX_CONSENTS]
    ] or None


def raw(value: Any) -> Any:
    """The payload to keep, or its hash and size where it is too large to go along with the interaction."""
    encoded = json.dumps(value, ensure_ascii=False).encode()
    if len(encoded) <= MAX_RAW_BYTES:
        return value
    return {"omitted": True, "bytes": len(encoded), "sha256": sha256(encoded).hexdigest()}


def money(amount: float | None, currency: str | None) -> dict[str, str] | None:
    """An amount in major units with its currency, if both are there and make sense."""
    code = (currency or "").upper()
    if amount is None or amount >= _MAX_AMOUNT or not _CURRENCY.fullmatch(code):
        return None
    return {"amount": f"{amount:.6f}".rstrip("0").rstrip("."), "currency": code}


def present(**fields: Any) -> dict[str, Any] | None:
    """The fields that have a value; None if none has."""
    return {name: value for name, value in fields.items() if value is not None} or None


def first(values: Iterable[str | None]) -> str | None:
    """The first that is there."""
    return next((value for value in values if value), None)
