import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
DEV = PROJECT["dependency-groups"]["dev"]
MATCHING = PROJECT["dependency-groups"]["matching"]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-matching.lock"]


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("lock", "wanted"),
    list(zip(LOCKS, [RUNTIME, [*RUNTIME, *DEV], [*RUNTIME, *MATCHING]], strict=True)),
    ids=["run", "dev", "matching"],
)
def test_locks_keep_what_the_project_asks_for(lock: str, wanted: list[str]) -> None:
    versions = pinned(lock)
    for requirement in map(Requirement, wanted):
        assert requirement.name in versions, "run `make lock`"
        assert requirement.specifier.contains(versions[requirement.name]), requirement.name


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_the_locks_agree(lock: str) -> None:
    assert pinned("requirements.lock").items() <= pinned(lock).items()


@pytest.mark.parametrize("lock", [*LOCKS, "deploy/ci/uv.lock"])
def test_locks_name_no_address_and_hash_everything(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in requirement, requirement
