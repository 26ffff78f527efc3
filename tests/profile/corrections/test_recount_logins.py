"""Claims at logins that came before links kept them are counted: afterwards all is as if links always had."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from services.profile.corrections.recount import recounting
from services.profile.corrections.recount_logins import LoginRecounter
from services.profile.domain.policy import IdentityPolicy
from services.profile.memory_store import MemoryStore
from services.profile.worker import SCHEMA, VERSIONS
from services.runtime.errors import Unavailable
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from tests.profile.checks import check_all, check_announced
from tests.profile.histories import Details, happened
from tests.profile.postgres_tables import opened, take_back
from tests.profile.running import Recorder, apply, profile_step
from tests.profile.turns import DEVICES, MAILS, PEOPLE
from tests.support.eventually import eventually
from tests.support.postgres import PostgresServer

POLICY = IdentityPolicy()
TABLET = (DEVICES[0], True)
THOSE = (
    happened(0, 0, [(MAILS[0], True), TABLET], Details(name=0)),
    happened(1, 5, [(MAILS[1], True), TABLET], Details(name=2)),
    *(happened(2 + n, 5, [TABLET]) for n in range(150)),
    happened(200, 0, [(MAILS[0], True), (PEOPLE[0], True)], Details(name=0)),
)


async def of_before(monkeypatch: pytest.MonkeyPatch, kept: Callable[[], Awaitable[Any]]) -> None:
    """Has a store hear it all as if claims at logins told nobody apart."""
    with monkeypatch.context() as patch:
        patch.setattr("services.profile.step.told_at_logins", lambda *_: {})
        await kept()


class Dying(MemoryStore):
    """A store whose process dies before it begins one of its units alone."""

    units = 0
    dies_before: int | None = None

    async def run_alone(self, step: Callable[[Any], Awaitable[Any]]) -> Any:
        self.units += 1
        if self.units - 1 == self.dies_before:
            raise Unavailable("somebody killed it")
        return await super().run_alone(step)


@pytest.mark.parametrize("dies_before", [None, *range(5)])
async def test_a_device_of_before_is_of_several_people_also_if_counting_dies_in_between(
    monkeypatch: pytest.MonkeyPatch, dies_before: int | None
) -> None:
    log = Recorder()
    store, step = Dying(log), profile_step(POLICY)
    await of_before(monkeypatch, lambda: apply(store, step, [one.value for one in THOSE]))
    assert not any(link.claims for link in store.tables.links.values())
    store.tables.logins_due = {*store.tables.links, (10_000, 10_001)}
    store.units, store.dies_before = 0, dies_before
    async with recounting(store, step, again_seconds=0.01):
        await eventually(lambda: store.tables.logins_due == set())
    check_all(store.tables, [one.said for one in THOSE], POLICY)
    check_announced(store.tables, log.messages)
    anchors = {store.tables.keys[one.anchor or 0] for one in store.tables.interactions.values() if one.device}
    assert anchors == {MAILS[1].normal}
    assert await LoginRecounter(step).sweep(store) == 0


async def test_a_store_that_is_brought_up_to_date_knows_which_links_are_due(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with postgres_server.fresh_database() as url:
        settings = Settings(database_url=url)
        await migrate(settings, SCHEMA, VERSIONS)
        async with opened(url, Recorder()) as kept:
            step = profile_step(POLICY)
            await of_before(monkeypatch, lambda: apply(kept.store, step, [one.value for one in THOSE]))
            await take_back(kept.database, "profile_0012")
            await migrate(settings, SCHEMA, VERSIONS)
            assert len(await kept.store.run(lambda unit: unit.logins_due(9))) == 3
            assert await LoginRecounter(step).sweep(kept.store) == 2
            assert await kept.store.run(lambda unit: unit.logins_due(9)) == []
            check_all(await kept.tables(), [one.said for one in THOSE], POLICY)
