import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.matching import (
    DEFAULT_THRESHOLD,
    Frequencies,
    Model,
    Person,
    Score,
    compare,
    explain,
    person,
    score,
)
from services.profile.domain.matching.defaults import default_chances
from services.profile.domain.matching.vector import FAMILY, GIVEN, HOME_FIELDS, Level
from tests.profile.domain.matching.populations import population

PEOPLE = population(400, seed=3)


def model_of(*more: Person) -> Model:
    frequencies = Frequencies()
    for one in (*PEOPLE.values(), *more):
        frequencies.add(one)
    return Model(frequencies)


MODEL = model_of()


def weight(a: Person, b: Person, model: Model = MODEL) -> float:
    return score(compare(a, b), model).weight


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare = [person(given="Zebulon", family="Quisenberry")] * 2
    common = [person(given="Dana", family="Cohen")] * 2
    assert weight(rare[0], rare[1], model_of(*rare)) > weight(common[0], common[1]) > 0


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ("1980-03-04", "1980-04-03"),
        ("1980-04-03", "1980-03-17"),
        ("1980-03-17", "1977-11-29"),
    ],
)
def test_the_nearer_the_date_the_more_it_weighs(better: str, worse: str) -> None:
    one = person(given="Dana", family="Cohen", birth_date="1980-03-04")
    assert weight(one, one._replace(birth_date=better)) > weight(one, one._replace(birth_date=worse))


def test_two_of_one_home_are_not_one_person() -> None:
    home = {"family": "Katz", "street": "Herzl", "house": "77", "city": "Eilat"}
    dana, avi = person(given="Dana", **home), person(given="Avi", **home)
    assert score(compare(dana, avi), MODEL).probability < 0.05
    assert sum(line.weight for line in explain(dana, avi, MODEL).lines if line.field in HOME_FIELDS) > 10


def test_twins_are_not_one_person() -> None:
    twin = {"family": "Katz", "birth_date": "1999-09-09", "street": "Herzl", "house": "77", "phones": ["+972541234567"]}
    assert (
        score(compare(person(given="Dana", **twin), person(given="Noa", **twin)), MODEL).probability < DEFAULT_THRESHOLD
    )


def test_having_moved_counts_once() -> None:
    stays = {"given": "Tamar", "family": "Biton", "birth_date": "1970-05-06"}
    here = person(**stays, street="Herzl", house="5", city="Haifa")
    there = person(**stays, street="Allenby", house="118", city="Eilat")
    apart = weight(person(**stays), person(**stays)) - weight(here, there)
    assert 0 < apart < 6


def test_a_town_says_nothing_once_the_postal_code_agrees() -> None:
    towns = [person(given=f"g{number}", city="Haifa", postcode="33000") for number in range(50)]
    elsewhere = [person(given=f"g{number}", city="Eilat", postcode="88000") for number in range(50)]
    model = model_of(*towns, *elsewhere)
    lines = {line.field: line.weight for line in explain(towns[0], towns[1], model).lines}
    assert lines["postcode"] > 0.5
    assert abs(lines["city"]) < 0.3


@given(st.sampled_from(sorted(PEOPLE)), st.sampled_from(sorted(PEOPLE)))
def test_an_explanation_adds_up_to_its_score(one: str, other: str) -> None:
    found = explain(PEOPLE[one], PEOPLE[other], MODEL)
    assert found.score == score(compare(PEOPLE[one], PEOPLE[other]), MODEL)
    assert sum(line.weight for line in found.lines) == pytest.approx(found.score.weight, abs=0.06)
    assert 0 <= found.score.probability <= 1


def test_an_explanation_shows_both_values() -> None:
    a = person(given="Robert", family="Katz", emails=["r@a.example"], exact={"ssn": "123456789"})
    b = person(given="Bob", family="Katz", emails=["r@a.example", "b@a.example"], exact={"ssn": "123456788"})
    assert [(line.field, line.level, line.a, line.b) for line in explain(a, b, MODEL).lines[:4]] == [
        ("given", "nickname", "robert", "bob"),
        ("family", "exact", "katz", "katz"),
        ("email", "exact", "r@a.example", "b@a.example, r@a.example"),
        ("id:ssn", "typo", "123456789", "123456788"),
    ]


def test_swapped_names_are_shown_whole() -> None:
    a, b = person(given="Dana", family="Cohen"), person(given="Cohen", family="Dana")
    line, *_ = explain(a, b, MODEL).lines
    assert (line.level, line.a, line.b) == ("swapped", "dana | cohen", "cohen | dana")


@pytest.mark.parametrize("field", [GIVEN, FAMILY, "birth_date", "street", "postcode", "email", "phone", "id:ssn"])
def test_assumed_chances_add_up_and_speak_the_right_way(field: str) -> None:
    chances = default_chances(field)
    for levels in chances:
        assert sum(levels.values()) == pytest.approx(1)
        assert min(levels.values()) >= 0
    assert chances.same[Level.EXACT] > chances.stranger[Level.EXACT]
    assert chances.same[Level.DIFFERENT] < chances.stranger[Level.DIFFERENT]


def test_what_no_field_is_has_no_chances() -> None:
    with pytest.raises(KeyError):
        default_chances("shoe size")


def test_no_evidence_leaves_the_rate_of_matches() -> None:
    assert score((), MODEL) == Score(pytest.approx(0), pytest.approx(MODEL.rates.match))
