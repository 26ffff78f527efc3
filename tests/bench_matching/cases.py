"""One system on one data set, in a process of its own: what it found, how well, how fast and in how much memory."""

import pickle
import resource
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from services.profile.domain.matching import DEFAULT_THRESHOLD
from tests.bench_matching import kesher_runner, splink_runner
from tests.bench_matching.datasets import Dataset, Pair, datasets
from tests.bench_matching.figures import Quality, at_threshold, best
from tests.bench_matching.households import RULES, Kept, households, kept, kept_by_pairs
from tests.bench_matching.resolving import by_claims, resolve_home


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`best` is at the threshold that the truth says is best, `shipped` at a probability of `DEFAULT_THRESHOLD`.

    `reachable` is the share of true pairs that were compared at all; `digest` stands for all scores to the last bit.
    """

    dataset: str
    system: str
    recipe: str
    records: int
    true_pairs: int
    best: Quality
    shipped: Quality
    compared: int
    reachable: float
    seconds: float
    stream_microseconds: float | None = None
    mib: int
    digest: str = ""


def make(name: str, path: Path) -> None:
    """Makes a data set and keeps it in a file."""
    path.write_bytes(pickle.dumps(datasets()[name]()))


def kesher(path: Path, order: int) -> Result:
    """Kesher, the records in the random order `order`."""
    dataset = _read(path)
    run = kesher_runner.run(dataset, order)
    weights = {pair: score.weight for pair, score in run.scores.items()}
    return Result(
        dataset=dataset.name,
        system="Kesher",
        recipe=f"order {order}",
        records=len(dataset.people),
        true_pairs=len(dataset.truth),
        best=best(weights, dataset.truth),
        shipped=at_threshold(
            {pair: score.probability for pair, score in run.scores.items()}, dataset.truth, DEFAULT_THRESHOLD
        ),
        compared=run.compared,
        reachable=_reachable(weights, dataset),
        seconds=run.seconds,
        stream_microseconds=run.stream_seconds / len(dataset.people) * 1e6,
        mib=_peak_mib(),
        digest=_digest(weights),
    )


def splink(path: Path, recipe: splink_runner.Recipe) -> Result:
    """Splink by one recipe."""
    dataset = _read(path)
    run = splink_runner.run(dataset, recipe)
    return Result(
        dataset=dataset.name,
        system="Splink",
        recipe=recipe.name,
        records=len(dataset.people),
        true_pairs=len(dataset.truth),
        best=best(run.scores, dataset.truth),
        shipped=at_threshold(run.probabilities, dataset.truth, DEFAULT_THRESHOLD),
        compared=run.compared,
        reachable=_reachable(run.scores, dataset),
        seconds=run.seconds,
        mib=_peak_mib(),
    )


def shared_phones() -> Mapping[str, Kept]:
    """Households on one telephone: by rules on two statements, and by identity resolution on all of them."""
    homes = households()
    pairs = {f"pairs: {name}": kept_by_pairs(homes, rule) for name, rule in RULES.items()}
    return {
        **pairs,
        "pairs: identity resolution's claims": kept_by_pairs(homes, by_claims),
        "identity resolution, an e-mail address each": kept(homes, resolve_home),
        "identity resolution, two addresses each": kept(households(emails_per_member=2), resolve_home),
    }


def _read(path: Path) -> Dataset:
    found: Dataset = pickle.loads(path.read_bytes())
    return found


def _reachable(compared: Iterable[Pair], dataset: Dataset) -> float:
    return len(dataset.truth.intersection(compared)) / len(dataset.truth)


def _peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _digest(weights: Mapping[Pair, float]) -> str:
    digest = blake2b(digest_size=12)
    for pair, weight in sorted(weights.items()):
        digest.update(f"{pair} {weight.hex()}\n".encode())
    return digest.hexdigest()
