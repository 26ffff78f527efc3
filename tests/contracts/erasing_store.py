"""What every form of the profile store keeps when evidence is taken away; inherited by the tests of each.

A subclass provides the fixture `kept`, as for `ProfileStoreContract`.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from services.profile.domain.labels import Label
from services.profile.domain.logins import Login
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import pair
from services.profile.domain.sighting import Key
from services.profile.store import (
    ALWAYS,
    Changes,
    Decision,
    ErasingUnit,
    Erasure,
    Hung,
    LettersDue,
    MetOn,
    Neighbourhood,
    Remainder,
    Span,
    Use,
    Withdrawal,
)
from services.runtime.errors import Unavailable
from services.runtime.log import Message
from tests.contracts.profile_store import (
    LATER,
    MAIL,
    NOON,
    P1,
    P2,
    P3,
    PHONE,
    TABLETS,
    TOPIC,
    Kept,
    interaction,
    numbered,
    told,
    write,
)
from tests.profile.histories import START
from tests.profile.running import apply, profile_step

T = TypeVar("T")
DANA, AVI, TABLET = Key("customer_id", "c-1001"), Key("customer_id", "c-2002"), Key("device", "tablet-1")
KEPT, STRUCK = b"a mark that holds", b"a mark of nobody"


async def alone(kept: Kept, step: Callable[[ErasingUnit], Awaitable[T]]) -> T:
    return await kept.store.run_alone(step)


async def met(kept: Kept) -> tuple[int, int, int]:
    """Dana, who has a telephone; and Avi, whose second interaction mentions it."""
    those = [told(0, DANA, PHONE, consents=((0, True),)), told(1, AVI), told(2, AVI, PHONE)]
    await apply(kept.store, profile_step(IdentityPolicy()), [one.value for one in those])
    found = await alone(kept, lambda unit: unit.find([DANA, AVI, PHONE]))
    return found[DANA], found[AVI], found[PHONE]


async def number_of(kept: Kept, event_id: str) -> int:
    return (await kept.tables()).interactions["/call/genesys", event_id].id


async def on_a_tablet(kept: Kept) -> tuple[int, int, int]:
    """Dana logs in, then Avi; in between somebody uses the tablet, nearer to Dana."""
    those = [told(0, DANA, TABLET), told(1, TABLET), told(3, AVI, TABLET), told(9, TABLET)]
    await apply(kept.store, profile_step(TABLETS), [one.value for one in those])
    found = await alone(kept, lambda unit: unit.find([DANA, AVI, TABLET]))
    return found[DANA], found[AVI], found[TABLET]


def letters_of(*labels: str) -> LettersDue:
    return LettersDue(frozenset({b"a mark"}), LATER, frozenset(labels), ("phone",), ("IL", "US"))


class ErasingStoreContract:
    # -- who and what

    async def test_the_whole_of_somebody_is_all_that_the_live_profile_has(self, kept: Kept) -> None:
        dana, avi, phone = await met(kept)
        members = (await kept.tables()).members
        assert (await alone(kept, lambda unit: unit.whole(members[dana].profile))).keys() == {dana, phone}
        assert (await alone(kept, lambda unit: unit.whole(members[avi].profile))).keys() == {avi}
        assert await alone(kept, lambda unit: unit.whole(P3)) == {}

    async def test_what_hangs_on_somebody_and_what_only_mentions_them(self, kept: Kept) -> None:
        dana, avi, phone = await met(kept)
        first, _, third = [await number_of(kept, f"e{n}") for n in range(3)]
        assert await alone(kept, lambda unit: unit.hung([dana, phone])) == [first]
        assert await alone(kept, lambda unit: unit.mentioning([dana, phone])) == [third]
        assert sorted(await alone(kept, lambda unit: unit.mentioning([phone]))) == sorted([first, third])
        assert await alone(kept, lambda unit: unit.mentioning([dana, avi, phone])) == []

    async def test_companions_are_whole_profiles(self, kept: Kept) -> None:
        dana, _, phone = await met(kept)
        profile = (await kept.tables()).members[dana].profile
        assert await alone(kept, lambda unit: unit.companions([phone])) == {profile: {dana, phone}}
        assert await alone(kept, lambda unit: unit.companions([999])) == {}

    async def test_a_conversation_is_spoken_in_where_somebody_is_named(self, kept: Kept) -> None:
        those = [told(0, DANA, conversation=1), told(1, conversation=1), told(2, conversation=0)]
        await apply(kept.store, profile_step(IdentityPolicy()), [one.value for one in those])
        named, silent = [("/call/genesys", f"conversation {number}") for number in (1, 0)]
        assert await alone(kept, lambda unit: unit.spoken({named, silent, ("/call", "conversation 1")})) == {named}
        assert await alone(kept, lambda unit: unit.spoken(set())) == set()

    async def test_those_of_some_ids_that_led_to_the_erased_are_told(self, kept: Kept) -> None:
        erasure = Erasure(P1, P1, "steward", "asked", NOON)
        due = letters_of(P1, P2)
        await alone(kept, lambda unit: unit.bury(erasure, due))
        assert (await kept.tables()).letters_due == {P1: due}
        assert await alone(kept, lambda unit: unit.buried({P1, P3})) == {P1}
        assert await alone(kept, lambda unit: unit.buried(set())) == set()

    async def test_neighbours_are_counted_by_verified_links(self, kept: Kept) -> None:
        dana, avi, phone = await met(kept)
        found = await alone(kept, lambda unit: unit.neighbourhoods([phone, avi]))
        assert await alone(kept, lambda unit: unit.neighbourhoods([phone, avi], 1_000)) == found
        assert found == {
            phone: Neighbourhood("phone", Counter(customer_id=2)),
            avi: Neighbourhood("customer_id", Counter(phone=1)),
        }
        assert await alone(kept, lambda unit: unit.neighbours([phone])) == {dana, avi}

    # -- taking away

    async def test_what_is_taken_out_is_told_and_gone_with_its_words_of_consent(self, kept: Kept) -> None:
        dana, _, phone = await met(kept)
        first = await number_of(kept, "e0")
        assert (await kept.tables()).consents
        (gone,) = await alone(kept, lambda unit: unit.take_out([first]))
        assert (gone.number, gone.key, gone.anchor) == (first, ("/call/genesys", "e0"), dana)
        assert (list(gone.identifiers), gone.star) == ([dana, phone], {pair(dana, phone)})
        tables = await kept.tables()
        assert ({one.event_id for one in tables.interactions.values()}, tables.consents) == ({"e1", "e2"}, {})
        assert await alone(kept, lambda unit: unit.take_out([first])) == []

    async def test_a_link_is_brought_to_what_still_witnesses_it(self, kept: Kept) -> None:
        those = [told(0, DANA, PHONE), told(1, DANA, PHONE)]
        await apply(kept.store, profile_step(IdentityPolicy()), [one.value for one in those])
        found = await alone(kept, lambda unit: unit.find([DANA, PHONE]))
        both = pair(found[DANA], found[PHONE])
        for event_id, first_seen in (("e0", {both: START + timedelta(days=1)}), ("e1", {})):
            number = await number_of(kept, event_id)

            async def without(unit: ErasingUnit, number: int = number) -> None:
                await unit.take_out([number])
                await unit.recount([both])

            await alone(kept, without)
            assert {ends: one.first_seen for ends, one in (await kept.tables()).links.items()} == first_seen

    async def test_only_what_nothing_names_is_unused(self, kept: Kept) -> None:
        dana, avi, phone = await met(kept)
        first = await number_of(kept, "e0")

        async def without(unit: ErasingUnit) -> set[int]:
            await unit.take_out([first])
            await unit.recount([pair(dana, phone)])
            return await unit.remove_unused([dana, avi, phone], IdentityPolicy())

        assert await alone(kept, without) == {dana}
        tables = await kept.tables()
        assert (set(tables.members), set(tables.keys)) == ({avi, phone}, {avi, phone})
        # The profile was founded on the one who went: its id answers with who is left of it.
        assert {label.founder for label in tables.labels.values()} == {avi, phone}

    async def test_every_decision_about_somebody_goes_and_no_other(self, kept: Kept) -> None:
        dana, avi, phone = await met(kept)
        gone = Withdrawal("steward", "not so", LATER)
        decisions = [
            Decision(P1, "confirm", *pair(dana, phone), "so", "steward", NOON),
            Decision(P2, "separate", *pair(dana, avi), "so", "steward", NOON, gone),
            Decision(P3, "separate", *pair(avi, phone), "so", "steward", NOON),
        ]
        await write(kept.store, Changes(decisions=decisions))
        undone = await alone(kept, lambda unit: unit.undecide([dana]))
        assert sorted(undone) == sorted([pair(dana, phone), pair(dana, avi)])
        assert (await kept.tables()).decisions == {P3: decisions[2]}

    async def test_contents_kept_beside_go_one_by_one(self, kept: Kept) -> None:
        variants = [(7, body, body) for body in (b"two", b"three")]
        await write(kept.store, Changes(interactions=[interaction(7, body=b"one")], variants=variants))
        wanted = await alone(kept, lambda unit: unit.remainders(lambda one: one.body == b"two"))
        assert wanted == [Remainder(7, b"two", b"two")]
        await alone(kept, lambda unit: unit.drop_remainders(wanted))
        assert (await kept.tables()).variants == {(7, b"three"): b"three"}

    async def test_a_message_that_did_not_leave_yet_is_taken_back(self, kept: Kept) -> None:
        kept.log.away = True
        with pytest.raises(Unavailable):
            await kept.store.run(lambda unit: unit.put(TOPIC, [Message(b"k", b"hers"), Message(b"k", b"his")]))
        await alone(kept, lambda unit: unit.retract(lambda value: value == b"hers"))
        kept.log.away = False
        await kept.publish_left_over()
        assert [message.value for message in kept.log.messages] == [b"his"]

    # -- what stays of it

    async def test_a_mark_holds_up_to_the_latest_moment(self, kept: Kept) -> None:
        assert not await kept.store.run(lambda unit: unit.any_erased())
        for until in (NOON, LATER, NOON):
            await alone(kept, lambda unit, until=until: unit.engrave([KEPT], until))  # type: ignore[misc]
        assert await kept.store.run(lambda unit: unit.any_erased())
        assert await kept.store.run(lambda unit: unit.engraved([KEPT, STRUCK])) == {KEPT: LATER}

    async def test_who_was_erased_is_known_by_every_id_and_by_no_profile(self, kept: Kept) -> None:
        node, _ = await numbered(kept.store, PHONE, MAIL)
        await write(kept.store, Changes(new_labels=[Label(P3, node)]))
        done = Erasure(P2, P3, "steward", "she asked", NOON, identifiers=1)
        await alone(kept, lambda unit: unit.bury(done, letters_of(P3)))
        assert await alone(kept, lambda unit: unit.erasure(P3)) == done
        assert await alone(kept, lambda unit: unit.erasure(P1)) is None
        assert await kept.store.run(lambda unit: unit.retired([node])) == [Label(P1, node)]

    async def test_of_some_ids_those_that_lead_to_nobody_are_removed(self, kept: Kept) -> None:
        node, _ = await numbered(kept.store, PHONE, MAIL)
        await write(kept.store, Changes(new_labels=[Label(P3, 999)]))
        before = (await kept.tables()).labels
        await alone(kept, lambda unit: unit.discard([P1, P3]))
        assert before.keys() - (await kept.tables()).labels.keys() == {P3}
        assert await kept.store.run(lambda unit: unit.retired([node, 999])) == [Label(P1, node)]

    # -- devices of several people

    async def test_a_shared_device_is_met_with_no_more_links_than_asked_for(self, kept: Kept) -> None:
        dana, avi, tablet = await on_a_tablet(kept)
        found = await alone(kept, lambda unit: unit.met_on([tablet, dana, 999], 5))
        assert found == {
            tablet: MetOn("device", {dana: "customer_id", avi: "customer_id"}),
            dana: MetOn("customer_id", {}),
        }
        few = await alone(kept, lambda unit: unit.met_on([tablet], 1))
        assert len(few[tablet].others) == 1

    async def test_logins_are_those_of_their_span_in_the_order_of_time(self, kept: Kept) -> None:
        dana, avi, tablet = await on_a_tablet(kept)
        first, last = [
            Login(START + timedelta(days=n), "/call/genesys", f"e{n}", who) for n, who in ((0, dana), (3, avi))
        ]
        pairs = [(tablet, avi), (tablet, dana)]
        assert await alone(kept, lambda unit: unit.logins(pairs, {tablet: ALWAYS})) == {tablet: [first, last]}
        ends_with_it = {tablet: Span(START, last.time)}
        assert await alone(kept, lambda unit: unit.logins(pairs[:1], ends_with_it)) == {tablet: [last]}
        before = {tablet: Span(START, last.time - timedelta(microseconds=1))}
        assert await alone(kept, lambda unit: unit.logins(pairs, before)) == {tablet: [first]}

    async def test_what_is_a_devices_own_hangs_on_it_or_on_who_had_logged_in(self, kept: Kept) -> None:
        dana, _, tablet = await on_a_tablet(kept)
        lent, own = [await number_of(kept, f"e{n}") for n in (1, 9)]
        uses = [
            Use(lent, tablet, dana, START + timedelta(days=1)),
            Use(own, tablet, tablet, START + timedelta(days=9)),
        ]
        assert sorted(await alone(kept, lambda unit: unit.used({tablet: ALWAYS}, set()))) == uses
        assert await alone(kept, lambda unit: unit.used({tablet: ALWAYS}, {tablet})) == uses[:1]
        short = {tablet: Span(START, START + timedelta(days=8))}
        assert await alone(kept, lambda unit: unit.used(short, set())) == uses[:1]

    async def test_what_is_hung_elsewhere_tells_where_it_hung(self, kept: Kept) -> None:
        dana, avi, tablet = await on_a_tablet(kept)
        number = await number_of(kept, "e1")
        (rehung,) = await alone(kept, lambda unit: unit.rehang({number: Hung(avi, tablet)}))
        assert (rehung.number, rehung.key, rehung.anchor) == (number, ("/call/genesys", "e1"), dana)
        tables = await kept.tables()
        one = tables.interactions["/call/genesys", "e1"]
        assert (one.anchor, one.device) == (avi, tablet)
        hanging = await alone(kept, lambda unit: unit.hanging([tablet]))
        assert Counter(one.hangs for one in hanging) == {True: 1, False: 1}
