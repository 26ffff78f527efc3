"""Stories in which it is hard to tell who is who."""

from collections.abc import Sequence
from datetime import timedelta

from services.demo.cast import (
    AVI,
    GUY,
    JONAH,
    KIOSK,
    MARCUS,
    NORTHWIND,
    PRIYA,
    RECYCLED_PHONE,
    RUTH,
    YAEL,
    Person,
)
from services.demo.messages import Event, PhoneCall, Shop, Step, Story, Web, WhatsApp

CONTACT_CENTRE = "/call/contact-centre"
BOOKS = "/store/customer-records"
WIDGET = "/chat/site-widget"

HOUSEHOLD = Story(
    key="household_phone",
    title="Two people, one phone",
    steps=(
        Step("Avi calls from the phone at home", PhoneCall("first", "ringing", AVI)),
        Step("An agent answers Avi", PhoneCall("first", "in-progress", AVI)),
        Step(
            "Avi tells his customer number; the call is about a delivery",
            Event(
                CONTACT_CENTRE,
                "call.ended",
                "call",
                AVI,
                ("customer_id", "phone"),
                conversation="CA-first",
                data={
                    "agent": "tamar",
                    "queue": "deliveries",
                    "reason": "delivery.late",
                    "outcome": "resolved",
                    "measures": {"wait_seconds": 48, "handle_seconds": 210, "transfers": 0},
                },
            ),
            pause=5,
        ),
        Step(
            "Yael calls from the same phone, a day later", PhoneCall("second", "ringing", YAEL), later=timedelta(days=1)
        ),
        Step(
            "Yael tells her own customer number: two people on one phone, and they stay two",
            Event(
                CONTACT_CENTRE,
                "call.ended",
                "call",
                YAEL,
                ("customer_id", "phone"),
                conversation="CA-second",
                data={
                    "agent": "david",
                    "queue": "billing",
                    "reason": "billing.question",
                    "outcome": "resolved",
                    "measures": {"wait_seconds": 22, "handle_seconds": 340, "transfers": 0},
                },
            ),
            pause=5,
        ),
        Step("Yael logs in on the web site", Web("identify", YAEL.device, person=YAEL)),
    ),
)

RECYCLED = Story(
    key="recycled_phone",
    title="A phone number that passes to somebody else",
    steps=(
        Step("Ruth writes on WhatsApp", WhatsApp(RUTH, "שלום, מתי מגיע המשלוח שלי?")),
        Step(
            "Ruth's number is in the customer records",
            Event(BOOKS, "store.customer.updated", "store", RUTH, ("customer_id", "email", "phone")),
        ),
        Step(
            "Ruth gives up her number",
            WhatsApp(RUTH, new_phone=f"{RECYCLED_PHONE[:-1]}7"),
            later=timedelta(days=3),
        ),
        Step(
            "The carrier gives the number to Guy, who becomes a customer with it",
            Event(BOOKS, "store.customer.updated", "store", GUY, ("customer_id", "email", "phone")),
            later=timedelta(days=4),
            pause=5,
        ),
        Step(
            "Guy writes on WhatsApp from that number: whose is it? A steward can tell",
            WhatsApp(GUY, "היי, איך מצטרפים למועדון?"),
        ),
    ),
)

ANONYMOUS = Story(
    key="anonymous_then_known",
    title="A visitor who turns out to be a customer",
    steps=(
        Step("Somebody opens the home page", Web("page", MARCUS.device, "Home")),
        Step(
            "The visitor searches for tents",
            Web("track", MARCUS.device, "Products Searched", properties={"query": "two-person tent"}),
        ),
        Step(
            "The visitor looks at a tent",
            Web("track", MARCUS.device, "Product Viewed", properties={"name": "Ridge 2 tent", "price": 249}),
        ),
        Step(
            "The visitor puts it into the cart",
            Web("track", MARCUS.device, "Product Added", properties={"quantity": 1}),
        ),
        Step("The visitor logs in, and was Marcus all along", Web("identify", MARCUS.device, person=MARCUS), pause=5),
        Step("Marcus begins to pay", Web("track", MARCUS.device, "Checkout Started", person=MARCUS)),
        Step("Marcus buys the tent", Shop("orders/create", "tent", MARCUS, "249.00", device=MARCUS.device)),
        Step("The payment goes through", Shop("orders/paid", "tent", MARCUS, "249.00")),
        Step("The tent is sent", Shop("orders/fulfilled", "tent", MARCUS, "249.00"), later=timedelta(days=1)),
    ),
)

TYPO = Story(
    key="mistyped_email",
    title="An e-mail address typed wrong in a chat",
    steps=(
        Step("Priya logs in", Web("identify", PRIYA.device, person=PRIYA)),
        Step(
            "Priya opens the chat and types an e-mail address that is Jonah's",
            Event(
                WIDGET,
                "chat.message.received",
                "chat",
                PRIYA,
                ("device",),
                claimed={"email": JONAH.email},
                conversation="chat",
                data={"text": "Hi, can I change my delivery address?", "reason": "delivery.address"},
            ),
            pause=4,
        ),
        Step(
            "An agent answers: what was only typed takes no part in who Priya is",
            Event(
                WIDGET,
                "chat.message.sent",
                "chat",
                PRIYA,
                ("device",),
                conversation="chat",
                data={"direction": "outbound", "agent": "tamar", "text": "Of course, where should it go?"},
            ),
        ),
        Step(
            "The chat ends",
            Event(
                WIDGET,
                "chat.conversation.ended",
                "chat",
                PRIYA,
                ("device",),
                conversation="chat",
                data={"agent": "tamar", "outcome": "resolved", "measures": {"messages": 6, "handle_seconds": 260}},
            ),
        ),
        Step("Jonah opens the web site, and is himself", Web("identify", JONAH.device, person=JONAH)),
    ),
)

WITHHELD = Story(
    key="withheld_number",
    title="A company that calls with its number withheld",
    steps=(
        Step("A call comes in without a number", PhoneCall("dock", "ringing", NORTHWIND, withheld=True)),
        Step("An agent answers", PhoneCall("dock", "in-progress", NORTHWIND, withheld=True)),
        Step(
            "The caller names the company's customer number: the call finds its customer",
            Event(
                CONTACT_CENTRE,
                "call.ended",
                "call",
                NORTHWIND,
                conversation="CA-dock",
                data={
                    "agent": "david",
                    "queue": "business",
                    "reason": "delivery.dock_times",
                    "outcome": "resolved",
                    "measures": {"wait_seconds": 15, "handle_seconds": 480, "transfers": 0},
                },
            ),
            pause=4,
        ),
        Step("The call ends", PhoneCall("dock", "completed", NORTHWIND, withheld=True, seconds=495)),
    ),
)


def kiosk(people: Sequence[Person]) -> Story:
    """Everybody logs in on the same device in the store, which therefore says nothing about anybody."""
    return Story(
        key="kiosk",
        title="One device in the store, and everybody's login",
        steps=tuple(
            Step(f"{person.given} logs in at the store's kiosk", Web("identify", KIOSK, person=person), pause=2)
            for person in people
        ),
    )


IDENTITY_STORIES = (HOUSEHOLD, RECYCLED, ANONYMOUS, TYPO, WITHHELD)
