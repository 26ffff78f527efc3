"""The definitions and segments in force: of a folder or accepted over HTTP, all kept by the store; some are shipped.

A registry's revision grows with every one accepted. A profile remembers the revision that it was folded with,
so whoever meets an older one folds it anew.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import ValidationError

from schemas.journey_definition import JourneyDefinition
from schemas.segment_definition import SegmentDefinition
from schemas.trait_rules import TraitPolicy
from services.journey.domain.definition import MAX_KINDS, Definition, compile_definition, load_definition
from services.journey.domain.definition_text import DefinitionProblem
from services.journey.domain.known import Known, for_profile, known_of
from services.journey.domain.model import Interaction, Kind
from services.journey.domain.profile_figures import EVERYTHING, NO_FIGURES, Wanted, counted, same_for_rules
from services.journey.domain.profile_questions import Profile, figures_read
from services.journey.domain.profile_traits import NO_TRAITS, Pinned, TraitsRead, grown, traits_of
from services.journey.domain.segments import Segment, compile_segment, in_order, load_segment
from services.runtime import telemetry
from services.runtime.errors import Rejected

log = telemetry.logger(__name__)

NO_TRAITS_READ = TraitsRead()
Refused = Callable[[Rejected], None]
SUFFIXES = frozenset({".yaml", ".yml", ".json"})


@dataclass(frozen=True, slots=True)
class Registry:
    """The latest version of every definition and segment, by key; segments come after those that they depend on.

    Those that are `unread` were accepted by a newer Kesher and are not understood: their journeys stay as they are.
    No rule of any of them reads other `figures` of a profile than these, or other `traits`, which the policy in force
    goes with.
    """

    revision: int = 0
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    traits: TraitsRead = NO_TRAITS_READ
    figures: Wanted = EVERYTHING
    _concerned: dict[Kind, tuple[Definition, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def reads_profiles(self) -> bool:
        """Whether any rule asks anything of the profile; otherwise nothing has to be known of it."""
        return bool(self.segments) or any(definition.questions for definition in self.definitions.values())

    def known(
        self, before: Known | None, interactions: Sequence[Interaction], pins: Iterable[Pinned] = ()
    ) -> Known | None:
        """What is known of a profile once these interactions came besides those before, of which this was known here.

        `pins` are its own; what was known before has them already. Rules are asked where what they read may be
        something else now.
        """
        if not self.reads_profiles:
            return None
        figures = counted(before.figures if before else NO_FIGURES, interactions)
        traits = NO_TRAITS
        if self.traits.names:
            read = self.traits
            traits = grown(before.traits, interactions, read) if before else traits_of(interactions, pins, read)
        if before and traits is before.traits and same_for_rules(before.figures, interactions, self.figures):
            return Known(figures, before.segments, before.told, traits)
        return known_of(self.segments.values(), self.definitions.values(), figures, traits, self.figures)

    def profile(
        self, timeline: Sequence[Interaction], pins: Iterable[Pinned] = (), also: frozenset[str] = frozenset()
    ) -> Profile:
        """As rules see whoever did all of this, and those that read these traits `also`."""
        traits = traits_of(timeline, pins, self.traits._replace(names=self.traits.names | also))
        return known_of(self.segments.values(), (), counted(NO_FIGURES, timeline), traits).p

    def of(self, known: Known | None) -> Iterable[Definition]:
        """The definitions as they are for a profile."""
        return [for_profile(definition, known) for definition in self.definitions.values()]

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


def compiled(
    revision: int,
    definitions: Iterable[JourneyDefinition],
    segments: Iterable[SegmentDefinition] = (),
    *,
    unread: frozenset[str] = frozenset(),
    policy: Mapping[str, TraitPolicy] | None = None,
) -> Registry:
    """A registry of definitions and segments that were accepted before, with the policy of traits."""
    listed = [compile_definition(one) for one in sorted(definitions, key=lambda definition: definition.key)]
    understood = _understood(segments)
    rules = [rule for one in listed for rule in one.rules] + [one.rule for one in understood]
    named = [one.traits for one in listed] + [one.traits for one in understood]
    return Registry(
        revision,
        {one.key: one for one in listed},
        {one.key: one for one in understood},
        unread,
        TraitsRead(frozenset().union(*named), policy or {}),
        figures_read(rules),
    )


def _understood(segments: Iterable[SegmentDefinition]) -> Sequence[Segment]:
    """Those segments that were accepted and are understood still, after those that they depend on."""
    found: dict[str, Segment] = {}
    for what in segments:
        try:
            found[what.key] = compile_segment(what)
        except DefinitionProblem as problem:
            log.error("segment_not_understood", segment=what.key, problem=str(problem))  # noqa: TRY400
    while True:
        try:
            return in_order(found.values())
        except DefinitionProblem as problem:
            log.error("segment_not_understood", segment=problem.name, problem=str(problem))  # noqa: TRY400
            del found[problem.name]


def read_back(bodies: Mapping[str, str]) -> tuple[list[JourneyDefinition], frozenset[str]]:
    """Definitions as they were stored, by key, and the keys of those that this version does not understand."""
    read, unread = [], set()
    for key, body in bodies.items():
        try:
            read.append(JourneyDefinition.model_validate_json(body))
        except ValidationError as error:
            unread.add(key)
            log.error("definition_not_understood", journey=key, problem=error.errors()[0]["msg"])  # noqa: TRY400
    return read, frozenset(unread)


def shipped() -> list[Definition]:
    """The definitions that come with Kesher."""
    return _shipped("definitions", load_definition)


def shipped_segments() -> list[Segment]:
    """The segments that come with Kesher."""
    return _shipped("segments", load_segment)


def in_folder(folder: Path | None, refused: Refused | None = None) -> Sequence[Definition]:
    """The definitions in a folder's YAML and JSON files.

    Raises Rejected, naming files, lines and fields. Where somebody is told of what is `refused`, one file at a time,
    the others are answered instead.
    """
    return _loaded(folder, load_definition, "journeys_dir", refused)


def segments_in(folder: Path | None, refused: Refused | None = None) -> Sequence[Segment]:
    """The segments in a folder's YAML and JSON files; what is wrong with them as `in_folder`."""
    return _loaded(folder, load_segment, "segments_dir", refused)


Loaded_co = TypeVar("Loaded_co", Definition, Segment, covariant=True)


class _Load(Protocol[Loaded_co]):
    def __call__(self, text: str, *, name: str, json: bool) -> Loaded_co: ...


def _shipped(folder: str, load: _Load[Loaded_co]) -> list[Loaded_co]:
    return [
        load(file.read_text("utf-8"), name=file.name, json=False)
        for file in sorted((files("services.journey") / folder).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    ]


def _loaded(folder: Path | None, load: _Load[Loaded_co], setting: str, refused: Refused | None) -> Sequence[Loaded_co]:
    wrong: list[Rejected] = []
    found = [] if folder is None else list(_files(folder, load, setting, wrong))
    if refused is not None:
        for one in wrong:
            refused(one)
    elif wrong:
        raise Rejected("; ".join(map(str, wrong)), field=wrong[0].field)
    return found


def _files(folder: Path, load: _Load[Loaded_co], setting: str, wrong: list[Rejected]) -> Iterator[Loaded_co]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES)
    except OSError:
        wrong.append(Rejected(f"KESHER_{setting.upper()}: {folder} cannot be read", field=setting))
        return
    for path in paths:
        try:
            yield load(path.read_text("utf-8"), name=str(path), json=path.suffix == ".json")
        except DefinitionProblem as problem:
            wrong.append(Rejected(str(problem), field=problem.problems[0].field))
        except (OSError, UnicodeDecodeError):
            wrong.append(Rejected(f"KESHER_{setting.upper()}: {path} cannot be read", field=setting))


Versioned = TypeVar("Versioned", JourneyDefinition, SegmentDefinition)


def check_succession(known: Versioned | None, new: Versioned) -> bool:
    """Whether `new` changes anything. Raises Rejected when it says something else under a version that is taken."""
    if known is None or new.version > known.version:
        return True
    if new == known:
        return False
    raise Rejected(
        f"version {known.version} of {new.key} is in force; write version: {known.version + 1}", field="version"
    )


def check_segments(known: Mapping[str, Segment], new: Segment) -> None:
    """Raises Rejected for a segment that depends on one that is not known, or on itself."""
    try:
        in_order({**known, new.key: new}.values())
    except DefinitionProblem as problem:
        raise Rejected(str(problem), field=problem.problems[0].field) from problem


def check_names(definition: Definition, segments: Collection[str]) -> None:
    """Raises Rejected for a definition that names a segment which is not one of these."""
    if missing := sorted(definition.segments - set(segments)):
        known = ", ".join(sorted(segments)) or "none is in force yet"
        message = f"{definition.key}: there is no segment {missing[0]!r}; those that there are: {known}"
        raise Rejected(message, field="segments")


class Accepts(Protocol):
    """Where definitions and segments are put in force."""

    async def registry(self) -> Registry:
        """What is in force."""

    async def accept(self, definition: JourneyDefinition) -> bool:
        """Puts a definition in force."""

    async def accept_segment(self, segment: SegmentDefinition) -> bool:
        """Puts a segment in force."""


async def put_in_force(store: Accepts, definitions: Iterable[Definition], segments: Iterable[Segment] = ()) -> None:
    """Accepts those that are new or newer; an older version on disk is left alone, so that a rollback is safe.

    Raises Rejected when one says something else under a version that is taken, depends on itself, or names a segment
    that does not exist.
    """
    before = await store.registry()
    await _put_segments(store, before, segments)
    in_force = await store.registry()
    for definition in definitions:
        check_names(definition, in_force.segments)
        known = in_force.definitions.get(definition.key)
        if known is None or definition.version >= known.version:
            await store.accept(definition.what)


async def _put_segments(store: Accepts, before: Registry, segments: Iterable[Segment]) -> None:
    on_disk = {segment.key: segment for segment in segments}
    newer = {
        key: segment
        for key, segment in on_disk.items()
        if key not in before.segments or segment.what.version >= before.segments[key].what.version
    }
    try:
        ordered = in_order({**before.segments, **newer}.values())
    except DefinitionProblem as problem:
        raise Rejected(str(problem), field=problem.problems[0].field) from problem
    for segment in ordered:
        if segment.key in newer:
            await store.accept_segment(segment.what)
