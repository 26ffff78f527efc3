"""Questions about actions over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from schemas.journey_definition import ActionDefinition, JourneyDefinition
from services.journey.actions.port import ActionsAsked
from services.journey.actions.views import ActedOnsView, ActionsView, acted_ons_view, actions_view
from services.journey.asking import MISSING, AskedWindow, Asks, definition_of
from services.journey.domain.outcomes import WATCHED
from services.journey.measures.cursor import read_position
from services.journey.noting import note
from services.journey.store import Store
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound, Rejected

State = Literal["requested", "waiting", "failed", "moved_on", "no_consent", "cooldown", "cap", "held_out", "withdrawn"]
AskedState = Annotated[
    State, Query(description="What became of them; failed are those of the requested whose webhook was given up")
]
Watched = Annotated[
    bool | None, Query(description="Only the first of each customer whose time is over: those that the outcome counts")
]
Cursor = Annotated[str | None, Query(max_length=3_000)]
Limit = Annotated[int, Query(ge=1, le=1_000)]


def add_actions(router: APIRouter, store: Store, reader: Asks, clock: Clock) -> None:
    """Adds the routes of actions."""

    @router.get("/v1/journeys/{key}/actions", summary="Actions", dependencies=[Depends(reader)], responses=MISSING)
    async def actions(key: str, window: AskedWindow) -> ActionsView:
        what = await definition_of(store, key)
        return actions_view(what, await store.actions(what, window, clock.now()))

    @router.get(
        "/v1/journeys/{key}/actions/{action}/customers",
        summary="Whom an action was called for",
        responses=MISSING,
    )
    async def customers(
        key: str,
        action: str,
        window: AskedWindow,
        person: Annotated[Person, Depends(reader)],
        state: AskedState = "requested",
        watched: Watched = None,
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> ActedOnsView:
        defined = _action(await definition_of(store, key), action)
        if watched and state not in WATCHED:
            raise Rejected(f"customers are watched only of {', '.join(sorted(WATCHED))}", field="watched")
        asked = ActionsAsked(key, action, state, defined.outcome_within, window, watched=bool(watched))
        found = await store.acted.customers(asked, clock.now(), read_position(cursor), limit)
        answer = acted_ons_view(found, limit)
        await note(store, person, [one.profile_id for one in answer.items])
        return answer


def _action(what: JourneyDefinition, key: str) -> ActionDefinition:
    found = next((one for one in what.actions if one.key == key), None)
    if found is None:
        raise NotFound("the journey has no such action", field="action")
    return found
