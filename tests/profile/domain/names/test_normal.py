# ruff: noqa: RUF001 -- Hebrew is meant
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.names.normal import normal_form, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Moshe   COHEN ", "moshe cohen"),
        ("מֹשֶׁה", "משה"),
        ("שָׂרָה", "שרה"),
        ("אברהם", "אברהמ"),
        ("Ya'akov", "yaakov"),
        ("Ya’akov", "yaakov"),
        ("צ׳ארלס", "צארלס"),
        ("צ'ארלס", "צארלס"),
        ("בן־דוד", "בנ דוד"),
        ("Ben-David", "ben david"),
        ("José", "jose"),
        ("Łukasz Øster", "lukasz oster"),
        ("Ｍｏｓｈｅ", "moshe"),
        ("Cohen,Moshe", "cohen moshe"),
        ("😀", ""),
        ("", ""),
    ],
)
def test_folds_what_does_not_matter(text: str, expected: str) -> None:
    assert normal_form(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. John Smith Jr.", ("john", "smith")),
        ('ד"ר משה', ("משה",)),
        ("עו״ד דין", ("דינ",)),
        ("עורך דין משה", ("משה",)),
        ("גב' כהן", ("כהנ",)),
    ],
)
def test_drops_titles(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "text", ["", "  ", "12345", "Agent 7", "test", "לא ידוע", "Unknown Caller", "Mom", "😀", "Dr.", "aaaa", "-", "N/A"]
)
def test_junk_has_no_words(text: str) -> None:
    assert words(text) == ()


@given(st.text())
def test_is_idempotent(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@given(st.text(alphabet="abcxyzאבגכמנצפךםןץף' -"))
def test_knows_no_case(text: str) -> None:
    assert normal_form(text.upper()) == normal_form(text)
