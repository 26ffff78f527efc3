# ruff: noqa: RUF001 -- Hebrew is meant
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.names import Agreement, compare_family, compare_given, given_names_conflict

NAMES = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="abdehiklmnorstvyz '-", max_size=14),
    st.text(alphabet="אבגדהוזחטיכלמנסעפצקרשתםןץףך '", max_size=10),
    st.sampled_from(
        ["Moshe", "משה", "Bob", "Robert", "יוסי", "Joseph", "Anna Maria", "M.", "test", "Вова", "محمد", "Dana"]
    ),
)
POINTS = "\u05b0\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\u05bc\u05c1\u0591"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Moshe", "MOSHE", Agreement.EXACT),
        ("Dr. Moshe", "moshe", Agreement.EXACT),
        ("משה", "Moshe", Agreement.SPELLING),
        ("Moishe", "Mosheh", Agreement.SPELLING),
        ("יצחק", "Isaac", Agreement.SPELLING),
        ("דויד", "דוד", Agreement.SPELLING),
        ("אהרן", "אהרון", Agreement.SPELLING),
        ("נועם", "נעם", Agreement.SPELLING),
        ("שרה", "Sarah", Agreement.SPELLING),
        ("חיים", "Hayim", Agreement.SPELLING),
        ("מוחמד", "Mohamed", Agreement.SPELLING),
        ("Bat Sheva", "בתשבע", Agreement.SPELLING),
        ("Maria Anna", "Anna Maria", Agreement.SPELLING),
        ("Bob", "Robert", Agreement.NICKNAME),
        ("Bob", "Rob", Agreement.NICKNAME),
        ("יוסי", "Joseph", Agreement.NICKNAME),
        ("צביקה", "Zvi", Agreement.NICKNAME),
        ("Shmulik", "שמואל", Agreement.NICKNAME),
        ("Alex", "Alexander", Agreement.NICKNAME),
        ("Gal", "גלי", Agreement.NICKNAME),
        ("Anna Maria", "Maria", Agreement.NICKNAME),
        ("Robnrt", "Robert", Agreement.TYPO),
        ("Elizabrth", "Elizabeth", Agreement.TYPO),
        ("יסוף", "יוסף", Agreement.TYPO),
        ("M.", "Moshe", Agreement.INITIAL),
        ("M.", "משה", Agreement.INITIAL),
        ("Anna M.", "Anna Maria", Agreement.INITIAL),
        ("K", "Moshe", Agreement.DIFFERENT),
        ("Dana", "Dina", Agreement.DIFFERENT),
        ("דנה", "Dina", Agreement.DIFFERENT),
        ("רון", "רן", Agreement.DIFFERENT),
        ("Lior", "Liora", Agreement.DIFFERENT),
        ("Yael", "Yoel", Agreement.DIFFERENT),
        ("Noa", "Noah", Agreement.DIFFERENT),
        ("Anna Maria", "Anna Sophia", Agreement.DIFFERENT),
        ("test", "Moshe", Agreement.UNKNOWN),
        ("", "Moshe", Agreement.UNKNOWN),
        ("054", "Moshe", Agreement.UNKNOWN),
        ("Моше", "Moshe", Agreement.UNKNOWN),
    ],
)
def test_grades_given_names(a: str, b: str, expected: Agreement) -> None:
    assert compare_given(a, b) is expected
    assert compare_given(b, a) is expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Cohen", "COHEN", Agreement.EXACT),
        ("כהן", "Cohen", Agreement.SPELLING),
        ("Cohn", "Kohen", Agreement.SPELLING),
        ("Ben David", "בן-דוד", Agreement.SPELLING),
        ("Bendavid", "Ben-David", Agreement.SPELLING),
        ("Al-Masri", "Masri", Agreement.SPELLING),
        ("Schwartz", "שוורץ", Agreement.SPELLING),
        ("Rabinovich", "Rabinowitz", Agreement.SPELLING),
        ("Goldberg", "Goldnerg", Agreement.TYPO),
        ("C.", "Cohen", Agreement.INITIAL),
        ("Levi", "Levin", Agreement.DIFFERENT),
        ("Ben David", "Ben Simon", Agreement.DIFFERENT),
        ("Cohen", "", Agreement.UNKNOWN),
    ],
)
def test_grades_family_names(a: str, b: str, expected: Agreement) -> None:
    assert compare_family(a, b) is expected
    assert compare_family(b, a) is expected


def test_a_couple_conflicts_and_one_person_does_not() -> None:
    assert given_names_conflict("David", "Sara")
    assert not given_names_conflict("Dave", "דוד")
    assert not given_names_conflict("Moshe Cohen", "Cohen Moshe")
    assert not given_names_conflict("John Michael", "John")


@pytest.mark.parametrize("junk", ["", "test", "1234", "לקוח", "Mrs.", "😀", "unknown"])
def test_junk_never_conflicts(junk: str) -> None:
    assert not given_names_conflict(junk, "Moshe")


def test_agreement_is_not_transitive() -> None:
    assert not given_names_conflict("Alexander", "Alex")
    assert not given_names_conflict("Alex", "Alexandra")
    assert given_names_conflict("Alexander", "Alexandra")


@given(NAMES, NAMES)
def test_is_symmetric(a: str, b: str) -> None:
    assert compare_given(a, b) is compare_given(b, a)
    assert compare_family(a, b) is compare_family(b, a)
    assert given_names_conflict(a, b) is given_names_conflict(b, a)


@given(NAMES)
def test_every_name_agrees_with_itself(name: str) -> None:
    assert compare_given(name, name) in {Agreement.EXACT, Agreement.UNKNOWN}
    assert compare_family(name, name) in {Agreement.EXACT, Agreement.UNKNOWN}


@given(st.text(alphabet="abdehiklmnorstvyz", max_size=10), NAMES)
def test_case_does_not_matter(a: str, b: str) -> None:
    assert compare_given(a.upper(), b) is compare_given(a, b)


@given(st.text(alphabet="אבגדהוזחטיכלמנסעפצקרשת", max_size=8), st.data(), NAMES)
def test_points_and_final_letters_do_not_matter(a: str, data: st.DataObject, b: str) -> None:
    pointed = "".join(letter + data.draw(st.sampled_from(["", *POINTS])) for letter in a)
    final = a.translate(str.maketrans("מנצפכ", "םןץףך"))
    assert compare_given(pointed, b) is compare_given(a, b)
    assert compare_given(final, b) is compare_given(a, b)
