"""Households through identity resolution itself: e-mail addresses linked by one telephone, with what was claimed."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from services.profile.domain.claims import Claim, claims_of, conflict
from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.resolve import Evidence, Knowledge, pair, resolve_region
from services.profile.domain.sighting import Key
from tests.bench_matching.households import Statement

_START = datetime(2026, 1, 1, tzinfo=UTC)
_POLICY = IdentityPolicy()


def claims(one: Statement) -> frozenset[Claim]:
    """What an interaction with the statement's traits claims."""
    return claims_of({"first_name": one.given, "birth_date": one.birth_date})


def by_claims(one: Statement, other: Statement) -> bool:
    """Whether identity resolution sees a conflict between two statements."""
    return conflict(claims(one), claims(other)) is not None


def resolve_home(home: Sequence[Statement]) -> list[frozenset[int]]:
    """The statements of one household, grouped as identity resolution groups their e-mail addresses."""
    numbers: dict[Key, int] = {}
    claimed: defaultdict[int, set[Claim]] = defaultdict(set)
    links = {}
    for position, one in enumerate(home):
        email, phone = (
            numbers.setdefault(key, len(numbers)) for key in (Key("email", one.email), Key("phone", one.phone))
        )
        claimed[email] |= claims(one)
        links.setdefault(pair(email, phone), Evidence(_START + timedelta(days=position), verified=True))
    keys = {number: key for key, number in numbers.items()}
    known = Knowledge(keys, _POLICY, {number: frozenset(said) for number, said in claimed.items()})
    found = resolve_region(frozenset(keys), links, frozenset(), known)
    return [
        frozenset(position for position, one in enumerate(home) if numbers[Key("email", one.email)] in cluster)
        for cluster in found.clusters
    ]
