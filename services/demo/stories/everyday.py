"""What most customers do on most days."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.demo.cast import Person
from services.demo.messages import Event, Mail, PhoneCall, Shop, Step, Story, Web, WhatsApp, WhatsAppReply

_WORDS: dict[str, dict[str, str]] = {
    "question": {"en": "Hello, do you have this in size 42?", "he": "שלום, יש לכם את זה במידה 42?"},
    "thanks": {"en": "Great, thank you!", "he": "מעולה, תודה רבה!"},
    "subject": {"en": "Where is my parcel?", "he": "איפה החבילה שלי?"},
    "mail": {"en": "It was promised for yesterday.", "he": "היא הייתה אמורה להגיע אתמול."},
}


def _say(person: Person, words: str) -> str:
    return _WORDS[words][person.language]


def _money(person: Person, amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "ILS" if person.language == "he" else "USD"}


def _survey(person: Person, **answer: Any) -> Event:
    return Event("/survey/after-contact", "survey.answered", "survey", person, data={"survey": answer})


def browses(person: Person) -> Story:
    """A look around, and nothing more."""
    device = person.device
    return Story(
        "browses",
        "A look around the web shop",
        (
            Step(f"{person.given} opens the home page", Web("page", device, "Home")),
            Step(
                f"{person.given} searches for boots",
                Web("track", device, "Products Searched", properties={"query": "boots"}),
            ),
            Step(
                f"{person.given} looks at boots", Web("track", device, "Product Viewed", properties={"name": "Boots"})
            ),
            Step(f"{person.given} logs in", Web("identify", device, person=person)),
        ),
    )


def buys(person: Person) -> Story:
    """From the shelf to the parcel, without a hitch."""
    device = person.device
    return Story(
        "buys",
        "An order without a hitch",
        (
            Step(f"{person.given} comes back to the shop", Web("page", device, "Home", person)),
            Step(f"{person.given} looks at a lamp", Web("track", device, "Product Viewed", person, {"name": "Lamp"})),
            Step(f"{person.given} takes it", Web("track", device, "Product Added", person, {"name": "Lamp"})),
            Step(f"{person.given} begins to pay", Web("track", device, "Checkout Started", person)),
            Step(f"{person.given} orders it", Shop("orders/create", "lamp", person, "79.00", device)),
            Step(
                f"{person.given}'s lamp is sent",
                Shop("orders/fulfilled", "lamp", person, "79.00"),
                later=timedelta(days=1),
            ),
            Step(
                f"{person.given} would recommend us: 9 of 10",
                _survey(person, kind="nps", score=9),
                later=timedelta(days=2),
            ),
        ),
    )


def asks_on_whatsapp(person: Person) -> Story:
    """A question and an answer."""
    return Story(
        "asks_on_whatsapp",
        "A question on WhatsApp",
        (
            Step(f"{person.given} asks something on WhatsApp", WhatsApp(person, _say(person, "question"))),
            Step(f"{person.given} gets an answer", WhatsAppReply(person, "answer")),
            Step(f"{person.given} has read it", WhatsAppReply(person, "answer", "read")),
            Step(f"{person.given} says thank you", WhatsApp(person, _say(person, "thanks"))),
            Step(
                f"The chat with {person.given} ends",
                Event(
                    "/chat/desk",
                    "chat.conversation.ended",
                    "chat",
                    person,
                    ("customer_id", "phone"),
                    data={
                        "agent": "noam",
                        "reason": "product.size",
                        "outcome": "resolved",
                        "measures": {"messages": 4},
                    },
                ),
            ),
        ),
    )


def calls(person: Person) -> Story:
    """A call that is answered soon."""
    return Story(
        "calls",
        "A call that is answered soon",
        (
            Step(f"{person.given} calls", PhoneCall("call", "ringing", person)),
            Step(f"An agent answers {person.given}", PhoneCall("call", "in-progress", person)),
            Step(f"{person.given} hangs up content", PhoneCall("call", "completed", person, seconds=260), pause=5),
            Step(
                f"The call of {person.given} is written up",
                Event(
                    "/call/contact-centre",
                    "call.ended",
                    "call",
                    person,
                    ("customer_id", "phone"),
                    conversation="CA-call",
                    data={
                        "agent": "tamar",
                        "queue": "orders",
                        "reason": "order.status",
                        "outcome": "resolved",
                        "sentiment": 0.3,
                        "measures": {"wait_seconds": 35, "handle_seconds": 225, "transfers": 0},
                    },
                ),
            ),
            Step(
                f"{person.given} is satisfied: 5 of 5",
                _survey(person, kind="csat", score=5, lowest=1, highest=5),
                later=timedelta(hours=1),
            ),
        ),
    )


def gives_up(person: Person) -> Story:
    """A call that nobody answers, and an e-mail instead."""
    return Story(
        "gives_up",
        "A call that nobody answers",
        (
            Step(f"{person.given} calls and waits", PhoneCall("wait", "ringing", person)),
            Step(
                f"{person.given} gives up", PhoneCall("wait", "no-answer", person), pause=6, later=timedelta(minutes=5)
            ),
            Step(
                f"{person.given} writes an e-mail instead",
                Mail(person, _say(person, "subject"), _say(person, "mail")),
                later=timedelta(hours=1),
            ),
        ),
    )


def visits_a_store(person: Person) -> Story:
    """A visit with the loyalty card, and something bought."""
    return Story(
        "visits_a_store",
        "A visit to a store",
        (
            Step(
                f"{person.given} comes to the store",
                Event("/store/tills", "store.visited", "store", person, ("loyalty_id",), data={"queue": "haifa-1"}),
            ),
            Step(
                f"{person.given} buys something there",
                Event(
                    "/store/tills",
                    "order.placed",
                    "store",
                    person,
                    ("customer_id", "loyalty_id"),
                    data={"money": _money(person, "45.50"), "agent": "till-1"},
                ),
            ),
        ),
    )


def solves_it_alone(person: Person) -> Story:
    """A page of the help centre is enough."""
    return Story(
        "solves_it_alone",
        "A question that a page answers",
        (
            Step(f"{person.given} opens the help pages", Web("page", person.device, "Help: returns", person)),
            Step(
                f"{person.given} finds out how to return something",
                Event("/web/help-centre", "self_service.succeeded", "web", person, data={"reason": "return.how"}),
            ),
        ),
    )


EVERYDAY: tuple[Callable[[Person], Story], ...] = (
    browses,
    buys,
    asks_on_whatsapp,
    calls,
    gives_up,
    visits_a_store,
    solves_it_alone,
)
