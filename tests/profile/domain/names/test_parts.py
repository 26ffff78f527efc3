import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.names import Name, split_name
from services.profile.domain.names.parts import family_core


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Moshe Cohen", Name("moshe", "cohen")),
        ("Cohen, Moshe", Name("moshe", "cohen")),
        ("משה כהן", Name("משה", "כהנ")),
        ("כהן משה", Name("משה", "כהנ")),
        ("Cohen Moshe", Name("moshe", "cohen")),
        ("Moshe Ben David", Name("moshe", "ben david")),
        ("משה בן דוד", Name("משה", "בנ דוד")),
        ("Anna Maria Garcia", Name("anna maria", "garcia")),
        ("Jan van der Berg", Name("jan", "van der berg")),
        ("Dr. John Smith Jr.", Name("john", "smith")),
        ("Moshe", Name("moshe", "")),
        ("Ben David", Name("ben", "david")),
        ("Smith, ", Name("smith", "")),
        ("test", Name("", "")),
        ("", Name("", "")),
    ],
)
def test_splits_display_names(full: str, expected: Name) -> None:
    assert split_name(full) == expected


def test_leaves_particles_out_and_patronymics_in() -> None:
    assert family_core(("al", "masri")) == "masri"
    assert family_core(("ben", "david")) == "bendavid"


@given(st.text())
def test_splits_any_text(full: str) -> None:
    name = split_name(full)
    assert name.given or not name.family
