from datetime import UTC, datetime
from itertools import islice

from services.demo.cast import passers_by
from services.demo.programme import HISTORY, Cue, history, live

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = passers_by(7)


def test_the_same_seed_gives_the_same_programme() -> None:
    assert list(islice(live(PEOPLE, 7), 500)) == list(islice(live(PEOPLE, 7), 500))
    assert list(islice(live(PEOPLE, 7), 500)) != list(islice(live(PEOPLE, 8), 500))
    assert passers_by(7) == PEOPLE


def test_live_steps_come_in_order_at_a_pace_that_can_be_followed() -> None:
    cues = list(islice(live(PEOPLE, 7), 1_000))
    assert [cue.seconds for cue in cues] == sorted(cue.seconds for cue in cues)
    assert 2 <= len(cues) / cues[-1].seconds <= 4
    for telling in {cue.telling for cue in cues}:
        steps = [cue.step for cue in cues if cue.telling == telling]
        assert steps == list(range(len(steps)))


def test_every_named_story_is_told_within_minutes() -> None:
    soon = {cue.story.key for cue in live_for(600)}
    named = {"household_phone", "recycled_phone", "anonymous_then_known", "mistyped_email", "withheld_number"}
    assert soon >= named | {"transferred_twice", "refund_not_sent", "store_and_card", "payment_fails"}


def live_for(seconds: float) -> list[Cue]:
    cues: list[Cue] = []
    for cue in live(PEOPLE, 7):
        if cue.seconds > seconds:
            return cues
        cues.append(cue)
    raise AssertionError("a programme has no end")


def test_the_past_is_past_and_in_order() -> None:
    past = history(PEOPLE, 7, NOW)
    times = [at for at, _ in past]
    assert times == sorted(times)
    assert times[0] >= NOW - HISTORY
    assert times[-1] <= NOW
    assert len(past) > 400
    assert len({(cue.telling, cue.step) for _, cue in past}) == len(past)


def test_in_the_past_a_story_keeps_its_order_and_its_pace() -> None:
    refund = [(cue.step, at) for at, cue in history(PEOPLE, 7, NOW) if cue.story.key == "refund_not_sent"]
    assert [step for step, _ in refund] == list(range(len(refund)))
    assert (refund[-1][1] - refund[0][1]).days >= 3
