"""What a store holds after erasures, which are matters of the moment, is what the rules make of what it holds."""

from collections.abc import Iterable, Sequence

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.memory_unit import MemoryTables
from services.profile.step import ProfileStep
from services.profile.store import StoredInteraction
from services.profile.wire import decode
from services.runtime.log import Message
from tests.profile.checks import check_all, check_announced
from tests.profile.histories import Happened
from tests.profile.running import profile_step
from tests.support.identity import Decided, Identifier, Said


def check_kept(
    tables: MemoryTables, those: Iterable[Happened], policy: IdentityPolicy, messages: Sequence[Message]
) -> None:
    """What is stored, read as what was said, gives what is derived from it; and none of it names who was erased."""
    check_all(tables, stored_of(tables, those, policy), policy, standing(tables), met_by_steward(tables))
    check_announced(tables, messages)


def stored_of(tables: MemoryTables, those: Iterable[Happened], policy: IdentityPolicy) -> list[Said]:
    """Every stored interaction as it was said."""
    step = profile_step(policy)
    contents = {(one.said.source, one.said.id, one.said.revision): one.said for one in those}
    return [
        _as_stored(contents[row.source, row.event_id, row.revision], row, step) for row in tables.interactions.values()
    ]


def _as_stored(said: Said, row: StoredInteraction, step: ProfileStep) -> Said:
    """The content that counts, with those of its identifiers that it names still."""
    named = step.spot(decode(row.body)).sighting.keys
    return said._replace(identifiers=tuple(each for each in said.identifiers if Key(*each[0]) in named))


def standing(tables: MemoryTables) -> list[Decided]:
    """The decisions that nobody withdrew."""
    return [
        Decided(frozenset(tuple(tables.keys[end]) for end in (one.a, one.b)), one.kind == "confirm")
        for one in tables.decisions.values()
        if one.withdrawn is None
    ]


def met_by_steward(tables: MemoryTables) -> set[Identifier]:
    """Whoever a decision is about, withdrawn or not."""
    return {tables.keys[end] for one in tables.decisions.values() for end in (one.a, one.b)}
