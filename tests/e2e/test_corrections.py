"""A call record is corrected by its vendor, and the chat that belongs to it follows, journeys included."""

from tests.e2e.test_slice import event, look_up
from tests.support.eventually import eventually
from tests.support.installation import Installation

WRONG = {"namespace": "customer_id", "value": "T-4001"}
RIGHT = {"namespace": "customer_id", "value": "T-4002"}
EARLIER, LATER = "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"


STAGES = {"customer_lifecycle": "support", "service_encounter": "exit"}


async def stands(installation: Installation, customer: dict[str, str], interactions: int) -> bool:
    """Whether somebody with so many interactions went so far."""
    person = (await look_up(installation, **customer))["profile"]
    assert person["figures"]["interactions"] == interactions
    assert {one["journey"]: one["stage"] for one in person["journeys"]} == STAGES
    return True


async def test_a_corrected_record_and_its_conversation_change_hands(installation: Installation) -> None:
    record = {"conversation": "corrected-1", "revision": EARLIER}
    await installation.post(
        [
            event("corrected-1", "order.placed", "web", {"customer_id": "T-4002"}),
            event("corrected-2", "chat.message.received", "chat", {}, conversation="corrected-1"),
            event("corrected-3", "call.ended", "call", {"customer_id": "T-4001"}, **record),
        ]
    )
    await eventually(lambda: stands(installation, WRONG, 2), 90)

    record["revision"] = LATER
    await installation.post([event("corrected-3", "call.ended", "call", {"customer_id": "T-4002"}, **record)])
    await eventually(lambda: stands(installation, RIGHT, 3), 60)
    async with installation.client("agent") as client:
        assert (await client.post("/v1/profiles/lookup", json=WRONG)).status_code == 404
