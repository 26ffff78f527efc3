"""The interaction: one thing that happened between a customer and the organisation on one channel."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

MAX_IDENTIFIERS = 32
MAX_TRAITS = 100
MAX_CONSENTS = 50
MAX_TEXT = 32_768

MAX_EXTENSION = 1_000

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
FURTHEST_AHEAD = timedelta(hours=24)
"""How far an interaction's time may lie ahead of the clock of whoever takes it in."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ATTRIBUTE_NAME = re.compile(r"^[a-z0-9]{1,32}$")


def _printable(value: str) -> str:
    if _CONTROL.search(value):
        raise ValueError("must not contain control characters")
    return value


def _is_extension_value(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_EXTENSION and not _CONTROL.search(value)
    return isinstance(value, int) and -(2**31) <= value < 2**31


def _short(limit: int) -> object:
    return StringConstraints(min_length=1, max_length=limit)


Name = Annotated[str, _short(200), AfterValidator(_printable)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.:/ -]{0,99}$")]
Seconds = Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Channel(StrEnum):
    """Where an interaction took place."""

    CALL = "call"
    CHAT = "chat"
    EMAIL = "email"
    WEB = "web"
    STORE = "store"
    APP = "app"
    SOCIAL = "social"
    SURVEY = "survey"


class Assurance(StrEnum):
    """How far a source vouches for an identifier."""

    VERIFIED = "verified"
    CLAIMED = "claimed"


class Part(BaseModel):
    """Base of every part of the wire format: immutable, and strict about field names."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=True)


class Identifier(Part):
    """One way to recognise a customer, as the source wrote it; normalised by the profile service."""

    namespace: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}(:[a-z0-9_.-]{1,60})?$")]
    value: Annotated[str, _short(320), AfterValidator(_printable)]
    assurance: Assurance = Assurance.VERIFIED


class Measures(Part):
    """What the channel system measured; durations in seconds."""

    wait_seconds: Seconds | None = None
    self_service_seconds: Seconds | None = None
    ring_seconds: Seconds | None = None
    handle_seconds: Seconds | None = None
    hold_seconds: Seconds | None = None
    wrap_up_seconds: Seconds | None = None
    transfers: Count | None = None
    messages: Count | None = None


class Survey(Part):
    """An answered question: Net Promoter Score, customer satisfaction or customer effort."""

    kind: Literal["nps", "csat", "ces", "other"]
    score: Annotated[float, Field(ge=-1_000, le=1_000, allow_inf_nan=False)]
    lowest: Annotated[float, Field(allow_inf_nan=False)] = 0
    highest: Annotated[float, Field(allow_inf_nan=False)] = 10
    comment: Annotated[str, StringConstraints(max_length=MAX_TEXT)] | None = None


class Money(Part):
    """An amount in major units with its ISO 4217 currency."""

    amount: Annotated[Decimal, Field(max_digits=18, decimal_places=6, allow_inf_nan=False)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Consent(Part):
    """A use of the customer's data that the customer allowed, or refused."""

    purpose: Annotated[Key, Field(description="What for; compared without regard to case")]
    granted: bool
    at: AwareDatetime | None = Field(default=None, description="When it was said, if not at the event's time")
    method: Key | None = Field(default=None, description="How: a form, a double opt-in, in a call, …")
    wording: Name | None = Field(default=None, description="Which text the customer was shown")


class InteractionData(Part):
    """What happened, as far as the channel system knows it; only the channel is required."""

    channel: Channel
    direction: Literal["inbound", "outbound"] | None = None
    name: Name | None = Field(default=None, description="The event as its source calls it")
    conversation: Name | None = None
    identifiers: Annotated[tuple[Identifier, ...], Field(max_length=MAX_IDENTIFIERS)] = ()
    traits: Annotated[dict[Key, JsonValue], Field(max_length=MAX_TRAITS)] = Field(default_factory=dict)
    consents: Annotated[tuple[Consent, ...], Field(max_length=MAX_CONSENTS)] | None = None
    agent: Name | None = None
    queue: Name | None = None
    measures: Measures | None = None
    outcome: Key | None = None
    reason: Key | None = None
    campaign: Name | None = None
    sentiment: Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)] | None = None
    survey: Survey | None = None
    money: Money | None = None
    text: Annotated[str, StringConstraints(max_length=MAX_TEXT)] | None = None
    properties: dict[str, JsonValue] | None = Field(default=None, description="Details special to this type of event")
    revision: AwareDatetime | None = Field(default=None, description="The vendor's own version time of the record")
    raw: JsonValue | None = Field(default=None, description="The vendor's payload, or a pointer to it")


class Interaction(BaseModel):
    """A CloudEvents 1.0 event in structured mode; `(source, id)` is unique and is the deduplication key.

    Extension attributes are accepted when their names and values are what CloudEvents allows.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    specversion: Literal["1.0"]
    id: Name
    source: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/][A-Za-z0-9/_.:@+~-]{0,199}$")]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$", max_length=100)]
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, StringConstraints(max_length=300)] | None = None
    subject: Name | None = None
    data: InteractionData

    @model_validator(mode="after")
    def _extensions_are_cloudevents(self) -> Self:
        for name, value in (self.model_extra or {}).items():
            if not _ATTRIBUTE_NAME.match(name):
                raise ValueError(f"unknown field {name!r}: an extension attribute is named with a-z and 0-9 only")
            if not _is_extension_value(value):
                raise ValueError(f"extension attribute {name!r} must be a short string, integer or boolean")
        return self

    def to_json(self) -> bytes:
        """The event as it goes on the log: absent fields are left out."""
        return self.model_dump_json(exclude_none=True).encode()


def interaction(fields: Mapping[str, Any], data: Mapping[str, Any]) -> Interaction:
    """An interaction of envelope `fields` (`id`, `source`, `type`, `time`) and `data`.

    Raises pydantic.ValidationError with the location of each wrong field.
    """
    return Interaction.model_validate({"specversion": "1.0", **fields, "data": data})
