"""What every form of the profile store keeps; inherited by the tests of each.

A subclass provides the fixture `kept`: a `Kept` on empty tables.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any, Protocol

import pytest
from msgspec.structs import replace

from schemas.golden_record import Trait
from services.profile.domain.claims import Claim, least
from services.profile.domain.labels import Label
from services.profile.domain.large import Large
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import pair
from services.profile.domain.retention import KeepRule
from services.profile.domain.sighting import Key
from services.profile.memory_unit import MemoryTables
from services.profile.store import Changes, Known, Member, Region, Store, StoredInteraction, StoredLink, Unit
from services.profile.wire import decode
from services.runtime.database import ATTEMPTS, Conflict
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from tests.profile.checks import check_all, check_announced, check_labels, profiles
from tests.profile.deciding import Deed, Desk
from tests.profile.histories import START, Details, Happened, happened
from tests.profile.policies import tight
from tests.profile.running import Recorder, apply, ids, profile_step
from tests.profile.spellings import Spelled

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(microseconds=1)
PHONE, MAIL, CARD = Key("phone", "+972541234567"), Key("email", "dana@example.com"), Key("loyalty_id", "card 17")
P1, P2, P3, P4 = (f"00000000-0000-7000-8000-00000000000{n}" for n in (1, 2, 3, 4))
TOPIC = "kesher.profiles.v1"
HELLO = Message(b"key", b"{}")


class Kept(Protocol):
    """A store on empty tables, with the log that it publishes to."""

    store: Store
    log: Recorder

    async def tables(self) -> MemoryTables:
        """What is committed now."""

    async def publish_left_over(self) -> int:
        """Publishes what is in the outbox, however young."""


def interaction(number: int, *, event_id: str = "e1", source: str = "/call", body: bytes = b"{}") -> StoredInteraction:
    return StoredInteraction(
        number,
        source,
        event_id,
        None,
        "{}",
        [],
        NOON,
        "call",
        None,
        "unidentified",
        None,
        2**40,
        None,
        1,
        None,
        body[:8],
        body,
    )


def link(first_seen: datetime = NOON, *, number: int = 1, verified: bool = True, held: str | None = None) -> StoredLink:
    return StoredLink(first_seen, number, verified, held)


async def numbered(store: Store, *keys: Key) -> list[int]:
    """Identifiers, each alone in a component and a profile of its own, labelled P1, P2, ..."""

    async def step(unit: Unit) -> list[int]:
        numbers, _ = await unit.number(keys)
        labels = [Label(profile, numbers[key]) for profile, key in zip((P1, P2, P3, P4), keys, strict=False)]
        members = {label.founder: Member(label.founder, *label, 1, shared=False) for label in labels}
        await unit.write(Changes(new_labels=labels, new_members=members))
        return [numbers[key] for key in keys]

    return await store.run(step)


async def write(store: Store, changes: Changes) -> None:
    await store.run(lambda unit: unit.write(changes))


async def locked(unit: Unit, *identifiers: int) -> Region:
    return await unit.lock_region(await unit.members(identifiers))


async def locked_lightly(unit: Unit, *identifiers: int) -> Region:
    return await unit.lock_region(await unit.members(identifiers), lightly=True)


def chain(length: int) -> list[Happened]:
    """Interactions that link one customer number to so many phones, one each."""
    customer = Spelled("customer_id", "c-1001", ("customer_id", "c-1001"))
    return [
        happened(n, 0, [(customer, True), (Spelled("device", f"dev-{n}", ("device", f"dev-{n}")), True)])
        for n in range(length)
    ]


POLICY = tight()
TABLETS = tight(shared_after=2, login_lasts=timedelta(days=1))
MAILED = tight(shared_after=2, login_lasts=timedelta(days=1), email=2)


def told(number: int, *stated: tuple[str, str], **details: Any) -> Happened:
    """Interaction `number`, on its own day, naming these identifiers, each verified and in normal form."""
    return happened(number, number, [(Spelled(*one, one), True) for one in stated], Details(**details))


def _shared(tables: MemoryTables) -> bool:
    return any(member.shared for member in tables.members.values())


def _anchors(tables: MemoryTables) -> dict[str, str]:
    return {one.event_id: tables.keys[one.anchor].value for one in tables.interactions.values() if one.anchor}


class ProfileStoreContract:
    new_id = staticmethod(ids())

    # -- interactions

    async def test_a_stored_interaction_is_known_by_source_and_id(self, kept: Kept) -> None:
        await write(kept.store, Changes(interactions=[interaction(7, body=b"one")]))
        asked = [("/call", "e1"), ("/chat", "e1"), ("/call", "e2")]
        assert await kept.store.run(lambda unit: unit.known(asked)) == {("/call", "e1"): Known(7, None, b"one")}

    async def test_nothing_is_known_of_nothing(self, kept: Kept) -> None:
        assert await kept.store.run(lambda unit: unit.known([])) == {}

    async def test_an_interaction_stored_meanwhile_is_a_conflict(self, kept: Kept) -> None:
        await write(kept.store, Changes(interactions=[interaction(7)]))
        attempts = 0

        async def step(unit: Unit) -> None:
            nonlocal attempts
            attempts += 1
            await unit.write(Changes(interactions=[interaction(8)]))

        with pytest.raises(Unavailable):
            await kept.store.run(step)
        assert attempts == ATTEMPTS
        assert [one.id for one in (await kept.tables()).interactions.values()] == [7]

    async def test_a_variant_is_kept_once_beside_the_first_content(self, kept: Kept) -> None:
        await write(kept.store, Changes(interactions=[interaction(7, body=b"one")]))
        for _ in range(2):
            await write(kept.store, Changes(variants=[(7, b"two", b"two"), (7, b"three", b"three")]))
        tables = await kept.tables()
        assert tables.variants == {(7, b"two"): b"two", (7, b"three"): b"three"}
        assert tables.interactions["/call", "e1"].body == b"one"

    async def test_interaction_numbers_are_fresh(self, kept: Kept) -> None:
        first = await kept.store.run(lambda unit: unit.numbers(3))
        second = await kept.store.run(lambda unit: unit.numbers(2))
        assert len({*first, *second}) == 5
        assert await kept.store.run(lambda unit: unit.numbers(0)) == []

    # -- identifiers

    async def test_an_identifier_keeps_its_number(self, kept: Kept) -> None:
        numbers, new = await kept.store.run(lambda unit: unit.number([PHONE, MAIL]))
        assert new == set(numbers.values())
        again, newer = await kept.store.run(lambda unit: unit.number([PHONE, CARD]))
        assert again[PHONE] == numbers[PHONE]
        assert newer == {again[CARD]}

    async def test_one_unit_numbers_an_identifier_once(self, kept: Kept) -> None:
        async def step(unit: Unit) -> None:
            first, new = await unit.number([PHONE])
            again, newer = await unit.number([PHONE, MAIL])
            assert new == {first[PHONE]}
            assert again[PHONE] == first[PHONE]
            assert newer == {again[MAIL]}

        await kept.store.run(step)

    async def test_values_are_told_apart_by_code_point(self, kept: Kept) -> None:
        keys = [Key("device", value) for value in ("abc", "Abc", "ABC", "åbc", "a\u030abc", "abc ")]
        numbers, _ = await kept.store.run(lambda unit: unit.number(keys))
        assert len(set(numbers.values())) == len(keys)

    async def test_members_are_those_that_are_known(self, kept: Kept) -> None:
        a, b = await numbered(kept.store, PHONE, MAIL)
        members = await kept.store.run(lambda unit: unit.members([a, b, 999]))
        assert members == {a: Member(a, P1, a, 1, shared=False), b: Member(b, P2, b, 1, shared=False)}

    async def test_versions_grow(self, kept: Kept) -> None:
        versions = [await kept.store.run(lambda unit: unit.version()) for _ in range(3)]
        assert versions == sorted(set(versions))

    # -- links

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    async def test_a_link_keeps_its_earliest_witness_and_its_best_assurance(
        self, kept: Kept, order: Sequence[int]
    ) -> None:
        witnesses = [link(LATER, number=1, verified=False), link(NOON, number=2), link(LATER, number=3, verified=False)]
        for place in order:
            await write(kept.store, Changes(links={(1, 2): witnesses[place]}))
        assert await kept.store.run(lambda unit: unit.links([(1, 2), (1, 3)])) == {(1, 2): link(NOON, number=2)}

    async def test_a_link_is_held_as_decided_last(self, kept: Kept) -> None:
        for held in ("limit:phone", None, "shared"):
            await write(kept.store, Changes(links={(1, 2): link(held=held)}))
            assert await kept.store.run(lambda unit: unit.links([(1, 2)])) == {(1, 2): link(held=held)}

    @pytest.mark.parametrize("place", [1, -1])
    async def test_of_what_was_told_at_logins_a_link_keeps_the_least(self, kept: Kept, place: int) -> None:
        claims = sorted(Claim(kind, f"{sign} b") for kind in ("given", "born") for sign in ("a-1", "ab", "é", "z", "א"))
        claims += sorted(Claim("given", f"א {n}") for n in range(20))
        told_here = [frozenset(claims[start::2]) for start in (0, 1)]
        for those in told_here[::place]:
            await write(kept.store, Changes(links={(1, 2): replace(link(), claims=those)}))
        found = await kept.store.run(lambda unit: unit.links([(1, 2)]))
        assert found[1, 2].claims == least(frozenset(claims))

    async def test_no_links_of_no_pairs(self, kept: Kept) -> None:
        assert await kept.store.run(lambda unit: unit.links([])) == {}

    # -- regions

    async def test_a_region_is_whole_components_with_every_link_that_touches_them(self, kept: Kept) -> None:
        a, b, c = await numbered(kept.store, PHONE, MAIL, CARD)
        joined = Member(a, P1, a, 2, shared=False)
        links = {pair(a, b): link(), pair(b, c): link(verified=False, held="claimed")}
        await write(kept.store, Changes(moved_members={b: joined}, links=links))

        async def step(unit: Unit) -> None:
            region = await unit.lock_region(await unit.members([b]))
            assert region.members == {a: Member(a, P1, a, 1, shared=False), b: joined}
            assert region.links == links
            assert region.keys == {a: PHONE, b: MAIL, c: CARD}
            assert region.far_shared() == set()

        await kept.store.run(step)

    async def test_the_far_end_of_a_verified_link_is_shared(self, kept: Kept) -> None:
        a, b = await numbered(kept.store, PHONE, MAIL)
        shared = Member(b, P2, b, 1, shared=True)
        await write(kept.store, Changes(moved_members={b: shared}, links={pair(a, b): link(held="shared")}))
        region = await kept.store.run(lambda unit: locked(unit, a))
        assert region.far_shared() == {b}

    @pytest.mark.parametrize("moved", ["away", "shared"])
    async def test_a_seed_that_is_not_what_it_was_is_a_conflict_and_read_again(self, kept: Kept, moved: str) -> None:
        a, b = await numbered(kept.store, PHONE, MAIL)
        stale = await kept.store.run(lambda unit: unit.members([b]))
        now = Member(a, P1, a, 2, shared=False) if moved == "away" else replace(stale[b], shared=True)
        await write(kept.store, Changes(moved_members={b: now}))
        seen: list[Member] = []

        async def step(unit: Unit) -> None:
            fresh = await unit.members([b])
            seen.append(fresh[b])
            if len(seen) == 1:
                with pytest.raises(Conflict):
                    await unit.lock_region(stale)
                raise Conflict
            assert (await unit.lock_region(fresh)).members[b] == now

        await kept.store.run(step)
        assert seen == [now, now]

    async def test_what_is_known_to_be_large_is_told_instead_of_read(self, kept: Kept) -> None:
        a, b, c = await numbered(kept.store, PHONE, MAIL, CARD)
        joined = Member(a, P1, a, 2, shared=False)
        large = {
            a: Large(
                {"phone": 1, "email": 1}, frozenset({frozenset({Claim("given", 'da"na'), Claim("born", "1980-02-29")})})
            )
        }
        await write(kept.store, Changes(moved_members={b: joined}, links={pair(a, b): link()}, large=large))

        async def step(unit: Unit) -> None:
            region = await unit.lock_region(await unit.members([b, c]), lightly=True)
            assert region.large == large
            assert region.members == {b: joined, c: Member(c, P3, c, 1, shared=False)}
            assert region.links == {}
            whole = region.with_whole(await unit.lock_region({b: joined}), {a})
            assert whole.members.keys() == {a, b, c}
            assert whole.links == {pair(a, b): link()}
            assert whole.large == {}

        await kept.store.run(step)
        region = await kept.store.run(lambda unit: locked_lightly(unit, b))
        assert region.members.keys() == {a, b}, "it was read whole, and nobody said again that it is large"

    async def test_what_is_known_of_the_large_is_replaced(self, kept: Kept) -> None:
        (a,) = await numbered(kept.store, PHONE)
        for count in (70, 71):
            large = Large({"phone": 1, "device": count}, frozenset())
            await write(kept.store, Changes(large={a: large}))
            assert (await kept.store.run(lambda unit: locked_lightly(unit, a))).large == {a: large}

    async def test_of_a_crowd_only_who_is_asked_for_is_read_and_those_around_them(self, kept: Kept) -> None:
        """Four in a row, each held back from the next, and the first from the last by a claim only."""
        a, b, c, d = await numbered(kept.store, PHONE, MAIL, CARD, Key("device", "d"))
        moved = {node: Member(a, profile, node, 2, shared=False) for node, profile in ((b, P2), (c, P3), (d, P4))}
        links = {pair(a, b): link(held="names_differ"), pair(b, c): link(held="names_differ")}
        links |= {pair(c, d): link(held="names_differ"), pair(a, d): link(verified=False, held="claimed")}
        await write(kept.store, Changes(moved_members=moved, links=links, large={a: None}))

        async def step(unit: Unit) -> None:
            region = await unit.lock_region(await unit.members([a]), lightly=True)
            assert region.members == {a: Member(a, P1, a, 1, shared=False), b: moved[b]}
            assert region.links == {p: links[p] for p in (pair(a, b), pair(a, d))}
            assert region.keys == {a: PHONE, b: MAIL, d: Key("device", "d")}
            assert (region.crowds, region.around) == ({a}, {b})
            assert region.far_shared() == set()
            whole = region.with_whole(await unit.lock_region({a: region.members[a]}), {a})
            assert (whole.members.keys(), whole.links) == ({a, b, c, d}, links)
            assert (whole.crowds, whole.around) == (set(), set())

        await kept.store.run(step)
        region = await kept.store.run(lambda unit: locked_lightly(unit, a))
        assert not region.crowds, "it was read whole, and nobody said again that it is a crowd"

    @pytest.mark.parametrize("moved", ["away", "shared"])
    async def test_a_seed_that_left_somebody_large_is_a_conflict(self, kept: Kept, moved: str) -> None:
        a, b = await numbered(kept.store, PHONE, MAIL)
        joined = Member(a, P1, a, 2, shared=False)
        await write(
            kept.store, Changes(moved_members={b: joined}, large={a: Large({"phone": 1, "email": 1}, frozenset())})
        )
        stale = await kept.store.run(lambda unit: unit.members([b]))
        now = Member(b, P2, b, 3, shared=False) if moved == "away" else replace(joined, shared=True)
        await write(kept.store, Changes(moved_members={b: now}))

        async def step(unit: Unit) -> None:
            with pytest.raises(Conflict):
                await unit.lock_region(stale, lightly=True)

        await kept.store.run(step)

    # -- retention

    async def test_what_a_rule_does_not_keep_is_found_by_its_source_channel_and_time(self, kept: Kept) -> None:
        """Each on its own day: two calls, a page, a purchase; the second call states a consent."""
        those = [
            told(0, ("phone", "+972541234567")),
            told(1, ("phone", "+972541234567"), consents=((0, True),)),
            told(2, ("device", "d"), source=1),
            told(3, ("customer_id", "c-1001"), source=2),
        ]
        await apply(kept.store, profile_step(POLICY, self.new_id), [one.value for one in those])
        number = {one.event_id: one.id for one in (await kept.tables()).interactions.values()}
        day = timedelta(days=1)

        async def found(*rules: KeepRule, among: Sequence[int] | None = None, limit: int = 10) -> set[int]:
            now = START + 10 * day
            return set(await kept.store.run(lambda unit: unit.expired(rules, now, limit, among)))

        assert await found() == set()
        assert await found(KeepRule(keep=day)) == {number["e0"], number["e2"], number["e3"]}
        assert await found(KeepRule(keep=day), among=[number["e2"], number["e1"]]) == {number["e2"]}
        assert await found(KeepRule(keep=8 * day)) == {number["e0"]}
        assert await found(KeepRule(keep=10 * day)) == set(), "its last moment is kept"
        assert await found(KeepRule(source="/web/*", keep=20 * day), KeepRule(keep=day)) == {number["e0"], number["e3"]}
        assert await found(KeepRule(source="/store/pos", keep=day)) == {number["e3"]}
        assert await found(KeepRule(source="/store/*", channel="web", keep=day)) == set()
        assert await found(KeepRule(channel="web", keep=day)) == {number["e2"]}
        assert len(await found(KeepRule(keep=day), limit=1)) == 1

    async def test_other_contents_go_with_their_interaction(self, kept: Kept) -> None:
        variants = [(number, bytes([number, content]), b"{}") for number in (1, 2) for content in (1, 2)]
        await write(kept.store, Changes(variants=variants))
        await kept.store.run_alone(lambda unit: unit.drop_variants([1]))
        assert {number for number, _ in (await kept.tables()).variants} == {2}

    async def test_conflicts_without_end_are_unavailability(self, kept: Kept) -> None:
        attempts = 0

        async def step(unit: Unit) -> None:
            nonlocal attempts
            attempts += 1
            raise Conflict

        with pytest.raises(Unavailable):
            await kept.store.run(step)
        assert attempts == ATTEMPTS

    async def test_concurrent_batches_on_one_customer_lose_nothing(self, kept: Kept) -> None:
        step = profile_step(IdentityPolicy())
        those = chain(8)
        await asyncio.gather(*(apply(kept.store, step, [one.value]) for one in those))
        tables = await kept.tables()
        check_all(tables, [one.said for one in those], IdentityPolicy())
        check_announced(tables, kept.log.messages)
        assert len(profiles(tables)) == 1

    # -- labels

    async def test_labels_are_remembered_by_their_founder(self, kept: Kept) -> None:
        a, b = await numbered(kept.store, PHONE, MAIL)
        await write(kept.store, Changes(new_labels=[Label(P3, a)]))
        assert set(await kept.store.run(lambda unit: unit.retired([a, 999]))) == {Label(P1, a), Label(P3, a)}
        assert await kept.store.run(lambda unit: unit.retired([b])) == [Label(P2, b)]
        assert await kept.store.run(lambda unit: unit.retired([])) == []

    # -- traits

    @pytest.mark.parametrize(
        "better",
        [
            Trait(1, False, NOON, "a", "/s", '"x"'),
            Trait(0, True, NOON, "a", "/s", '"x"'),
            Trait(0, False, LATER, "a", "/s", '"x"'),
            Trait(0, False, NOON, "b", "/s", '"x"'),
            Trait(0, False, NOON, "\U0001f600", "/s", '"x"'),
        ],
    )
    async def test_the_better_trait_stays_whichever_comes_first(self, kept: Kept, better: Trait) -> None:
        worse = Trait(0, False, NOON, "a", "/s", '"y"')
        first, second = (1, "name", "/s"), (2, "name", "/s")
        await write(kept.store, Changes(traits={first: worse, second: better}))
        await write(kept.store, Changes(traits={first: better, second: worse}))
        assert (await kept.tables()).traits == {first: better, second: better}

    async def test_each_source_keeps_its_own_say(self, kept: Kept) -> None:
        traits = {(1, "name", source): Trait(0, True, NOON, "a", source, '"x"') for source in ("/s", "/t")}
        await write(kept.store, Changes(traits=traits))
        assert (await kept.tables()).traits == traits

    # -- corrections

    async def test_what_only_the_earlier_content_said_is_as_if_it_had_never_been(self, kept: Kept) -> None:
        first = told(
            0, ("customer_id", "c-1001"), ("phone", "+972541234567"), name=0, consents=((0, True),), revision=1
        )
        other = told(1, ("email", "dana@example.com"), ("phone", "+972541234567"))
        again = told(0, ("customer_id", "c-2002"), revision=2)
        await self._after(kept, first, other)
        assert len(profiles(await kept.tables())) == 1
        tables = await self._after(kept, again, first, other)
        check_all(tables, [other.said, again.said], POLICY)
        assert {len(profile) for profile in profiles(tables)} == {1, 2}
        assert not tables.traits
        assert not tables.claims or not any(tables.claims.values())
        check_announced(tables, kept.log.messages)

    async def test_an_older_revision_changes_nothing_and_is_kept_beside(self, kept: Kept) -> None:
        newer = told(0, ("customer_id", "c-1001"), revision=2)
        older = told(0, ("phone", "+972541234567"), revision=1)
        assert await apply(kept.store, profile_step(POLICY), [newer.value]) == ["created"]
        assert await apply(kept.store, profile_step(POLICY), [older.value]) == ["stale_revision"]
        tables = await kept.tables()
        check_all(tables, [newer.said], POLICY)
        assert list(tables.variants.values()) == [older.value]

    async def test_who_is_linked_to_few_again_is_no_longer_shared(self, kept: Kept) -> None:
        phone = ("phone", "+972541234567")
        one, other = (told(number, ("customer_id", f"c-{number}001"), phone) for number in (1, 2))
        alone = told(2, ("customer_id", "c-2001"), revision=1)
        assert _shared(await self._after(kept, one, other))
        tables = await self._after(kept, alone)
        assert not _shared(tables)
        check_all(tables, [one.said, alone.said], POLICY)

    async def test_who_is_no_longer_shared_is_with_whom_a_steward_confirmed_it_again(self, kept: Kept) -> None:
        phone, card = ("phone", "+972541234567"), ("loyalty_id", "card 17")
        alone, one = told(0, card), told(1, ("customer_id", "c-1001"), phone)
        other, parted = told(2, ("customer_id", "c-2001"), phone), told(2, ("customer_id", "c-2001"), revision=1)
        await self._after(kept, alone, one)
        desk = Desk(kept.store, POLICY)
        await desk.do(Deed(phone, card, confirms=True))
        assert _shared(await self._after(kept, other))
        tables = await self._after(kept, parted)
        check_all(tables, [alone.said, one.said, parted.said], POLICY, desk.standing.values(), desk.met)
        assert frozenset((("customer_id", "c-1001"), phone, card)) in profiles(tables)
        check_announced(tables, kept.log.messages)

    async def test_a_label_answers_though_the_identifier_it_was_founded_on_is_gone(self, kept: Kept) -> None:
        tables = await self._after(kept, told(0, ("customer_id", "c-1001"), ("phone", "+972541234567")))
        [label] = tables.labels
        tables = await self._after(kept, told(0, ("phone", "+972541234567"), revision=1))
        assert list(tables.labels) == [label]
        check_labels(tables)

    async def test_a_label_of_whom_nothing_is_left_stays_and_is_nobodys(self, kept: Kept) -> None:
        tables = await self._after(kept, told(0, ("customer_id", "c-1001")))
        [label] = tables.labels
        tables = await self._after(kept, told(0, revision=1))
        assert list(tables.labels) == [label]
        assert not tables.members
        assert await kept.store.run_alone(lambda unit: unit.whole(label)) == {}
        tables = await self._after(kept, told(1, ("customer_id", "c-1001")))
        assert label in tables.labels
        assert label not in {member.profile for member in tables.members.values()}
        check_labels(tables)

    async def test_what_names_nobody_hangs_on_its_conversations_customer(self, kept: Kept) -> None:
        silent = told(0, conversation=1, name=1)
        by_device = told(1, ("device", "dev-1"), conversation=1)
        by_phone = told(2, ("phone", "+972541234567"), conversation=1)
        elsewhere = told(3, ("customer_id", "c-1001"), conversation=0)
        heard: list[Happened] = []
        for one in (silent, by_device, by_phone, elsewhere):
            heard.append(one)
            check_all(await self._after(kept, one), [each.said for each in heard], POLICY)
        left = told(2, conversation=0, revision=1)
        tables = await self._after(kept, left)
        check_all(tables, [one.said for one in (silent, by_device, left, elsewhere)], POLICY)
        assert _anchors(tables) == {"e0": "dev-1", "e1": "dev-1", "e2": "c-1001", "e3": "c-1001"}
        check_announced(tables, kept.log.messages)

    # -- devices of several people

    async def test_what_is_anonymous_hangs_on_who_had_logged_in_around_it(self, kept: Kept) -> None:
        device = ("device", "dev-1")
        first, second = (told(n, ("customer_id", f"c-{n}001"), device) for n in (1, 6))
        alone = [told(n, device, name=1, consents=((0, True),)) for n in (0, 2, 4, 7)]
        await self._after(kept, *alone, first, policy=TABLETS)
        tables = await self._after(kept, second, policy=TABLETS)
        self._check(kept, tables, [*alone, first, second])
        assert _anchors(tables) == {
            "e0": "c-1001", "e1": "c-1001", "e2": "c-1001", "e4": "dev-1", "e6": "c-6001", "e7": "c-6001"
        }  # fmt: skip

    async def test_a_login_that_is_corrected_gives_back_what_hung_on_it(self, kept: Kept) -> None:
        device = ("device", "dev-1")
        first, second = (told(n, ("customer_id", f"c-{n}001"), device, revision=1) for n in (1, 6))
        alone = told(5, device, name=1)
        assert _anchors(await self._after(kept, first, alone, second, policy=TABLETS))["e5"] == "c-6001"
        moved = told(6, ("customer_id", "c-7001"), device, revision=2)
        tables = await self._after(kept, moved, policy=TABLETS)
        assert _anchors(tables)["e5"] == "c-7001"
        self._check(kept, tables, [first, alone, moved])
        gone = told(6, ("customer_id", "c-7001"), revision=3)
        tables = await self._after(kept, gone, policy=TABLETS)
        assert _anchors(tables)["e5"] == "dev-1"
        self._check(kept, tables, [first, alone, gone])

    async def test_who_logs_in_by_mail_is_told_apart_by_what_is_stated_there(self, kept: Kept) -> None:
        def check(those: Sequence[Happened]) -> None:
            check_all(tables, [one.said for one in those], MAILED)
            check_announced(tables, kept.log.messages)

        device, dana, avi = ("device", "dev-1"), ("email", "dana@example.com"), ("email", "avi@example.com")
        alone = told(5, device)
        logins = [
            told(1, dana, device, name=0),
            told(3, dana, device, name=1, born=0),
            told(6, avi, device, name=2, revision=1),
        ]
        tables = await self._after(kept, logins[0], alone, logins[2], policy=MAILED)
        assert _anchors(tables)["e5"] == avi[1]
        tables = await self._after(kept, logins[1], policy=MAILED)
        check([alone, *logins])
        unnamed = told(6, avi, device, revision=2)
        tables = await self._after(kept, unnamed, policy=MAILED)
        assert _anchors(tables)["e5"] == "dev-1"
        check([alone, *logins[:2], unnamed])
        born = told(6, avi, device, born=1, revision=3)
        tables = await self._after(kept, born, policy=MAILED)
        assert _anchors(tables)["e5"] == avi[1]
        check([alone, *logins[:2], born])

    async def test_on_a_kiosk_nobodys_login_says_who_came_before_or_after(self, kept: Kept) -> None:
        device = ("device", "dev-1")
        logins = [told(n, ("customer_id", f"c-{n}001"), device) for n in range(1, 4)]
        near = happened(9, 2, [(Spelled(*device, device), True)])
        tables = await self._after(kept, *logins[:2], near, policy=TABLETS)
        assert _anchors(tables)["e9"] == "c-2001"
        tables = await self._after(kept, logins[2], policy=TABLETS)
        assert _anchors(tables)["e9"] == "dev-1"
        self._check(kept, tables, [*logins, near])

    async def test_a_conversation_on_a_device_follows_its_logins(self, kept: Kept) -> None:
        device = ("device", "dev-1")
        logins = [told(n, ("customer_id", f"c-{n}001"), device) for n in (1, 3)]
        spoke = happened(5, 3, [(Spelled(*device, device), True)], Details(conversation=1))
        silent = happened(6, 1, [], Details(conversation=1, name=0))
        tables = await self._after(kept, silent, spoke, *logins, policy=TABLETS)
        assert _anchors(tables) == {"e1": "c-1001", "e3": "c-3001", "e5": "c-3001", "e6": "c-1001"}
        named = told(7, ("customer_id", "c-9001"), conversation=1)
        tables = await self._after(kept, named, policy=TABLETS)
        assert _anchors(tables)["e6"] == "c-9001"
        self._check(kept, tables, [silent, spoke, *logins, named])

    @staticmethod
    def _check(kept: Kept, tables: MemoryTables, those: Sequence[Happened]) -> None:
        check_all(tables, [one.said for one in those], TABLETS)
        check_announced(tables, kept.log.messages)

    async def _after(self, kept: Kept, *those: Happened, policy: IdentityPolicy = POLICY) -> MemoryTables:
        await apply(kept.store, profile_step(policy, self.new_id), [one.value for one in those])
        return await kept.tables()

    # -- the outbox

    async def test_messages_are_published_after_the_commit(self, kept: Kept) -> None:
        async def step(unit: Unit) -> str:
            await unit.put(TOPIC, [HELLO, HELLO])
            assert kept.log.sent == []
            return "done"

        assert await kept.store.run(step) == "done"
        assert kept.log.sent == [(TOPIC, HELLO)] * 2
        assert await kept.publish_left_over() == 0

    async def test_what_could_not_be_published_is_left_over_and_published_later(self, kept: Kept) -> None:
        kept.log.away = True

        async def step(unit: Unit) -> None:
            await unit.write(Changes(interactions=[interaction(7)]))
            await unit.put(TOPIC, [HELLO])

        with pytest.raises(Unavailable):
            await kept.store.run(step)
        tables = await kept.tables()
        assert len(tables.interactions) == 1
        assert [(topic, list(messages)) for topic, messages in tables.outbox.values()] == [(TOPIC, [HELLO])]
        with pytest.raises(Unavailable):
            await kept.publish_left_over()
        kept.log.away = False
        assert await kept.publish_left_over() == 1
        assert await kept.publish_left_over() == 0
        assert kept.log.sent == [(TOPIC, HELLO)]

    # -- all or nothing

    @pytest.mark.parametrize("failure", [ZeroDivisionError, Conflict])
    async def test_a_failing_step_leaves_nothing(self, kept: Kept, failure: type[Exception]) -> None:
        step = profile_step(IdentityPolicy())
        batch = [step.spot(decode(one.value)) for one in chain(3)]

        async def failing(unit: Unit) -> None:
            await step.apply(unit, batch)
            raise failure

        with pytest.raises((Unavailable, ZeroDivisionError)):
            await kept.store.run(failing)
        assert await kept.tables() == MemoryTables()
        assert kept.log.sent == []

    async def test_the_same_batch_again_changes_nothing(self, kept: Kept) -> None:
        step = profile_step(IdentityPolicy())
        batch = [one.value for one in chain(4)]
        assert set(await apply(kept.store, step, batch)) == {"created", "attached"}
        before, sent = await kept.tables(), len(kept.log.sent)
        assert await apply(kept.store, step, batch) == ["duplicate"] * 4
        assert await kept.tables() == before
        assert len(kept.log.sent) == sent
