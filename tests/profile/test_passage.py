import asyncio
from collections.abc import Sequence

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.passage import Passage
from services.profile.wire import decode
from services.profile.work import Spotted
from services.runtime.errors import Unavailable
from tests.profile.histories import Details, happened
from tests.profile.running import profile_step
from tests.profile.spellings import POOL


def spotted(*numbers: int) -> list[Spotted]:
    step = profile_step(IdentityPolicy())
    return [step.spot(decode(happened(number, 0, [(POOL[0], True)], Details()).value)) for number in numbers]


def ids(batch: Sequence[Spotted]) -> list[str]:
    return [one.incoming.envelope.id for one in batch]


async def test_what_comes_again_within_a_batch_is_set_aside() -> None:
    batch = spotted(1, 2, 1, 1)
    first, again = Passage([]).sort(batch)
    assert first == batch[:2]
    assert again == batch[2:]


async def test_what_comes_again_while_its_batch_is_under_way_is_set_aside() -> None:
    before = Passage([])
    before.sort(spotted(1, 2))
    first, again = Passage([before]).sort(spotted(2, 3))
    assert (ids(first), ids(again)) == (["e3"], ["e2"])


async def test_what_was_set_aside_still_counts_as_met() -> None:
    one = Passage([])
    one.sort(spotted(1))
    two = Passage([one])
    two.sort(spotted(1))
    assert Passage([two]).sort(spotted(1))[0] == []


async def test_its_unit_comes_behind_those_of_the_batches_before() -> None:
    before = Passage([])
    own = Passage([before])
    waiting = asyncio.create_task(own.turn.to_number())
    await asyncio.sleep(0)
    assert not waiting.done()
    before.turn.numbered({})
    assert len(await waiting) == 1


async def test_a_batch_of_nothing_but_repetitions_lets_the_next_one_pass() -> None:
    before = Passage([])
    following = Passage([before])
    await before.end(stored=True)
    await following.turn.to_read()


async def test_it_waits_until_those_before_are_stored() -> None:
    before = Passage([])
    waiting = asyncio.create_task(Passage([before]).before_stored())
    await asyncio.sleep(0)
    assert not waiting.done()
    await before.end(stored=True)
    await waiting


async def test_it_cannot_go_on_when_one_before_will_not_be_stored() -> None:
    before = Passage([])
    following = Passage([before])
    await before.end(stored=False)
    with pytest.raises(Unavailable):
        await following.before_stored()


async def test_the_end_takes_down_what_still_runs_and_gives_up_its_turn() -> None:
    passage = Passage([])
    passage.start(asyncio.Event().wait())  # type: ignore[arg-type]
    following = Passage([passage]).turn
    await passage.end(stored=False)
    await following.to_begin()
    assert passage.turn.over
    assert len(asyncio.all_tasks()) == 1
