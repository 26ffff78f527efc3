"""Small worlds of people who use the same few identifiers, so that everything that can go wrong with them does."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tests.profile.histories import Details, Happened, happened
from tests.profile.spellings import Spelled
from tests.support.identity import Identifier

INTERACTIONS = 60
REVISED = 0.2


@dataclass(frozen=True)
class World:
    """Nobody in it has anything to do with anybody in another."""

    identifiers: Sequence[Identifier]
    happened: Sequence[Happened]


def worlds(number: int, random: Random) -> list[World]:
    """So many worlds, each other interactions than all the others."""
    return [_world(place, random) for place in range(number)]


def _world(place: int, random: Random) -> World:
    identifiers = random.sample(_pool(place), k=random.randint(4, 10))
    spelled = [Spelled(*one, one) for one in identifiers]
    sources = [random.randint(0, 2) for _ in range(INTERACTIONS)]
    ids = [random.randrange(n) if n and random.random() < REVISED else n for n in range(INTERACTIONS)]
    revisions = random.sample(range(INTERACTIONS), k=INTERACTIONS)
    return World(
        identifiers,
        [
            happened(
                place * INTERACTIONS + ids[n],
                random.randint(0, 3),
                [(random.choice(spelled), random.random() < 0.8) for _ in range(random.randint(0, 4))],
                Details(
                    source=sources[ids[n]],
                    trust=random.randint(0, 1),
                    name=random.choice((None, 0, 1, 2)),
                    seconds=random.choice((None, 1.5)),
                    consents=((random.randint(0, 1), random.random() < 0.5),) if random.random() < 0.2 else (),
                    conversation=random.choice((None, 2 * place, 2 * place + 1)),
                    revision=revision if n != ids[n] or revision % 2 else None,
                ),
            )
            for n, revision in enumerate(revisions)
        ],
    )


def _pool(place: int) -> list[Identifier]:
    return [
        *(("customer_id", f"c-{place}-{n}") for n in range(3)),
        *(("loyalty_id", f"card-{place}-{n}") for n in range(2)),
        *(("email", f"person{n}.of.{place}@example.com") for n in range(2)),
        *(("phone", f"+97254{place:06d}{n}") for n in range(2)),
        ("handle:whatsapp", f"97254{place:06d}"),
        ("handle:shopify", f"gid-{place}"),
        *(("device", f"kiosk-{place}-{n}") for n in range(2)),
    ]
