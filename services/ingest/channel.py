"""The port between the web shell and the channels: a delivery comes in, interactions come out.

A channel is a module with two pure functions, `verify` and `parse`: no clock, no ids of its own, no side effects.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol, TypeVar

from pydantic import ValidationError

from schemas.interaction import Interaction, interaction
from services.ingest.strict_json import Document, read
from services.runtime.errors import Rejected

T = TypeVar("T")


@dataclass(frozen=True)
class Delivery:
    """One request as it arrived: header names in lower case, the body unpacked but otherwise raw.

    `url` is the public one with its query, as the vendor called and perhaps signed it.
    """

    headers: Mapping[str, str]
    body: bytes
    url: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def json(self) -> Document:
        """The body as JSON, read once. Raises Rejected."""
        return read(self.body)


@dataclass(frozen=True)
class Source:
    """One configured system on a channel. `credentials` are what its adapter verifies with, all valid at once."""

    name: str
    channel: str
    adapter: str
    region: str = "IL"
    trust: int = 50
    trust_claims: bool = False
    credentials: tuple[bytes, ...] = ()
    verify_tokens: tuple[bytes, ...] = ()
    events_per_second: float | None = None

    @cached_property
    def extensions(self) -> dict[str, Any]:
        """What every interaction of this source carries as CloudEvents extension attributes."""
        return {"region": self.region, "trust": self.trust, "trustclaims": self.trust_claims}

    @cached_property
    def extensions_json(self) -> bytes:
        """The same, as the members of a JSON object."""
        return json.dumps(self.extensions)[1:-1].encode()

    def may_write(self, name: str) -> bool:
        """Whether an event may name `name` as its source: this source, or one below it."""
        return name == self.name or name.startswith(self.name.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class ItemError:
    """Why the item at `index` of a delivery was refused; `field` is a dotted path, if one field is to blame."""

    index: int
    field: str | None
    error: str


class Parsed(NamedTuple):
    """What a delivery holds: sound interactions, and what had to be refused."""

    interactions: list[Interaction]
    rejected: list[ItemError]


class Channel(Protocol):
    """What `services/ingest/channels/<channel>_<vendor>.py` offers."""

    def verify(self, delivery: Delivery, secrets: Sequence[bytes], now: datetime) -> None:
        """Returns if one of `secrets` vouches for the raw delivery. Raises Unauthenticated."""

    def parse(self, delivery: Delivery, source: Source, now: datetime) -> Parsed:
        """The interactions of a verified delivery; `now` is when it arrived.

        Raises Rejected when the delivery as a whole cannot be read; a single bad item only costs itself.
        """


def event(source: Source, *, id: str, type: str, time: datetime, **data: Any) -> Interaction:  # noqa: A002 -- CloudEvents' names
    """An interaction of `source`. Raises pydantic.ValidationError."""
    fields = {"id": id, "source": source.name, "type": type, "time": time, **source.extensions}
    return interaction(fields, {"channel": source.channel, **data})


def each(items: Iterable[T], convert: Callable[[T], Interaction]) -> Parsed:
    """Converts every item; one that raises Rejected or ValidationError is reported by its index."""
    parsed = Parsed([], [])
    for index, item in enumerate(items):
        try:
            parsed.interactions.append(convert(item))
        except Rejected as error:
            parsed.rejected.append(ItemError(index, error.field, str(error)))
        except ValidationError as error:
            parsed.rejected.append(item_error(index, error))
    return parsed


def item_error(index: int, error: ValidationError) -> ItemError:
    """The first thing that a validator found wrong."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    location = ".".join(str(part) for part in first["loc"])
    return ItemError(index, location or None, first["msg"].removeprefix("Value error, "))
