"""Invented traffic, the same for the same seed. docs/benchmarks.md tells what it is made of; keep the two alike."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

SOURCE = "/bench/main"
START = datetime(2026, 11, 1, tzinfo=UTC)

FIRST_NAMES = (
    *("Dana", "Noam", "Yael", "Amit", "Maya", "Ori", "Tamar", "Daniel", "Shira", "Eitan", "Noa", "Itai", "Michal"),
    *("Yonatan", "Rachel", "David", "Sarah", "Omer", "Leah", "Adam", "Hila", "Gal", "Ruth", "Nir", "Talia", "Asaf"),
    *("Miriam", "Uri", "Avigail", "Roni", "דנה", "נועם", "יעל", "עמית", "מאיה", "אורי", "תמר", "דניאל", "שירה", "איתן"),
)
LAST_NAMES = (
    *("Cohen", "Levi", "Mizrahi", "Peretz", "Biton", "Dahan", "Avraham", "Friedman", "Malka", "Azulay", "Katz"),
    *("Yosef", "Amar", "Ohayon", "Hadad", "Gabay", "Adler", "Shapira", "Klein", "Weiss", "Segal", "Golan", "Barak"),
    *("Harari", "Navon", "Sasson", "Tal", "Rosen", "Vaknin", "Zohar", "כהן", "לוי", "מזרחי", "פרץ", "ביטון", "דהן"),
)
CHANNEL_TYPES = (
    ("web", "page.viewed", 30),
    ("web", "product.viewed", 15),
    ("web", "order.placed", 5),
    ("call", "call.ended", 15),
    ("chat", "chat.message.received", 15),
    ("email", "email.received", 10),
    ("store", "store.visited", 7),
    ("survey", "survey.answered", 3),
)
CYCLE = (
    ("web", "product.viewed"),
    ("web", "order.placed"),
    ("store", "order.fulfilled"),
    ("call", "call.ended"),
)
"""Each enters another stage of the shipped `customer_lifecycle` than the one before it, round and round."""
REASONS = ("billing.refund", "billing.invoice", "delivery.late", "product.question", "account.access")
SENTENCES = (
    "I ordered on Sunday and it has still not come.",
    "Could you please send me the invoice again?",
    "The refund that was promised is not on my account.",
    "Thank you, that was quick.",
    "איפה ההזמנה שלי? כבר עברו שלושה ימים.",
    "I was on hold for a quarter of an hour and then cut off.",
)
STRANGERS = 0.02

_encode = msgspec.json.Encoder().encode


class Event(NamedTuple):
    """One interaction in JSON. `key` is how transitions name it; `certain` if it enters a stage wherever it is read."""

    key: str
    body: bytes
    certain: bool = True


class Traffic:
    """Customers and what they do from `start` on, which may be moved; ids begin with `run`.

    Customers are numbered from 0, unless their `numbers` are given.
    """

    def __init__(
        self, customers: int, run: str, *, seed: int = 1, start: datetime = START, numbers: Sequence[int] | None = None
    ) -> None:
        self.customers = customers
        self.start = start
        self._numbers = range(customers) if numbers is None else numbers
        self._random = random.Random(seed)
        self._run = run
        self._made = 0
        self._turns: dict[int, int] = {}
        self._devices: list[tuple[int, str]] = []

    def history(self, count: int, seconds_apart: float = 15.0) -> list[bytes]:
        """Returning customers on all channels, known by one to three identifiers, with or without customer number."""
        types = self._random.choices(CHANNEL_TYPES, [weight for *_, weight in CHANNEL_TYPES], k=count)
        return [
            self._event(number * seconds_apart, channel, kind, *self._returning(), plain=False).body
            for number, (channel, kind, _) in enumerate(types)
        ]

    def introductions(self) -> Iterator[Event]:
        """Every customer once, with customer number, telephone, e-mail and name."""
        for customer in self._numbers:
            yield self._event(0.0, *self._turn(customer), customer, identifiers_of(customer), plain=True)

    def steps(self, offsets: Sequence[float]) -> Iterator[Event]:
        """Introduced customers moving from stage to stage at those seconds after the start, and a few strangers.

        A stranger is a new device that looks at a page, and soon turns out to be a customer's.
        """
        for offset in offsets:
            if self._devices and self._random.random() < STRANGERS:
                customer, device = self._devices.pop(0)
                identifiers = [identifiers_of(customer)[0], ("device", device)]
                yield self._event(offset, *self._turn(customer), customer, identifiers, plain=False)
            elif self._random.random() < STRANGERS:
                customer = self._numbers[self._random.randrange(self.customers)]
                device = f"dev-{self._run}-{self._made}"
                self._devices.append((customer, device))
                seen = self._event(offset, "web", "page.viewed", customer, [("device", device)], plain=True)
                yield seen._replace(certain=False)
            else:
                customer, identifiers = self._returning()
                yield self._event(offset, *self._turn(customer), customer, identifiers, plain=False)

    def _turn(self, customer: int) -> tuple[str, str]:
        turn = self._turns.get(customer, customer)
        self._turns[customer] = turn + 1
        return CYCLE[turn % len(CYCLE)]

    def _returning(self) -> tuple[int, list[tuple[str, str]]]:
        """Half of what happens concerns a quarter of the customers."""
        customer = self._numbers[int(self.customers * self._random.random() ** 2)]
        number, *others = identifiers_of(customer)
        wanted = self._random.choices((0, 1, 2), (20, 55, 25))[0]
        others = self._random.sample(others, wanted)
        known = [number] if not others or self._random.random() < 0.7 else []
        return customer, [*known, *others]

    def _event(
        self,
        offset: float,
        channel: str,
        kind: str,
        customer: int,
        identifiers: Sequence[tuple[str, str]],
        *,
        plain: bool,
    ) -> Event:
        name = f"{self._run}-{self._made}"
        self._made += 1
        data: dict[str, Any] = {
            "channel": channel,
            "direction": "inbound",
            "identifiers": [{"namespace": namespace, "value": value} for namespace, value in identifiers],
        }
        if plain or self._random.random() < 0.3:
            data["traits"] = {"name": name_of(customer), "language": "he" if customer % 3 else "en"}
        if channel in {"call", "chat"}:
            data["measures"] = {
                "wait_seconds": round(self._random.expovariate(1 / 60), 1),
                "handle_seconds": round(self._random.expovariate(1 / 300), 1),
                "transfers": int(self._random.random() < 0.15),
            }
            data["reason"] = self._random.choice(REASONS)
        if channel in {"call", "chat", "email"}:
            data["text"] = " ".join(self._random.choices(SENTENCES, k=self._random.randint(1, 6)))
        event = {
            "specversion": "1.0",
            "id": name,
            "source": SOURCE,
            "type": kind,
            "time": (self.start + timedelta(seconds=offset)).isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
        return Event(f"{SOURCE} {name}", _encode(event))


def identifiers_of(customer: int) -> tuple[tuple[str, str], ...]:
    """Customer number, telephone, e-mail."""
    return (
        ("customer_id", f"c-{customer:07d}"),
        ("phone", f"+97254{customer:07d}"),
        ("email", f"user{customer}@example.com"),
    )


def name_of(customer: int) -> str:
    """A name that some 130 of 200,000 customers share."""
    spread = customer * 2_654_435_761
    return f"{FIRST_NAMES[spread % len(FIRST_NAMES)]} {LAST_NAMES[spread // 97 % len(LAST_NAMES)]}"
