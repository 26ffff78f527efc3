"""The truth about names, and how far a comparison agrees with it.

Each row of the data is one name with its attested spellings in both scripts and its nicknames. A name falls into the
development half or the held-out half by a hash of its first spelling. Forms of one row should agree; forms of two rows
of one half should not, unless the rows share a form (Sasha, Alex): then nothing is asked.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product
from pathlib import Path
from typing import NamedTuple

from services.profile.domain.names.normal import normal_form

DATA = Path(__file__).parent / "data"
HALVES = ("development", "held-out")
KINDS = ("Hebrew-Latin", "Latin-Latin", "Hebrew-Hebrew", "nickname")


class NameRow(NamedTuple):
    spellings: tuple[str, ...]
    nicknames: tuple[str, ...]

    @property
    def forms(self) -> frozenset[str]:
        return frozenset(normal_form(form) for form in (*self.spellings, *self.nicknames))


class Pair(NamedTuple):
    kind: str
    left: str
    right: str


@dataclass
class Score:
    positives: int = 0
    found: int = 0
    negatives: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.positives if self.positives else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0

    @property
    def kept_apart(self) -> float:
        return 1 - self.wrong / self.negatives if self.negatives else 1.0


def half_of(key: str) -> str:
    return HALVES[hashlib.blake2b(key.encode(), digest_size=8).digest()[0] % 2]


def rows(file: str, half: str) -> list[NameRow]:
    with (DATA / file).open(encoding="utf-8") as lines:
        return [_row(line) for line in csv.DictReader(lines) if half_of(line["hebrew"].split("|")[0]) == half]


def confusable(half: str) -> list[tuple[str, str]]:
    with (DATA / "confusable.csv").open(encoding="utf-8") as lines:
        pairs = [(line["left"], line["right"]) for line in csv.DictReader(lines)]
    return [pair for pair in pairs if half_of(pair[0]) == half]


def same(row: NameRow) -> Iterator[Pair]:
    for left, right in combinations(row.spellings, 2):
        yield Pair(_scripts(left, right), left, right)
    for left, right in product(row.spellings, row.nicknames):
        yield Pair("nickname", left, right)


def different(one: NameRow, other: NameRow) -> Iterator[Pair]:
    if one.forms & other.forms:
        return
    for left, right in product(one.spellings, other.spellings):
        yield Pair(_scripts(left, right), left, right)
    for left, right in (*product(one.spellings, other.nicknames), *product(one.nicknames, other.spellings)):
        yield Pair("nickname", left, right)


def score(names: list[NameRow], agree: Callable[[str, str], bool], kinds: Sequence[str] = KINDS) -> dict[str, Score]:
    """Every pair of forms of one name, and every pair of forms of two names, of the `kinds` asked for."""
    scores = {kind: Score() for kind in kinds}
    for pair in chain.from_iterable(map(same, names)):
        if pair.kind in scores:
            scores[pair.kind].positives += 1
            scores[pair.kind].found += agree(pair.left, pair.right)
    for pair in chain.from_iterable(different(one, other) for one, other in combinations(names, 2)):
        if pair.kind in scores:
            scores[pair.kind].negatives += 1
            scores[pair.kind].wrong += agree(pair.left, pair.right)
    return scores


def _row(line: dict[str, str]) -> NameRow:
    nicknames = [*line.get("hebrew_nicknames", "").split("|"), *line.get("latin_nicknames", "").split("|")]
    spellings = [*line["hebrew"].split("|"), *line["latin"].split("|")]
    return NameRow(tuple(filter(None, spellings)), tuple(filter(None, nicknames)))


def _scripts(left: str, right: str) -> str:
    hebrew = [re.search("[א-ת]", text) is not None for text in (left, right)]
    return {2: "Hebrew-Hebrew", 1: "Hebrew-Latin", 0: "Latin-Latin"}[sum(hebrew)]
