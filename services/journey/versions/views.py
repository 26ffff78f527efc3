"""What the API answers about versions of a definition."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from pydantic import BaseModel

from schemas.journey_definition import JourneyDefinition
from services.journey.domain.definition_changes import changed_fields
from services.journey.versions.port import Version


class VersionView(BaseModel):
    """A version that was in force `since` a moment `until` the next one took over; null if it still is.

    `changed` are the fields that it has otherwise than the one before it, such as `stages.approved.expected`; null of
    the first one, and where one of the two is not understood any more.
    """

    version: int
    since: datetime
    until: datetime | None
    changed: list[str] | None


class VersionsView(BaseModel):
    """All versions of a definition, the one in force first."""

    journey: str
    items: list[VersionView]


class VersionInFullView(VersionView):
    """A version, and the definition as it was."""

    definition: JourneyDefinition


def versions_view(key: str, found: Sequence[Version]) -> VersionsView:
    """Versions, which come the latest first."""
    return VersionsView(journey=key, items=version_views(found))


def version_views(found: Sequence[Version]) -> list[VersionView]:
    """Each beside its neighbours."""
    untils = [None, *(one.since for one in found)]
    changes = [_changed(earlier, later) for later, earlier in pairwise(found)]
    return [
        VersionView(version=one.number, since=one.since, until=until, changed=changed)
        for one, until, changed in zip(found, untils, [*changes, None], strict=False)
    ]


def _changed(earlier: Version, later: Version) -> list[str] | None:
    if earlier.what is None or later.what is None:
        return None
    return changed_fields(earlier.what, later.what)
