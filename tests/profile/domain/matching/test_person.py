import pytest

from services.profile.domain.matching import person


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1980-03-04", "1980-03-04"), ("19800304", "1980-03-04"), ("4 March", "4 march"), ("", "")],
)
def test_dates(text: str, expected: str) -> None:
    assert person(birth_date=text).birth_date == expected


def test_values_lose_case_accents_and_points() -> None:
    one = person(given="Zoë", family="O'Brien-Smith", street="12, Hertzl Avenue", postcode="SW1A 1AA", city="יְרוּשָׁלַיִם")
    assert (one.given, one.family, one.street, one.postcode) == ("zoe", "obrien smith", "12 hertzl ave", "sw1a1aa")
    assert one.city == "ירושלים"


def test_several_values_are_sorted_and_counted_once() -> None:
    one = person(emails=["b@x.example", "A@x.example", "a@x.example", ""], phones=["+972 54", "97254", "--"])
    assert one.emails == ("a@x.example", "b@x.example")
    assert one.phones == ("97254",)


def test_numbers_without_content_are_unknown() -> None:
    assert person(exact={"ssn": " - ", "sex": "Female"}).exact == (("sex", "female"),)
