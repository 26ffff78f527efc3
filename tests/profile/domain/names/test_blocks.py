# ruff: noqa: RUF001 -- Hebrew is meant
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.names import Name, block_keys, split_name


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Moshe Cohen", "משה כהן"),
        ("Bob Smith", "Robert Smith"),
        ("יוסי לוי", "Joseph Levy"),
        ("Haim Schwartz", "חיים שוורץ"),
        ("M. Cohen", "משה כהן"),
        ("Isaac Ben David", "איציק בן-דוד"),
        ("Peggy Rozenberg", "Margaret Rosenberg"),
    ],
)
def test_one_person_s_names_meet(a: str, b: str) -> None:
    assert block_keys(split_name(a)) & block_keys(split_name(b))


def test_other_names_do_not_meet() -> None:
    assert not block_keys(split_name("Moshe Cohen")) & block_keys(split_name("Moshe Levi"))
    assert not block_keys(split_name("Moshe Cohen")) & block_keys(split_name("Rachel Cohen"))


def test_junk_has_no_keys() -> None:
    assert block_keys(split_name("test")) == frozenset()
    assert block_keys(Name("", "")) == frozenset()


@given(st.text(), st.text())
def test_any_name_has_few_keys(given_name: str, family: str) -> None:
    assert len(block_keys(Name(given_name, family))) <= 256
