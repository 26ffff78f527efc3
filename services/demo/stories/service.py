"""Stories of service: how it goes well, and how it goes wrong."""

from datetime import timedelta

from services.demo.cast import DANA, HANNAH, MIRIAM, OREN
from services.demo.messages import (
    Event,
    Mail,
    MailOpened,
    PhoneCall,
    Shop,
    Step,
    Story,
    Web,
    WhatsApp,
    WhatsAppReply,
)

CONTACT_CENTRE = "/call/contact-centre"
CLAIMS = "/app/claims"
PAYMENTS = "/app/payments"
SURVEYS = "/survey/after-contact"
STORES = "/store/tills"
CAMPAIGNS = "/email/campaigns"

TRANSFERRED = Story(
    key="transferred_twice",
    title="A call that is handed on twice",
    steps=(
        Step("Hannah looks for help on the web site", Web("page", HANNAH.device, "Help: invoices", person=HANNAH)),
        Step(
            "The help page does not help her",
            Event(
                "/web/help-centre",
                "self_service.failed",
                "web",
                HANNAH,
                data={"reason": "billing.double_charge", "name": "Invoice explained"},
            ),
        ),
        Step("Hannah calls", PhoneCall("bill", "ringing", HANNAH), later=timedelta(minutes=10)),
        Step(
            "Billing answers after four minutes", PhoneCall("bill", "in-progress", HANNAH), later=timedelta(minutes=4)
        ),
        Step("Billing hands her on to deliveries", PhoneCall("bill", "in-progress", HANNAH, agent="deliveries")),
        Step("Deliveries hands her on to refunds", PhoneCall("bill", "in-progress", HANNAH, agent="refunds"), pause=4),
        Step("Hannah hangs up", PhoneCall("bill", "completed", HANNAH, seconds=1_260), pause=4),
        Step(
            "The contact centre writes it up: two hand-overs, nothing solved",
            Event(
                CONTACT_CENTRE,
                "call.ended",
                "call",
                HANNAH,
                ("customer_id", "phone"),
                conversation="CA-bill",
                data={
                    "agent": "refunds",
                    "queue": "billing",
                    "reason": "billing.double_charge",
                    "outcome": "unresolved",
                    "sentiment": -0.6,
                    "measures": {"wait_seconds": 241, "handle_seconds": 1_020, "hold_seconds": 180, "transfers": 2},
                },
            ),
        ),
        Step(
            "Asked how it was, Hannah says 2 of 5",
            Event(
                SURVEYS,
                "survey.answered",
                "survey",
                HANNAH,
                data={"survey": {"kind": "csat", "score": 2, "lowest": 1, "highest": 5, "comment": "Three agents."}},
            ),
            later=timedelta(hours=1),
        ),
    ),
)

REFUND = Story(
    key="refund_not_sent",
    title="A refund that was granted, and should have been sent",
    steps=(
        Step(
            "Dana makes a claim for shoes that came damaged",
            Event(CLAIMS, "claim.submitted", "app", DANA, data={"reason": "refund.damaged", "conversation": "claim"}),
        ),
        Step(
            "The claim is granted: 420 shekels",
            Event(
                CLAIMS,
                "claim.approved",
                "app",
                DANA,
                data={"reason": "refund.damaged", "money": {"amount": "420.00", "currency": "ILS"}},
            ),
            later=timedelta(hours=4),
        ),
        Step("Dana opens the e-mail that says so", MailOpened(DANA, "refund-granted"), later=timedelta(hours=1)),
        Step(
            "No money came. Dana looks for it on the web site",
            Web("page", DANA.device, "My refunds", person=DANA),
            pause=8,
            later=timedelta(days=2),
        ),
        Step(
            "Dana asks on WhatsApp where her refund is",
            WhatsApp(DANA, "שלום, איפה ההחזר שלי? אושר לפני יומיים"),
            pause=5,
        ),
        Step("An agent writes that it will be looked into", WhatsAppReply(DANA, "sorry")),
        Step("Dana has read it", WhatsAppReply(DANA, "sorry", "read")),
        Step("Dana calls about it", PhoneCall("chase", "ringing", DANA), later=timedelta(days=1), pause=5),
        Step(
            "The agent finds the refund forgotten, and apologises",
            Event(
                CONTACT_CENTRE,
                "call.ended",
                "call",
                DANA,
                ("customer_id", "phone"),
                conversation="CA-chase",
                data={
                    "agent": "tamar",
                    "queue": "refunds",
                    "reason": "refund.where_is_it",
                    "outcome": "resolved",
                    "sentiment": -0.4,
                    "measures": {"wait_seconds": 156, "handle_seconds": 390, "transfers": 0},
                },
            ),
        ),
        Step(
            "The refund leaves",
            Event(PAYMENTS, "refund.sent", "app", DANA, data={"money": {"amount": "420.00", "currency": "ILS"}}),
            pause=6,
        ),
    ),
)

STORE = Story(
    key="store_and_card",
    title="A visit to the store with a loyalty card",
    steps=(
        Step(
            "Miriam opens the campaign's e-mail",
            MailOpened(MIRIAM, "autumn-sale"),
        ),
        Step(
            "Miriam comes to the store and shows her card",
            Event(STORES, "store.visited", "store", MIRIAM, ("loyalty_id",), data={"queue": "tel-aviv-3"}),
            later=timedelta(days=1),
        ),
        Step(
            "At the till the card and her customer number are seen together",
            Event(
                STORES,
                "order.placed",
                "store",
                MIRIAM,
                ("customer_id", "loyalty_id"),
                data={"money": {"amount": "189.90", "currency": "ILS"}, "campaign": "autumn-sale", "agent": "till-3"},
            ),
        ),
        Step(
            "She takes it home at once",
            Event(STORES, "order.fulfilled", "store", MIRIAM, ("loyalty_id",)),
        ),
        Step(
            "Would she recommend us? 10 of 10",
            Event(
                SURVEYS,
                "survey.answered",
                "survey",
                MIRIAM,
                ("loyalty_id",),
                data={"survey": {"kind": "nps", "score": 10, "comment": "שירות מצוין"}},
            ),
            later=timedelta(hours=2),
        ),
    ),
)

PAYMENT_FAILS = Story(
    key="payment_fails",
    title="A payment that fails at the last step",
    steps=(
        Step(
            "A campaign reaches Oren",
            Event(
                CAMPAIGNS,
                "campaign.sent",
                "email",
                OREN,
                ("email",),
                data={"campaign": "autumn-sale", "direction": "outbound"},
            ),
        ),
        Step("Oren follows it", Web("page", OREN.device, "Autumn sale", person=OREN, campaign="autumn-sale")),
        Step(
            "Oren looks at a jacket",
            Web("track", OREN.device, "Product Viewed", OREN, {"name": "Rain jacket", "price": 540}, "autumn-sale"),
        ),
        Step(
            "Oren begins to pay", Web("track", OREN.device, "Checkout Started", OREN, {"total": 540, "currency": "ILS"})
        ),
        Step(
            "The payment fails",
            Event(
                PAYMENTS,
                "payment.failed",
                "web",
                OREN,
                ("customer_id", "device"),
                data={"reason": "payment.declined", "money": {"amount": "540.00", "currency": "ILS"}},
            ),
        ),
        Step(
            "Oren writes an e-mail about it",
            Mail(OREN, "התשלום לא עובר", "ניסיתי לשלם פעמיים וזה לא עובד. אפשר עזרה?"),
            later=timedelta(minutes=20),
        ),
        Step("Oren calls", PhoneCall("pay", "ringing", OREN), later=timedelta(hours=2)),
        Step("An agent answers and takes the payment", PhoneCall("pay", "in-progress", OREN)),
        Step("The order is placed", Shop("orders/create", "jacket", OREN, "540.00", OREN.device), pause=4),
        Step("The call ends", PhoneCall("pay", "completed", OREN, seconds=330)),
        Step("The jacket is sent", Shop("orders/fulfilled", "jacket", OREN, "540.00"), later=timedelta(days=1)),
        Step(
            "How easy was it? 3 of 7",
            Event(
                SURVEYS,
                "survey.answered",
                "survey",
                OREN,
                data={"survey": {"kind": "ces", "score": 3, "lowest": 1, "highest": 7}},
            ),
            later=timedelta(hours=3),
        ),
    ),
)

SERVICE_STORIES = (TRANSFERRED, REFUND, STORE, PAYMENT_FAILS)
