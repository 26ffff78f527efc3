"""What customers and the organisation do, before any vendor writes it down in a format of its own."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from services.demo.cast import Person


@dataclass(frozen=True, slots=True)
class Web:
    """A call of the Segment libraries: on a page (`page`), an event (`track`), or a login (`identify`).

    `person` is who is logged in; `device` is the browser.
    """

    kind: Literal["page", "track", "identify"]
    device: str
    name: str = ""
    person: Person | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """A status of a call (Twilio). `call` names it within its story; `agent` is a second leg that rings an agent."""

    call: str
    status: Literal["ringing", "in-progress", "completed", "no-answer"]
    person: Person
    withheld: bool = False
    agent: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """A message of a customer, or the customer's new number when `new_phone` is given."""

    person: Person
    text: str = ""
    new_phone: str | None = None


@dataclass(frozen=True, slots=True)
class WhatsAppReply:
    """What became of a message of the organisation."""

    person: Person
    message: str
    status: Literal["sent", "delivered", "read"] = "sent"


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail of a customer (Postmark)."""

    person: Person
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class MailOpened:
    """A customer opened an e-mail of the organisation (Postmark)."""

    person: Person
    campaign: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A webhook of the web shop (Shopify). `order` names it within its story; `device` bought it in that browser."""

    topic: Literal["orders/create", "orders/paid", "orders/fulfilled", "orders/cancelled", "refunds/create"]
    order: str
    person: Person
    amount: str
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event in Kesher's own format (CloudEvents), as in-house systems send it.

    `known_by` names what the system knows of the person: customer_id, loyalty_id, email, phone, device.
    `claimed` are identifiers that were only said. `data` are further fields of an interaction.
    """

    source: str
    type: str
    channel: str
    person: Person | None = None
    known_by: tuple[str, ...] = ("customer_id",)
    claimed: dict[str, str] = field(default_factory=dict)
    conversation: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


Message = Web | PhoneCall | WhatsApp | WhatsAppReply | Mail | MailOpened | Shop | Event


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: in words, and as a message. In life it comes `pause` seconds after the step before.

    `later` is how much time the story says has gone by; it counts when a story is told as the past.
    """

    say: str
    message: Message
    pause: float = 3.0
    later: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Story:
    """Steps in their order."""

    key: str
    title: str
    steps: tuple[Step, ...]
