"""Versions of a definition over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.journey.asking import MISSING, Asks, definition_of
from services.journey.store import Store
from services.journey.versions.views import VersionInFullView, VersionsView, version_views, versions_view
from services.runtime.errors import NotFound

Number = Annotated[int, Path(ge=1, le=2_147_483_647)]


def add_versions(router: APIRouter, store: Store, reader: Asks) -> None:
    """Adds the routes of versions."""

    @router.get(
        "/v1/journeys/{key}/versions",
        summary="All versions of a definition",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def versions(key: str) -> VersionsView:
        await definition_of(store, key)
        return versions_view(key, await store.versions.of(key))

    @router.get(
        "/v1/journeys/{key}/versions/{number}",
        summary="A definition as it was",
        dependencies=[Depends(reader)],
        responses=MISSING,
    )
    async def version(key: str, number: Number) -> VersionInFullView:
        await definition_of(store, key)
        found = await store.versions.of(key)
        one = next((pair for pair in zip(found, version_views(found), strict=True) if pair[0].number == number), None)
        if one is None:
            raise NotFound("the journey has no such version; GET .../versions lists them", field="number")
        if one[0].what is None:
            raise NotFound("this version is not understood any more", field="number")
        return VersionInFullView(**dict(one[1]), definition=one[0].what)
