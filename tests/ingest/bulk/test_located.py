import pytest

from services.ingest.bulk.located import NotYaml, load


def test_scalars_mean_what_they_look_like() -> None:
    document = load("a: NO\nb: 0:00:00\nc: 007\nd: 2010-08-01\ne: true\nf: 12\ng: 1.5\nh:\ni: '0'\n1: x\n")
    assert document.value == {
        "a": "NO",
        "b": "0:00:00",
        "c": "007",
        "d": "2010-08-01",
        "e": True,
        "f": 12,
        "g": 1.5,
        "h": None,
        "i": "0",
        "1": "x",
    }


def test_every_value_knows_its_line() -> None:
    document = load("a:\n  - b: 1\n\n  - c: {d: 2}\n")
    assert document.find(("a", 1, "c", "d")) == (("a", 1, "c", "d"), 4)


def test_a_location_that_is_not_in_the_document_means_what_holds_it() -> None:
    document = load("a:\n  b:\n    c: 1\n")
    assert document.find(("tag", "a", "b", "missing")) == (("a", "b"), 2)


@pytest.mark.parametrize(
    ("text", "line"), [("a: 1\nb: [", 2), ("a: 1\n\na: 2\n", 3), ("a: 1\n? {b: 1}\n: 2\n", 2), ("a: 1\n\tb: 2\n", 2)]
)
def test_what_is_not_a_mapping_of_names_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NotYaml) as refused:
        load(text)
    assert refused.value.line == line


def test_nothing_is_nothing() -> None:
    assert load("").value is None
