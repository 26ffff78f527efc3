"""How far an import has come, kept so that the next start goes on from there."""

import hashlib
from collections import Counter
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.runtime.errors import Rejected


class Totals(BaseModel):
    """What became of the rows: each was sent, skipped or rejected. `types` counts what was sent."""

    model_config = ConfigDict(extra="forbid")

    sent: int = 0
    skipped: int = 0
    rejected: int = 0
    types: Counter[str] = Field(default_factory=Counter)

    @property
    def rows(self) -> int:
        """All rows dealt with."""
        return self.sent + self.skipped + self.rejected


class Checkpoint(BaseModel):
    """All rows up to `totals.rows` are settled; the report of rejected rows held `report_bytes` bytes then."""

    model_config = ConfigDict(extra="forbid")

    file: str
    report: Path
    report_bytes: int = 0
    totals: Totals = Field(default_factory=Totals)


class CheckpointFile:
    """One checkpoint on disk: there while an import is unfinished."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Checkpoint | None:
        """What was saved last. Raises Rejected when it cannot be understood."""
        try:
            return Checkpoint.model_validate_json(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise Rejected(f"{self.path} is damaged: start from the first row again with --restart") from error

    def save(self, checkpoint: Checkpoint) -> None:
        """Replaces what was saved, in one step."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_text(checkpoint.model_dump_json(indent=1), "utf-8")
        draft.replace(self.path)

    def delete(self) -> None:
        """The import is finished, or begins anew."""
        self.path.unlink(missing_ok=True)


def checkpoint_name(mapping: str, file: Path, url: str) -> str:
    """A name that differs for another mapping, another content of the file, and another service."""
    with file.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").hexdigest()
    whole = f"{mapping}\0{content}\0{file.stat().st_size}\0{url}"
    return f"{hashlib.sha256(whole.encode()).hexdigest()[:32]}.json"
