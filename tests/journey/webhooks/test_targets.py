from pathlib import Path

import pytest

from services.journey.webhooks.targets import load_targets
from services.runtime.errors import Rejected

SECRET = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"


def written(folder: Path, text: str) -> Path:
    file = folder / "targets.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_targets_are_known_by_the_names_that_definitions_use(tmp_path: Path) -> None:
    file = written(tmp_path, f"claims-desk:\n  url: https://desk.example.com/hooks\n  secret: {SECRET}\n")
    (name, target), *others = load_targets(file).items()
    assert (name, str(target.url), others) == ("claims-desk", "https://desk.example.com/hooks", [])
    assert SECRET not in repr(target)
    assert load_targets(None) == {} == load_targets(written(tmp_path, ""))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (f"desk: {{url: ftp://desk.example.com, secret: {SECRET}}}", "desk.url"),
        (f"desk: {{url: https://desk.example.com, secret: {SECRET}, also: 1}}", "desk.also"),
        ("desk: {url: https://desk.example.com, secret: whsec_dG9vc2hvcnQ}", "desk.secret"),
        ("desk: {url: https://desk.example.com, secret: 'not base64 at all!!!'}", "desk.secret"),
        ("desk: {url: https://desk.example.com}", "desk.secret"),
        ("- desk", ""),
        ("desk: [", "targets_file"),
    ],
)
def test_what_is_wrong_is_named_and_no_secret_is(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(Rejected) as caught:
        load_targets(written(tmp_path, text))
    assert caught.value.field == field
    assert "dG9vc2hvcnQ" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="cannot be read"):
        load_targets(tmp_path / "none.yaml")
