"""What is said of lapses that were told of two profiles which are folded anew together."""

from datetime import UTC, datetime, timedelta

import msgspec

from services.journey.domain.model import STALLED, Lapse
from services.journey.lapsing import Found, compare
from services.journey.outcome import Outcome
from services.journey.store import ProfileState, StoredLapse

ONE, OTHER = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
SINCE = datetime(2026, 3, 2, 1, tzinfo=UTC)
NOW = SINCE + timedelta(days=1)


def lapse(stage: str) -> Lapse:
    return Lapse(
        journey="waits", version=1, number=1, kind=STALLED, stage=stage, since=SINCE, at=SINCE + timedelta(hours=3)
    )


def test_a_profile_corrects_its_own_word_before_another_profile_s() -> None:
    outcome = Outcome()
    outcome.changes.profiles = {profile: ProfileState(generation=4) for profile in (ONE, OTHER)}
    told = [StoredLapse(ONE, 2, lapse("two")), StoredLapse(OTHER, 3, lapse("one"))]

    compare(outcome, dict(outcome.changes.profiles), told, [Found(ONE, lapse("one"), ahead=False)], NOW)

    said = [msgspec.json.decode(message.value) for message in outcome.messages]
    assert [event["type"] for event in said] == ["journey.stalled", "journey.retracted"]
    assert len({event["id"] for event in said}) == len(said)
    assert [(event["data"]["profile_id"], event["data"]["corrects"].split(".")[1]) for event in said] == [
        (ONE, ONE),
        (OTHER, OTHER),
    ]
