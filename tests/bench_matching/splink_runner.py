"""Splink over a data set, in good faith: its own recommended comparisons, trained as its guide says.

It is given the same normalised values, blocking rules that reach as far as Kesher's keys, and a choice of models, of
which the caller may take the better one by the truth.
"""

import logging
import time
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.bench_matching.datasets import Dataset, Pair, ordered

SEED = 1
U_PAIRS = 5_000_000
DETERMINISTIC_RECALL = 0.8


class Recipe(NamedTuple):
    """One way of using Splink: names compared as one or each alone, and blocks of few or of many pairs."""

    name: str
    names_together: bool
    wide: bool


RECIPES = (
    Recipe("names together", names_together=True, wide=False),
    Recipe("names apart", names_together=False, wide=False),
    Recipe("names apart, wide blocks", names_together=False, wide=True),
)

_COLUMNS = ("given", "middle", "family", "birth_date", "street", "house", "unit", "city", "postcode", "region")


class SplinkRun(NamedTuple):
    scores: Mapping[Pair, float]
    probabilities: Mapping[Pair, float]
    compared: int
    seconds: float


def run(dataset: Dataset, recipe: Recipe) -> SplinkRun:
    """Match weights and probabilities of every pair that the blocking rules make."""
    warnings.simplefilter("ignore")
    logging.getLogger("splink").setLevel(logging.ERROR)
    started = time.perf_counter()
    linker = _trained(dataset, recipe)
    frame = linker.inference.predict(threshold_match_weight=None).as_pandas_dataframe()
    pairs = [ordered(one, other) for one, other in zip(frame.unique_id_l, frame.unique_id_r, strict=True)]
    scores = dict(zip(pairs, map(float, frame.match_weight), strict=True))
    probabilities = dict(zip(pairs, map(float, frame.match_probability), strict=True))
    return SplinkRun(scores, probabilities, len(scores), time.perf_counter() - started)


def _trained(dataset: Dataset, recipe: Recipe) -> Any:
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    tables = _tables(dataset)
    columns = _known_in_all(tables)
    settings = SettingsCreator(
        link_type="link_only" if dataset.linking else "dedupe_only",
        comparisons=_comparisons(columns, names_together=recipe.names_together),
        blocking_rules_to_generate_predictions=_blocking(columns, wide=recipe.wide),
    )
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    api = DuckDBAPI(connection)
    registered = [api.register(table, dataset_display_name=f"t_{name}") for name, table in tables.items()]
    linker = Linker(registered if len(registered) > 1 else registered[0], settings, log_level=None)
    linker.training.estimate_probability_two_random_records_match(_certain(columns), recall=DETERMINISTIC_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=U_PAIRS, seed=SEED)
    for rule in _training(columns):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    return linker


def _tables(dataset: Dataset) -> dict[str, Any]:
    import pandas as pd

    rows: dict[str, list[dict[str, str | None]]] = {}
    for key, one in dataset.people.items():
        row: dict[str, str | None] = {"unique_id": key}
        row |= {column: getattr(one, column) or None for column in _COLUMNS}
        row |= dict.fromkeys(("ssn", "soc_sec_id", "sex")) | dict(one.exact)
        row["full_name"] = f"{one.given} {one.family}" if one.given and one.family else None
        row["given_sound"], row["family_sound"] = _metaphone(one.given), _metaphone(one.family)
        rows.setdefault(dataset.source[key], []).append(row)
    return {name: pd.DataFrame(table, dtype="string") for name, table in rows.items()}


def _metaphone(name: str) -> str | None:
    import jellyfish

    return jellyfish.metaphone(name) or None if name else None


def _known_in_all(tables: Mapping[str, Any]) -> frozenset[str]:
    """Columns that every table fills: one that a table lacks says nothing of any pair."""
    return frozenset.intersection(*(frozenset(table.columns[table.notna().any()]) for table in tables.values()))


def _comparisons(columns: frozenset[str], *, names_together: bool) -> list[Any]:
    import splink.comparison_library as cl

    frequencies = {"term_frequency_adjustments": True}
    if names_together:
        names: list[Any] = [
            cl.ForenameSurnameComparison("given", "family", forename_surname_concat_col_name="full_name")
        ]
    else:
        names = [cl.NameComparison(name).configure(**frequencies) for name in ("given", "family")]
    others: Mapping[str, Any] = {
        "middle": _middle_name(),
        "birth_date": cl.DateOfBirthComparison("birth_date", input_is_string=True, invalid_dates_as_null=False)
        if names_together
        else cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]).configure(**frequencies),
        "street": cl.JaroWinklerAtThresholds("street", [0.92, 0.8]).configure(**frequencies),
        "house": cl.DamerauLevenshteinAtThresholds("house", [1]).configure(**frequencies),
        "unit": cl.JaroWinklerAtThresholds("unit", [0.92, 0.8]).configure(**frequencies),
        "city": cl.JaroWinklerAtThresholds("city", [0.92, 0.8]).configure(**frequencies),
        "postcode": cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(**frequencies),
        "region": cl.ExactMatch("region").configure(**frequencies),
        "sex": cl.ExactMatch("sex"),
        "ssn": cl.DamerauLevenshteinAtThresholds("ssn", [1, 2]).configure(**frequencies),
        "soc_sec_id": cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]).configure(**frequencies),
    }
    return names + [comparison for column, comparison in others.items() if column in columns]


def _middle_name() -> Any:
    """A whole name or its first letter: its library has no ready comparison for that."""
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    return cl.CustomComparison(
        output_column_name="middle",
        comparison_levels=[
            cll.NullLevel("middle"),
            cll.ExactMatchLevel("middle", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("middle", 0.88),
            cll.CustomLevel("substr(middle_l, 1, 1) = substr(middle_r, 1, 1)", "first letter"),
            cll.ElseLevel(),
        ],
    )


_WIDE: Sequence[tuple[str, ...]] = [
    ("house", "substr(street, 1, 5)"),
    ("postcode", "substr(birth_date, 1, 4)"),
]


def _blocking(columns: frozenset[str], *, wide: bool) -> list[Any]:
    from splink import block_on

    rules: Sequence[tuple[str, ...]] = [
        ("ssn",),
        ("soc_sec_id",),
        ("given_sound", "family_sound"),
        ("birth_date", "substr(given, 1, 1)"),
        ("birth_date", "substr(family, 1, 1)"),
        ("substr(birth_date, 6)", "given_sound"),
        ("substr(birth_date, 6)", "family_sound"),
        ("substr(birth_date, 1, 4)", "given_sound", "substr(family, 1, 1)"),
        ("substr(birth_date, 1, 4)", "family_sound", "substr(given, 1, 1)"),
        ("house", "street", "substr(given, 1, 1)"),
        ("postcode", "family_sound", "substr(given, 1, 1)"),
        ("postcode", "substr(birth_date, 1, 4)", "substr(given, 1, 1)"),
    ]
    if wide:
        rules = [*rules, *_WIDE]
    usable = [rule for rule in rules if all(any(column in part for column in columns) for part in rule)]
    swapped = ["l.given_sound = r.family_sound and l.family_sound = r.given_sound"]
    return [block_on(*rule) for rule in usable] + swapped


def _certain(columns: frozenset[str]) -> list[Any]:
    from splink import block_on

    rules = [
        ("ssn", "family"),
        ("soc_sec_id",),
        ("given", "family", "birth_date"),
        ("given", "family", "street", "house"),
    ]
    return [block_on(*rule) for rule in rules if columns.issuperset(rule)]


def _training(columns: frozenset[str]) -> list[tuple[str, ...]]:
    """Blocks in which most pairs match: trained on whole households, its matches would be households."""
    rules = [
        ("given", "family"),
        ("ssn",),
        ("soc_sec_id",),
        ("given", "birth_date"),
        ("family", "birth_date", "sex"),
        ("given", "street", "house"),
        ("middle", "street", "house"),
    ]
    return [rule for rule in rules if columns.issuperset(rule)]
