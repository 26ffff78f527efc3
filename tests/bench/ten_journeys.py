"""Ten journeys of eight stages, as a shop with a call centre might define them; docs/benchmarks.md tells of them.

Most of what `traffic` makes concerns three to seven of them, and their rules read what rules read in earnest: types,
channels, reasons, measures, the stage so far and how often it was visited.
"""

from collections.abc import Sequence
from typing import Any

from schemas.journey_definition import JourneyDefinition

CALLED = 'i.type in ["call.started", "call.ended", "call.abandoned"]'
ASKED = 'i.type in ["call.ended", "chat.message.received"]'
LONG_WAIT = ("long_wait", "i.measures.wait_seconds > 120.0", 2)
HANDED_ON = ("handed_on", "i.measures.transfers > 0", 1)

_Stages = Sequence[tuple[str, str]]
_Pains = Sequence[tuple[str, str, int]]


def ten_journeys() -> list[JourneyDefinition]:
    """All of them."""
    return [_buying(), _ordering(), _billing(), _calling(), _chatting(), _writing(), _access(), _loyalty(), _voice(),
            _digital()]  # fmt: skip


def _journey(key: str, abandoned_after: str, stages: _Stages, pains: _Pains = (), **more: Any) -> JourneyDefinition:
    content = {
        "key": key,
        "version": 1,
        "title": {"en": key.replace("_", " ").capitalize()},
        "abandoned_after": abandoned_after,
        "stages": [{"key": stage, "when": rule} for stage, rule in stages],
        "pain_points": [{"key": pain, "when": rule, "weight": weight} for pain, rule, weight in pains],
        **more,
    }
    *_, last = content["stages"]
    last["exit"] = "completed"
    return JourneyDefinition.model_validate(content)


def _buying() -> JourneyDefinition:
    return _journey(
        "buying",
        "P14D",
        (
            ("looking", 'i.type == "page.viewed" && (!has(j.stage) || j.stage == "looking")'),
            ("keen", 'i.type == "product.viewed" && j.visits.interested > 3'),
            ("interested", 'i.type == "product.viewed"'),
            ("advised", f'{ASKED} && i.reason == "product.question"'),
            ("trying_out", 'i.type == "store.visited" && j.stage != "trying_out"'),
            ("choosing", 'i.type == "cart.updated" || i.type == "product.searched"'),
            ("paying", 'i.type.startsWith("checkout.") || i.type == "payment.failed"'),
            ("bought", 'i.type == "order.placed"'),
        ),
        (("needed_help", 'i.reason == "product.question"', 1),),
    )


def _ordering() -> JourneyDefinition:
    return _journey(
        "ordering",
        "P60D",
        (
            ("ordered", 'i.type == "order.placed"'),
            ("late", f'{ASKED} && i.reason == "delivery.late"'),
            ("late_again", 'i.reason == "delivery.late" && j.visits.late > 1'),
            ("changed", 'i.type == "order.updated"'),
            ("cancelled", 'i.type == "order.cancelled"'),
            ("refunded", 'i.type in ["order.refunded", "refund.sent"]'),
            ("sent", 'i.type == "order.shipped"'),
            ("delivered", 'i.type == "order.fulfilled"'),
        ),
        (("had_to_ask", 'i.reason == "delivery.late" && j.stage == "late"', 3),),
        entry='i.type == "order.placed"',
    )


def _billing() -> JourneyDefinition:
    return _journey(
        "billing_dispute",
        "P10D",
        (
            ("invoice", 'i.reason == "billing.invoice" && i.channel in ["call", "chat"]'),
            ("refund_again", 'i.reason == "billing.refund" && j.visits.refund > 0'),
            ("refund", 'i.reason == "billing.refund"'),
            ("escalated", 'i.reason.startsWith("billing.") && i.measures.transfers > 0'),
            ("in_writing", 'i.type == "email.received" && has(j.stage)'),
            ("approved", 'i.type == "claim.approved"'),
            ("rejected", 'i.type == "claim.rejected"'),
            ("settled", 'i.type == "refund.sent" || (i.type == "survey.answered" && has(j.stage))'),
        ),
        (LONG_WAIT, ("asked_again", 'j.visits.refund > 1 && i.reason == "billing.refund"', 3)),
        entry='i.reason.startsWith("billing.")',
    )


def _calling() -> JourneyDefinition:
    return _journey(
        "calling",
        "P3D",
        (
            ("waiting", 'i.type == "call.started"'),
            ("hung_up", 'i.type == "call.abandoned"'),
            ("handed_on", f"{CALLED} && i.measures.transfers > 0"),
            ("long_talk", f"{CALLED} && i.measures.handle_seconds >= 600.0"),
            ("calling_back", f'{CALLED} && j.stage in ["talked", "long_talk", "calling_back"]'),
            ("talked", CALLED),
            ("written_to", 'i.type == "email.received" && has(j.stage)'),
            ("rated", 'i.type == "survey.answered" && has(j.stage)'),
        ),
        (LONG_WAIT, HANDED_ON),
    )


def _chatting() -> JourneyDefinition:
    return _journey(
        "chatting",
        "P1D",
        (
            ("opened", 'i.type == "chat.conversation.started"'),
            ("handed_on", 'i.type == "chat.message.received" && i.measures.transfers > 0'),
            ("waited", 'i.type == "chat.message.received" && i.measures.wait_seconds > 180.0'),
            ("at_length", 'i.type == "chat.message.received" && j.visits.talking > 5'),
            ("talking", 'i.type == "chat.message.received"'),
            ("answered", 'i.type == "chat.message.sent" && has(j.stage)'),
            ("gave_up", 'i.type == "call.ended" && has(j.stage)'),
            ("over", 'i.type == "chat.conversation.ended" || (i.type == "survey.answered" && has(j.stage))'),
        ),
        (LONG_WAIT, ("called_after_all", 'i.channel == "call"', 4)),
    )


def _writing() -> JourneyDefinition:
    return _journey(
        "writing",
        "P7D",
        (
            ("reminded", 'i.type == "email.received" && j.visits.wrote > 0'),
            ("wrote", 'i.type == "email.received"'),
            ("opened", 'i.type == "email.opened" && has(j.stage)'),
            ("clicked", 'i.type == "email.clicked" && has(j.stage)'),
            ("answered", 'i.type == "email.sent"'),
            ("called", 'i.type == "call.ended" && has(j.stage)'),
            ("chatted", 'i.type == "chat.message.received" && j.stage in ["wrote", "reminded"]'),
            ("rated", 'i.type == "survey.answered" && has(j.stage)'),
        ),
        (("turned_to_voice", 'i.type == "call.ended"', 3),),
    )


def _access() -> JourneyDefinition:
    return _journey(
        "account_access",
        "P2D",
        (
            ("locked_out", 'i.type == "self_service.failed"'),
            ("asked_again", 'i.reason == "account.access" && j.visits.asked > 0'),
            ("asked", f'{ASKED} && i.reason == "account.access"'),
            ("handed_on", 'i.reason == "account.access" && i.measures.transfers > 0'),
            ("went_to_store", 'i.type == "store.visited" && has(j.stage)'),
            ("verified", 'i.type == "web.identified" && has(j.stage)'),
            ("reset", 'i.type == "self_service.succeeded"'),
            ("back", 'i.type == "page.viewed" && j.stage != null'),
        ),
        (("asked_twice", 'i.reason == "account.access" && j.visits.asked > 1', 2),),
        entry='i.type == "self_service.failed" || i.reason == "account.access"',
    )


def _loyalty() -> JourneyDefinition:
    return _journey(
        "loyalty",
        "P365D",
        (
            ("new", 'i.type == "order.placed" && !has(j.stage)'),
            ("returning", 'i.type == "order.placed" && j.visits.new < 2 && j.stage == "new"'),
            ("regular", 'i.type == "order.placed" && j.touchpoints < 20'),
            ("devoted", 'i.type == "order.placed"'),
            ("visiting", 'i.type == "store.visited" && j.stage in ["new", "returning"]'),
            ("happy", 'i.type == "survey.answered" && i.survey.score >= 9'),
            ("unhappy", 'i.type == "survey.answered" && i.survey.score <= 6'),
            ("left", 'i.type == "account.closed"'),
        ),
        (("let_down", 'i.type == "call.ended" && i.reason == "delivery.late"', 2),),
        entry='i.type == "order.placed"',
    )


def _voice() -> JourneyDefinition:
    return _journey(
        "voice_of_customer",
        "P30D",
        (
            ("met_in_store", 'i.channel == "store" && !has(j.stage)'),
            ("met_by_voice", "i.channel == 'call' && !has(j.stage)"),
            ("invited", 'i.type == "campaign.sent" && has(j.stage)'),
            ("opened", 'i.type == "email.opened" && j.stage == "invited"'),
            ("detractor", 'i.type == "survey.answered" && i.survey.score <= 6'),
            ("passive", 'i.type == "survey.answered" && i.survey.score <= 8'),
            ("called_back", 'i.direction == "outbound" && j.stage == "detractor"'),
            ("heard", 'i.type == "survey.answered"'),
        ),
        (("met_with_delay", "i.measures.wait_seconds > 300.0 && i.channel in ['call', 'chat']", 1),),
        entry='i.type in ["store.visited", "call.ended", "order.fulfilled"]',
    )


def _digital() -> JourneyDefinition:
    return _journey(
        "digital_first",
        "P1D",
        (
            ("browsing", 'i.channel in ["web", "app"] && i.type.startsWith("page.")'),
            ("searching", 'i.type == "product.searched"'),
            ("comparing", 'i.type == "product.viewed"'),
            ("stuck", 'i.type == "self_service.failed" || i.type == "payment.failed"'),
            ("chatting", 'i.type == "chat.message.received" && has(j.stage)'),
            ("leaked_to_voice", 'i.type == "call.ended" && i.reason != "delivery.late" && has(j.stage)'),
            ("leaked_to_store", 'i.type == "store.visited" && has(j.stage)'),
            ("done", 'i.type in ["order.placed", "self_service.succeeded"]'),
        ),
        (LONG_WAIT, ("leaked", 'i.type == "call.ended" && j.visits.browsing > 0', 3)),
    )
