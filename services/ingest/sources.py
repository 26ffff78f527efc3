"""The configured sources, from a YAML file; keys at rest are hashes, secrets are references."""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from schemas.interaction import Channel as ChannelName
from services.ingest.bulk.located import NotYaml, load
from services.ingest.channel import Delivery, Source
from services.ingest.registry import ADAPTER_NAMES, ADAPTERS, CLOUDEVENTS
from services.ingest.signatures import key_hash, presented_key, require_any
from services.runtime.errors import KesherError, NotFound, Unauthenticated

KEYED_ADAPTERS = frozenset({CLOUDEVENTS, "web_segment"})


class BadSources(KesherError):
    """The file of sources is wrong; the message names the line and the field."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SecretReference(_Strict):
    """Where a secret lies: in an environment variable, or in a file that holds nothing else."""

    env: str | None = None
    file: Path | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.env is None) == (self.file is None):
            raise ValueError("needs either `env` or `file`")
        return self

    def read(self) -> bytes:
        """The secret. Raises BadSources."""
        if self.env is not None:
            secret = os.environ.get(self.env, "").encode()
        else:
            try:
                secret = self.file.read_bytes().strip() if self.file else b""
            except OSError as error:
                raise BadSources(f"the secret in {self.file} cannot be read: {error.strerror}") from error
        if not secret:
            raise BadSources(f"the secret {self.env or self.file} is empty or not set")
        return secret


class SourceSettings(_Strict):
    """One source as written in the file."""

    name: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.:@+~-]{0,199}$")]
    channel: ChannelName
    adapter: str
    region: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = "IL"
    trust: Annotated[int, Field(ge=0, le=100)] = 50
    trust_claims: bool = False
    key_hashes: tuple[Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")], ...] = ()
    secrets: tuple[SecretReference, ...] = ()
    verify_tokens: tuple[SecretReference, ...] = ()
    events_per_second: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _can_be_verified(self) -> Self:
        if self.adapter not in ADAPTER_NAMES:
            raise ValueError(f"adapter {self.adapter!r} is not one of {', '.join(sorted(ADAPTER_NAMES))}")
        needed, unwanted = ("key_hashes", "secrets") if self.adapter in KEYED_ADAPTERS else ("secrets", "key_hashes")
        if not getattr(self, needed) or getattr(self, unwanted):
            raise ValueError(f"adapter {self.adapter!r} needs `{needed}` and takes no `{unwanted}`")
        return self

    def resolve(self) -> Source:
        """The source with its secrets. Raises BadSources."""
        return Source(
            name=self.name,
            channel=self.channel.value,
            adapter=self.adapter,
            region=self.region,
            trust=self.trust,
            trust_claims=self.trust_claims,
            credentials=tuple(h.encode() for h in self.key_hashes) or tuple(s.read() for s in self.secrets),
            verify_tokens=tuple(token.read() for token in self.verify_tokens),
            events_per_second=self.events_per_second,
        )


class _File(_Strict):
    sources: tuple[SourceSettings, ...]


class Sources:
    """All configured sources, found by what a request can prove."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._all = tuple(sources)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._all)

    def by_key(self, adapter: str, headers: Mapping[str, str]) -> Source:
        """The source of `adapter` that the API key in the headers belongs to. Raises Unauthenticated."""
        key = presented_key(headers)
        given = key_hash(key) if key else b""
        for source in self._of(adapter):
            if _vouched(given, source.credentials):
                return source
        raise Unauthenticated("an API key is needed: as bearer token, Basic user, or X-API-Key")

    def by_delivery(self, adapter: str, delivery: Delivery, now: datetime) -> Source:
        """The source of `adapter` whose credentials vouch for `delivery`. Raises Unauthenticated, or Rejected.

        A request may say which one it is for with `?source=`; else the first that fits, in the order configured.
        """
        wanted = delivery.query.get("source")
        for source in self._of(adapter):
            if wanted is None or wanted == source.name:
                try:
                    ADAPTERS[adapter].channel.verify(delivery, source.credentials, now)
                except Unauthenticated:
                    continue
                return source
        raise Unauthenticated("the signature or key fits no source of this adapter")

    def verify_tokens(self, adapter: str) -> tuple[bytes, ...]:
        """The verify tokens of all sources of `adapter`. Raises NotFound if there is no such source."""
        of = list(self._of(adapter))
        if not of:
            raise NotFound("no source is configured for this adapter")
        return tuple(token for source in of for token in source.verify_tokens)

    def _of(self, adapter: str) -> Iterator[Source]:
        return (source for source in self._all if source.adapter == adapter)


def read_sources(path: Path | None) -> Sources:
    """The sources in `path`; none without a file. Raises BadSources."""
    if path is None:
        return Sources(())
    try:
        text = path.read_text(encoding="utf-8")
        located = load(text)
        file = _File.model_validate(located.value)
    except OSError as error:
        raise BadSources(f"{path}: {error.strerror}") from error
    except NotYaml as error:
        raise BadSources(f"{path}:{error.line}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place, line = located.find(first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise BadSources(f"{path}:{line}: {'.'.join(map(str, first['loc'] or place))}: {message}") from error
    return Sources([source.resolve() for source in _unambiguous(file.sources, path)])


def new_key() -> tuple[str, str]:
    """A new API key of 256 random bits, to be shown once, and the hash to configure."""
    key = f"ksk_{secrets.token_urlsafe(32)}"
    return key, key_hash(key.encode()).decode()


def _unambiguous(sources: Sequence[SourceSettings], path: Path) -> Sequence[SourceSettings]:
    seen: set[tuple[str, str]] = set()
    for source in sources:
        place = (source.name, source.adapter)
        if place in seen:
            raise BadSources(f"{path}: the source {source.name} is configured twice for {source.adapter}")
        seen.add(place)
    return sources


def _vouched(given: bytes, credentials: Sequence[bytes]) -> bool:
    try:
        require_any(given, credentials)
    except Unauthenticated:
        return False
    return True
