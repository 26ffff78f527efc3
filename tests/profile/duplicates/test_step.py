"""People who changed are entered and compared: in the end whatever the order was, and never all with all."""

import asyncio
import random
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.profile.domain.matching import Level
from services.profile.domain.policy import IdentityPolicy
from services.profile.duplicates.consume import DuplicatesHandler
from services.runtime.log import Record
from tests.profile.duplicates.invented import interaction, office
from tests.support.postgres import PostgresServer

NAMES = ("Dana Cohen", "דנה כהן", "Dana Kohen", "Avi Katz", "Avi Levi")
DATES = ("1980-03-04", "1980-04-03", "1971-01-02")
IDENTIFIERS = (
    *({"email": f"p{number}@example.com"} for number in range(6)),
    {"phone": "+972541234501"},
    {"phone": "+972541234502", "email": "p1@example.com"},
    {"phone": "+972541234502", "email": "p2@example.com"},
    {"customer_id": "C-1", "email": "p3@example.com"},
    {"customer_id": "C-2", "email": "p4@example.com"},
)
stated = st.fixed_dictionaries({}, optional={"name": st.sampled_from(NAMES), "birth_date": st.sampled_from(DATES)})
said = st.lists(st.tuples(st.sampled_from(IDENTIFIERS), stated, st.integers(1, 28)), min_size=1, max_size=14)


@given(said=said, cuts=st.lists(st.integers(0, 14), max_size=4), order=st.randoms(use_true_random=False))
@settings(
    max_examples=30,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_and_any_batches_end_in_the_same_rows(
    postgres_server: PostgresServer,
    said: Sequence[tuple[dict[str, str], dict[str, str], int]],
    cuts: list[int],
    order: random.Random,
) -> None:
    asyncio.run(_history(postgres_server, said, sorted({0, *cuts, 14}), order))


async def _history(
    server: PostgresServer,
    said: Sequence[tuple[dict[str, str], dict[str, str], int]],
    cuts: list[int],
    order: random.Random,
) -> None:
    events = [interaction(n, keys, day=day, **traits) for n, (keys, traits, day) in enumerate(said)]
    async with office(server, most=2) as one:
        handler = DuplicatesHandler(one.step, unit=3)
        for start, end in pairwise(cuts):
            if batch := events[start:end]:
                messages = await one.happen(*batch)
                order.shuffle(messages)
                await handler.handle([Record("t", 0, 0, m.key, m.value) for m in messages])
                await one.check()
        grown = (await one.people(), await one.pairs(), await one.counts())
        async with one.kept.database.connection() as connection:
            await connection.execute("TRUNCATE duplicate_person, duplicate_key, duplicate_pair, duplicate_count")
        profiles = await one.live()
        order.shuffle(profiles)
        for profile in profiles:
            await one.step.run([profile])
        assert (await one.people(), await one.pairs(), await one.counts()) == grown
        assert (await one.step.run(profiles)).people == 0


async def test_two_who_look_alike_are_compared(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        await one.meet(
            interaction(1, {"email": "dana@example.com"}, name="Dana Cohen", birth_date="1980-03-04"),
            interaction(2, {"email": "dana@example.org"}, name="דנה כהן", birth_date="1980-04-03"),
            interaction(3, {"email": "someone@example.org"}, name="Noa Levi"),
        )
        ((pair, vector),) = (await one.pairs()).items()
        assert set(pair) == {
            await one.profile_of("email", "dana@example.com"),
            await one.profile_of("email", "dana@example.org"),
        }
        assert {(e.field, e.level) for e in vector} == {
            ("given", Level.SPELLING),
            ("family", Level.SPELLING),
            ("birth_date", Level.SWAPPED),
            ("email", Level.PART),
        }


async def test_who_may_not_be_one_is_not_compared(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        await one.meet(
            interaction(1, {"customer_id": "C-1"}, name="Dana Cohen"),
            interaction(2, {"customer_id": "C-2"}, name="Dana Cohen"),
        )
        assert len(await one.people()) == 2
        assert await one.pairs() == {}


async def test_who_became_one_has_no_rows_of_their_own(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        await one.meet(
            interaction(1, {"email": "dana@example.com"}, name="Dana Cohen"),
            interaction(2, {"phone": "+972541234567"}, name="Dana Cohen"),
        )
        assert len(await one.pairs()) == 1
        messages = await one.happen(interaction(3, {"email": "dana@example.com", "phone": "+972541234567"}))
        await DuplicatesHandler(one.step).handle([Record("t", 0, 0, m.key, m.value) for m in messages])
        assert await one.pairs() == {}
        assert len(await one.people()) == 1
        await one.check()


async def test_an_address_that_was_held_back_was_stated_all_the_same(postgres_server: PostgresServer) -> None:
    mail = "dana@example.com"
    async with office(postgres_server) as one:
        await one.meet(
            interaction(1, {"email": mail}, name="Dana Cohen"),
            interaction(2, {"phone": "+972541234567", "email": mail}, claimed=["email"], name="D. Cohen"),
        )
        (vector,) = (await one.pairs()).values()
        assert ("email", Level.EXACT, mail) in vector


async def test_nothing_is_looked_at_again_that_cannot_have_changed(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        runs: list[Sequence[str]] = []
        run = one.step.run

        async def watched(profiles: Sequence[str]) -> object:
            runs.append(profiles)
            return await run(profiles)

        one.step.run = watched  # type: ignore[method-assign,assignment]
        handler = DuplicatesHandler(one.step)
        for number in range(3):
            messages = await one.happen(interaction(number, {"email": "dana@example.com"}))
            await handler.handle([Record("t", 0, 0, m.key, m.value) for m in messages])
        assert [len(profiles) for profiles in runs] == [1]
        messages = await one.happen(interaction(9, {"email": "dana@example.com"}, name="Dana"))
        await handler.handle([Record("t", 0, 0, m.key, m.value) for m in messages])
        assert len(runs[-1]) == 1
        same = await one.happen(interaction(10, {"email": "dana@example.com"}, day=2, name="Dana"))
        await handler.handle([Record("t", 0, 0, m.key, m.value) for m in same])
        assert len(runs) == 2


async def test_a_value_that_was_outweighed_may_win_when_it_is_stated_again(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        handler = DuplicatesHandler(one.step)
        mail = {"email": "dana@example.com"}
        for number, day, name, source in (
            (1, 3, "Dana", "/a"),
            (2, 5, "Noa", "/b"),
            (3, 4, "Dana", "/a"),
            (4, 7, "Dana", "/a"),
        ):
            messages = await one.happen(interaction(number, mail, day=day, source=source, name=name))
            await handler.handle([Record("t", 0, 0, m.key, m.value) for m in messages])
        (person,) = (await one.people()).values()
        assert person.person.given == "dana"


async def test_limits_of_the_policy_decide_who_may_be_one(postgres_server: PostgresServer) -> None:
    policy = IdentityPolicy.model_validate({"namespaces": {"email": {"strength": 3, "limit": 1}}})
    async with office(postgres_server, policy=policy) as one:
        await one.meet(
            interaction(1, {"email": "dana@example.com"}, name="Dana Cohen"),
            interaction(2, {"email": "dana@example.org"}, name="Dana Cohen"),
        )
        assert await one.pairs() == {}


async def test_two_workers_at_once_miss_no_pair(postgres_server: PostgresServer) -> None:
    async with office(postgres_server) as one:
        people = [interaction(n, {"email": f"p{n}@example.com"}, name="Dana Cohen") for n in range(8)]
        await one.happen(*people)
        await asyncio.gather(*(one.step.run([profile]) for profile in await one.live()))
        await one.check()
        assert len(await one.pairs()) == 8 * 7 // 2
