"""Rules 1 to 5 as a whole: any history ends, and stands after each of its batches, where the batch rule says."""

from hypothesis import event, given, settings

from services.profile.memory_store import MemoryStore
from services.profile.memory_unit import MemoryTables
from tests.profile.checks import check_all, check_announced
from tests.profile.histories import Happened, History, histories
from tests.profile.policies import TIGHT
from tests.profile.running import Recorder, Replay, apply, tight_step
from tests.support.identity import ranked

MANY = settings(max_examples=26 * settings().max_examples)


@MANY
@given(history=histories())
def test_after_every_batch_the_store_is_what_the_rules_make_of_all_that_was_heard(
    replay: Replay, history: History
) -> None:
    replay(replayed(history))


async def replayed(history: History) -> None:
    log = Recorder()
    store = MemoryStore(log)
    step = tight_step(TIGHT.index(history.policy))
    heard: set[int] = set()
    for batch in history.batches:
        outcomes = await apply(store, step, [history.happened[place].value for place in batch])
        first = {place: at for at, place in reversed(list(enumerate(batch))) if place not in heard}
        for at, (place, outcome) in enumerate(zip(batch, outcomes, strict=True)):
            event(outcome)
            check_outcome(store.tables, history, place, outcome, again=first.get(place) != at)
        heard.update(batch)
        check_all(store.tables, [history.happened[place].said for place in sorted(heard)], history.policy)
        check_announced(store.tables, log.messages)
    assert store.tables.outbox == {}
    assert len(store.tables.interactions) == len(history.happened)


def check_outcome(tables: MemoryTables, history: History, place: int, outcome: str, *, again: bool) -> None:
    """The outcome is the one of the closed set that applies."""
    one = history.happened[place]
    assert (outcome == "duplicate") == again
    if again:
        return
    stored = tables.interactions[one.said.source, one.said.id]
    assert outcome == stored.outcome
    if not one.said.identifiers:
        nobodys = "blocked" if one.blocked else "unidentified"
        assert outcome == (nobodys if stored.anchor is None else "attached")
    else:
        assert (outcome == "held") == any_held(tables, history, one)
        assert outcome in {"attached", "created", "merged", "held"}


def any_held(tables: MemoryTables, history: History, one: Happened) -> bool:
    anchor, *others = [tables.identifiers[key] for key, _ in ranked(one.said, history.policy)]  # type: ignore[index]
    return any(tables.links[min(anchor, other), max(anchor, other)].held for other in others)
