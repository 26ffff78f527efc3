from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.consent import Said, consents, standings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PURPOSE = "marketing.email"

Ledger = dict[int, dict[str, list[Said]]]


def said(hours: int, *, granted: bool, verified: bool = True, event_id: str = "e1") -> Said:
    return Said(NOON + timedelta(hours=hours), not granted, event_id, "/store", verified, None, None)


_words = st.lists(
    st.builds(
        lambda hours, granted, verified, number: said(hours, granted=granted, verified=verified, event_id=f"e{number}"),
        st.integers(0, 3),
        st.booleans(),
        st.booleans(),
        st.integers(0, 5),
    ),
    max_size=6,
)
_ledgers = st.dictionaries(
    st.integers(1, 4), st.dictionaries(st.sampled_from([PURPOSE, "analytics"]), _words), max_size=3
)


def test_the_last_word_of_one_identifier_counts() -> None:
    yes, no = said(1, granted=True), said(2, granted=False)
    assert not consents({1: {PURPOSE: [no, yes]}})[PURPOSE].granted
    assert consents({1: {PURPOSE: [no, said(3, granted=True)]}})[PURPOSE].granted


def test_at_one_moment_a_refusal_is_the_last_word() -> None:
    words = [said(1, granted=False, event_id="a"), said(1, granted=True, event_id="z")]
    assert not consents({1: {PURPOSE: words}})[PURPOSE].granted


def test_who_refused_as_one_identifier_has_refused() -> None:
    ledger = {1: {PURPOSE: [said(1, granted=False)]}, 2: {PURPOSE: [said(9, granted=True)]}}
    decided = consents(ledger)[PURPOSE]
    assert (decided.granted, decided.identifier) == (False, 1)


def test_nobody_allows_in_the_name_of_an_address_that_they_typed() -> None:
    assert consents({1: {PURPOSE: [said(1, granted=True, verified=False)]}}) == {}
    assert not consents({1: {PURPOSE: [said(1, granted=False, verified=False)]}})[PURPOSE].granted


def test_words_that_differ_in_their_assurance_only_have_an_order_too() -> None:
    words = [said(1, granted=False, verified=False), said(1, granted=False, verified=True)]
    assert consents({1: {PURPOSE: words}}) == consents({1: {PURPOSE: words[::-1]}})


def test_each_word_that_does_not_decide_has_its_reason() -> None:
    refusal = said(5, granted=False, event_id="no")
    ledger = {
        1: {PURPOSE: [said(1, granted=True, event_id="earlier"), refusal]},
        2: {PURPOSE: [said(9, granted=True, event_id="yes"), said(8, granted=True, verified=False, event_id="typed")]},
        3: {PURPOSE: [said(4, granted=False, event_id="no too")]},
    }
    standing = standings(ledger)[PURPOSE]
    assert standing.consent is not None
    assert standing.consent.said is refusal
    assert [(one.said.event_id, one.identifier, one.why) for one in standing.others] == [
        ("yes", 2, "overruled"),
        ("typed", 2, "claimed"),
        ("no too", 3, "agrees"),
        ("earlier", 1, "older"),
    ]


def test_where_only_claims_were_made_nothing_decides() -> None:
    typed = said(1, granted=True, verified=False)
    standing = standings({1: {PURPOSE: [typed]}})[PURPOSE]
    assert standing.consent is None
    assert [(one.said, one.why) for one in standing.others] == [(typed, "claimed")]


@given(_ledgers)
def test_what_decides_and_what_does_not_are_all_that_was_said(ledger: Ledger) -> None:
    standing = standings(ledger)
    assert {purpose: one.consent for purpose, one in standing.items() if one.consent} == consents(ledger)
    for purpose, one in standing.items():
        told = [(other.identifier, other.said) for other in one.others]
        told += [(one.consent.identifier, one.consent.said)] if one.consent else []
        said_of_it = [(node, word) for node, those in ledger.items() for word in those.get(purpose, ())]
        assert sorted(told) == sorted(said_of_it)


@given(_ledgers)
def test_the_reason_fits_the_word(ledger: Ledger) -> None:
    for standing in standings(ledger).values():
        granted = standing.consent.granted if standing.consent else None
        for other in standing.others:
            assert (other.why == "claimed") == (not other.said.counts)
            assert other.why != "overruled" or (granted is False and not other.said.refused)
            assert other.why != "agrees" or granted is not other.said.refused


@given(_ledgers, st.randoms(use_true_random=False))
def test_order_does_not_matter(ledger: Ledger, random: Random) -> None:
    shuffled = {
        identifier: {purpose: random.sample(words, len(words)) for purpose, words in purposes.items()}
        for identifier, purposes in random.sample(list(ledger.items()), len(ledger))
    }
    assert consents(shuffled) == consents(ledger)


@given(_ledgers, _ledgers)
def test_a_merge_allows_nothing_that_one_side_refuses(one: Ledger, other: Ledger) -> None:
    moved = {identifier + 10: purposes for identifier, purposes in other.items()}
    merged = consents({**one, **moved})
    for purpose, decided in merged.items():
        sides = [side[purpose] for side in (consents(one), consents(moved)) if purpose in side]
        assert decided.granted == all(side.granted for side in sides)
