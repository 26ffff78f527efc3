"""Who read of whom is kept before it is told."""

from collections.abc import Iterable

from services.journey.store import Store
from services.runtime import telemetry
from services.runtime.access import Person


async def note(store: Store, person: Person, profiles: Iterable[str]) -> None:
    """Keeps that somebody is told of these profiles, each once; of none there is nothing to keep."""
    told = sorted(set(profiles))
    if not told:
        return
    await store.note_read(person.subject, sorted(person.roles), told)
    for role in person.roles:
        telemetry.PROFILE_READS.labels(role).inc(len(told))
