import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.matching import Evidence, Level, Person, compare, person

people = st.builds(
    person,
    given=st.sampled_from(["", "Dana", "Dan", "Robert", "Bob", "דנה", "Cohen"]),
    family=st.sampled_from(["", "Cohen", "Kohen", "כהן", "Levi", "Robert"]),
    birth_date=st.sampled_from(["", "1980-03-04", "1980-04-03", "1981-03-04", "19800304", "1999-12-31"]),
    street=st.sampled_from(["", "Herzl Street", "Hertzl St.", "Allenby Road"]),
    unit=st.sampled_from(["", "Flat 3", "Herzl St"]),
    emails=st.lists(st.sampled_from(["dana@a.example", "dana@b.example", "dann@a.example"]), max_size=2),
    phones=st.lists(st.sampled_from(["+972541234567", "+972541234568", "0541234567"]), max_size=2),
    exact=st.dictionaries(
        st.sampled_from(["ssn", "sex"]), st.sampled_from(["123456789", "123456788", "f"]), max_size=2
    ),
)


def level(field: str, a: Person, b: Person) -> Level | None:
    return next((evidence.level for evidence in compare(a, b) if evidence.field == field), None)


@given(people, people)
def test_neither_comes_first(a: Person, b: Person) -> None:
    assert compare(a, b) == compare(b, a)


@given(people)
def test_whoever_is_the_same_agrees_exactly(one: Person) -> None:
    assert {evidence.level for evidence in compare(one, one)} <= {Level.EXACT}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("1980-03-04", "1980-03-04", Level.EXACT),
        ("19800304", "1980-03-04", Level.EXACT),
        ("1980-03-04", "1980-04-03", Level.SWAPPED),
        ("1980-03-04", "1981-03-04", Level.TYPO),
        ("1980-03-04", "1908-03-04", Level.TYPO),
        ("1980-03-04", "1980-03-17", Level.PART),
        ("1980-03-04", "1977-11-29", Level.DIFFERENT),
    ],
)
def test_birth_dates(a: str, b: str, expected: Level) -> None:
    assert level("birth_date", person(birth_date=a), person(birth_date=b)) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Dana", "DANA", Level.EXACT),
        ("Dana", "דנה", Level.SPELLING),
        ("Robert", "Bob", Level.NICKNAME),
        ("Robert", "R.", Level.INITIAL),
        ("Robert", "Jonathan", Level.DIFFERENT),
    ],
)
def test_given_names(a: str, b: str, expected: Level) -> None:
    assert level("given", person(given=a), person(given=b)) is expected


def test_names_in_one_anothers_place() -> None:
    vector = compare(person(given="Dana", family="Cohen"), person(given="Cohen", family="Dana"))
    assert vector == (Evidence("given", Level.SWAPPED),)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("12 Herzl Street", "12 Herzl st.", Level.EXACT),
        ("tullaroop street", "tullaroopstreet", Level.ALIKE),
        ("Sderot Rothschild", "Rothschild", Level.PART),
        ("Herzl", "Allenby", Level.DIFFERENT),
    ],
)
def test_streets(a: str, b: str, expected: Level) -> None:
    assert level("street", person(street=a), person(street=b)) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (["d@a.example", "x@y.example"], ["x@y.example"], Level.EXACT),
        (["dana.cohen@a.example"], ["dana.cohem@a.example"], Level.TYPO),
        (["dana.cohen@a.example"], ["dana.cohen@elsewhere.example"], Level.PART),
        (["dana@a.example"], ["moshe@b.example"], Level.DIFFERENT),
    ],
)
def test_emails(a: list[str], b: list[str], expected: Level) -> None:
    assert level("email", person(emails=a), person(emails=b)) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("+972541234567", "972-54-1234567", Level.EXACT),
        ("+972541234567", "0541234567", Level.PART),
        ("+972541234567", "+972541234576", Level.TYPO),
        ("+972541234567", "+972529876543", Level.DIFFERENT),
    ],
)
def test_phones(a: str, b: str, expected: Level) -> None:
    assert level("phone", person(phones=[a]), person(phones=[b])) is expected


def test_what_one_does_not_know_says_nothing() -> None:
    assert compare(person(given="Dana", phones=["+972541234567"]), person(family="Cohen")) == ()


def test_an_identity_number_a_digit_off() -> None:
    a, b = person(exact={"ssn": "123-45-6789"}), person(exact={"ssn": "123456780"})
    assert compare(a, b) == (Evidence("id:ssn", Level.TYPO),)
