"""What every form of the journey store keeps of earlier definitions; inherited by the tests of each."""

from services.journey.domain.definition import load_definition
from tests.contracts.journey_store import NEWER, OTHER, Stores
from tests.journey.feed import attached, profile_id, published
from tests.journey.timelines import rounds


class JourneyVersionsContract:
    """Inherit it and provide the fixture `stores`: a factory of empty stores with `rounds` in force."""

    async def test_every_version_is_kept_as_it_was(self, stores: Stores) -> None:
        newer = load_definition(NEWER).what
        await stores.store.accept(newer)
        await stores.store.accept(newer)
        await stores.store.accept(load_definition(OTHER).what)
        later, first = await stores.store.versions.of("rounds")
        assert [(one.number, one.what) for one in (later, first)] == [(2, newer), (1, rounds().what)]
        assert later.since > first.since
        assert await stores.store.versions.of("nothing") == []

    async def test_what_was_told_under_an_earlier_version_stays_told_and_journeys_are_as_the_new_one_has_them(
        self, stores: Stores
    ) -> None:
        await stores.feed([attached("store.visited"), attached("order.placed", hours=1)])
        await stores.store.accept(load_definition(NEWER).what)
        await stores.sweep()
        first, second, taken_back = await published(stores.log)
        assert [one["data"]["version"] for one in (first, second)] == [1, 1]
        assert (taken_back["type"], taken_back["data"]["corrects"]) == ("journey.retracted", second["id"])
        found = await stores.store.of_profile(profile_id(1), 10)
        assert found is not None
        assert [(row.version, row.journey.stage) for row in found.journeys] == [(2, "one")]
        assert [(step.version, step.to) for step in found.steps] == [(2, "one")]
