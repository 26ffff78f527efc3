"""Histories: what customers did, and in which order, how often and in which batches the log delivers it."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from hypothesis import strategies as st

from services.profile.domain.policy import IdentityPolicy
from tests.profile.policies import TIGHT
from tests.profile.spellings import POOL, Spelled
from tests.support.identity import Said

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES = ("/call/genesys", "/web/segment", "/store/pos")
CHANNELS = ("call", "web", "store")
NAMES = ("Dana", "דנה", "Avi")
PURPOSES = ("marketing.email", "analytics")
BORN = ("1980-02-29", "1981-02-28")


class Happened(NamedTuple):
    """An interaction as it lies on the log, and what it says by the rules; `blocked` if it names junk."""

    said: Said
    value: bytes
    blocked: bool = False


class History(NamedTuple):
    """Every interaction is delivered at least once; `batches` are their places in `happened`."""

    policy: IdentityPolicy
    happened: Sequence[Happened]
    batches: Sequence[Sequence[int]]


class Details(NamedTuple):
    """All of an interaction but its identifiers."""

    source: int = 0
    trust: int = 0
    trust_claims: bool = False
    name: int | None = None
    born: int | None = None
    seconds: float | None = None
    consents: tuple[tuple[int, bool], ...] = ()
    revision: int | None = None
    conversation: int | None = None


PLAIN = Details()


def happened(number: int, days: int, stated: Sequence[tuple[Spelled, bool]], details: Details = PLAIN) -> Happened:
    """The interaction `number`, `days` after the start."""
    time = START + timedelta(days=days)
    source, channel = SOURCES[details.source], CHANNELS[details.source]
    milliseconds = round((details.seconds or 0) * 1000)
    name = () if details.name is None else (("name", json.dumps(NAMES[details.name])),)
    traits = name if details.born is None else (*name, ("birth_date", json.dumps(BORN[details.born])))
    said = Said(
        source,
        f"e{number}",
        time,
        tuple((one.normal, verified or details.trust_claims) for one, verified in stated if one.normal),
        channel,
        details.trust,
        traits,
        milliseconds,
        milliseconds,
        number % 3,
        tuple((PURPOSES[place], granted) for place, granted in dict(details.consents).items()),
        None if details.revision is None else START + timedelta(hours=details.revision),
        None if details.conversation is None else f"conversation {details.conversation}",
    )
    return Happened(said, wire(said, stated, details), any(one.normal is None for one, _ in stated))


def wire(said: Said, stated: Sequence[tuple[Spelled, bool]], details: Details = PLAIN) -> bytes:
    """The event as ingest would have put it on the log."""
    data: dict[str, Any] = {
        "channel": said.channel,
        "identifiers": [
            {"namespace": one.namespace, "value": one.value, "assurance": "verified" if verified else "claimed"}
            for one, verified in stated
        ],
        "traits": {name: json.loads(value) for name, value in said.traits},
        "measures": {
            "wait_seconds": details.seconds,
            "handle_seconds": details.seconds,
            "transfers": said.transfers,
        },
        "conversation": said.conversation,
        "revision": None if said.revision is None else said.revision.isoformat(),
        "consents": [{"purpose": purpose.upper(), "granted": granted} for purpose, granted in said.consents],
    }
    envelope = {
        "specversion": "1.0",
        "id": said.id,
        "source": said.source,
        "type": f"{said.channel}.ended",
        "time": said.time.isoformat(),
        "trust": said.trust,
        "trustclaims": details.trust_claims,
        "data": data,
    }
    return json.dumps(envelope).encode()


_details = st.builds(
    Details,
    source=st.integers(0, 2),
    trust=st.integers(0, 1),
    trust_claims=st.sampled_from((False, False, False, True)),
    name=st.none() | st.integers(0, 2),
    born=st.sampled_from((None, None, None, 0, 1)),
    seconds=st.sampled_from((None, 0.0, 1.5, 0.0005, 33.25)),
    consents=st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=2).map(tuple),
    revision=st.none(),
    conversation=st.none() | st.integers(0, 1),
)
_pools = st.lists(st.sampled_from(POOL), min_size=2, max_size=9, unique=True)
_verified = st.sampled_from((True, True, True, False))


@st.composite
def histories(draw: st.DrawFn, most: int = 16, *, revised: bool = False) -> History:
    """Shuffled, with duplicates, in batches of any size; few enough identifiers to meet again and again.

    Where it is `revised`, some interactions come in several contents, each with a revision of its own.
    """
    stated = st.lists(st.tuples(st.sampled_from(draw(_pools)), _verified), max_size=4)
    size = draw(st.integers(1, most))
    ids = draw(_ids(size)) if revised else list(range(size))
    revisions = draw(st.permutations(range(size)))
    drawn = draw(st.lists(st.tuples(st.integers(0, 3), stated, _details), min_size=size, max_size=size))
    again = draw(st.lists(st.integers(0, size - 1), max_size=size // 2))
    deliveries = shuffled([*range(size), *again], draw(st.randoms(use_true_random=False)))
    cuts = draw(st.sets(st.integers(1, len(deliveries)), max_size=5))
    return History(
        draw(st.sampled_from(TIGHT)),
        [
            happened(
                ids[place],
                days,
                those,
                _revised(drawn[ids[place]][2], details, revisions[place], first=ids[place] == place),
            )
            if revised
            else happened(place, days, those, details)
            for place, (days, those, details) in enumerate(drawn)
        ],
        cut(deliveries, cuts),
    )


@st.composite
def _ids(draw: st.DrawFn, size: int) -> list[int]:
    """The number of each content's interaction: its own, or an earlier one's."""
    ids: list[int] = []
    for place in range(size):
        again = place > 0 and draw(st.sampled_from((False, True)))
        ids.append(draw(st.sampled_from(ids)) if again else place)
    return ids


def _revised(of: Details, details: Details, revision: int, *, first: bool) -> Details:
    """Contents of one interaction have one source; the first one may have no revision."""
    unversioned = first and revision % 2 == 0
    return details._replace(source=of.source, revision=None if unversioned else revision)


def shuffled(places: list[int], random: Random) -> list[int]:
    random.shuffle(places)
    return places


def cut(deliveries: Sequence[int], cuts: set[int]) -> list[Sequence[int]]:
    bounds = [0, *sorted(cuts), len(deliveries)]
    return [deliveries[start:end] for start, end in pairwise(bounds) if start < end]
