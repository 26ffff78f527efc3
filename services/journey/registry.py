"""The definitions in force: shipped ones, those of a folder, and those accepted over HTTP, all kept by the store.

A registry's revision grows with every definition accepted. A profile remembers the revision that it was folded with,
so whoever meets an older one folds it anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition import MAX_KINDS, Definition, compile_definition, load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.model import Interaction, Kind
from services.runtime.errors import Rejected

SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True, slots=True)
class Registry:
    """The latest version of every definition, by key."""

    revision: int = 0
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    _concerned: dict[Kind, tuple[Definition, ...]] = field(default_factory=dict, compare=False, repr=False)

    def concerned(self, timeline: Sequence[Interaction]) -> Iterable[Definition]:
        """The definitions that these interactions can matter to."""
        if len(timeline) == 1:
            return self._concerned_by(timeline[0].kind)
        found = {one.key: one for interaction in timeline for one in self._concerned_by(interaction.kind)}
        return found.values()

    def _concerned_by(self, kind: Kind) -> tuple[Definition, ...]:
        known = self._concerned.get(kind)
        if known is None:
            known = tuple(one for one in self.definitions.values() if one.relevant(kind).anything)
            if len(self._concerned) >= MAX_KINDS:
                self._concerned.clear()
            self._concerned[kind] = known
        return known


def compiled(revision: int, definitions: Iterable[JourneyDefinition]) -> Registry:
    """A registry of definitions that were accepted before."""
    listed = sorted(definitions, key=lambda definition: definition.key)
    return Registry(revision, {definition.key: compile_definition(definition) for definition in listed})


def shipped() -> list[Definition]:
    """The definitions that come with Kesher."""
    folder = files("services.journey") / "definitions"
    return [
        load_definition(file.read_text("utf-8"), name=file.name)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    ]


def in_folder(folder: Path | None) -> Sequence[Definition]:
    """The definitions in a folder's YAML and JSON files. Raises Rejected, naming the file, the line and the field."""
    if folder is None:
        return []
    try:
        return [
            load_definition(path.read_text("utf-8"), name=str(path), json=path.suffix == ".json")
            for path in sorted(folder.iterdir())
            if path.suffix in SUFFIXES
        ]
    except DefinitionProblem as problem:
        raise Rejected(str(problem), field=problem.problems[0].field) from problem
    except OSError as error:
        raise Rejected(f"KESHER_JOURNEYS_DIR: {folder} cannot be read", field="journeys_dir") from error


def check_succession(known: JourneyDefinition | None, new: JourneyDefinition) -> bool:
    """Whether `new` changes anything. Raises Rejected when it says something else under a version that is taken."""
    if known is None or new.version > known.version:
        return True
    if new == known:
        return False
    raise Rejected(
        f"version {known.version} of {new.key} is in force; write version: {known.version + 1}", field="version"
    )


class Accepts(Protocol):
    """Where definitions are put in force."""

    async def registry(self) -> Registry:
        """The definitions in force."""

    async def accept(self, definition: JourneyDefinition) -> bool:
        """Puts one in force."""


async def put_in_force(store: Accepts, definitions: Iterable[Definition]) -> None:
    """Accepts those that are new or newer; an older version on disk is left alone, so that a rollback is safe.

    Raises Rejected when one says something else under a version that is taken.
    """
    in_force = (await store.registry()).definitions
    for definition in definitions:
        known = in_force.get(definition.key)
        if known is None or definition.version >= known.version:
            await store.accept(definition.what)
