"""docs/channels.md says what there is, and nothing else."""

import re
from pathlib import Path

from services.ingest.channels import __path__ as channels_path
from services.ingest.registry import ADAPTER_NAMES, ADAPTERS
from services.ingest.settings import IngestSettings

TEXT = (Path(__file__).parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
ROWS = {
    row[0].strip("`"): row
    for row in (line.strip("| ").split(" | ") for line in TEXT.splitlines() if line.startswith("| `"))
}


def test_every_adapter_is_documented() -> None:
    adapters = {name for name in ROWS if re.fullmatch(r"[a-z]+(_[a-z]+)?", name)}
    assert adapters == set(ADAPTER_NAMES)


def test_every_adapter_row_is_complete_and_tells_the_status() -> None:
    for name, adapter in ADAPTERS.items():
        assert len(ROWS[name]) == 7
        assert ROWS[name][-1] == str(adapter.success_status)
        assert all(cell.strip() for cell in ROWS[name])


def test_every_adapter_is_one_file_and_every_file_an_adapter() -> None:
    (folder,) = channels_path
    assert {path.stem for path in Path(folder).glob("*.py")} == {"__init__", *ADAPTERS}


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {name: row[1] for name, row in ROWS.items() if name.startswith("KESHER_INGEST_")}
    settings = {
        f"KESHER_INGEST_{name.upper()}": "none"
        if field.default is None
        else f"{field.default:g}".replace("e+0", "e")
        if isinstance(field.default, float)
        else str(field.default)
        for name, field in IngestSettings.model_fields.items()
    }
    assert documented == settings
