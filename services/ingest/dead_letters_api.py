"""The routes of dead letters. What a customer said stays out of sight: place, reason and size tell enough."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from services.ingest.dead_letters import Letter, LetterStore, replay
from services.runtime.access import Access, Person, Role
from services.runtime.clock import Clock
from services.runtime.log import Producer
from services.runtime.web import ERRORS


class DeadLetterItem(BaseModel):
    """One dead letter, its payload masked."""

    id: str
    topic: str
    partition: int
    offset: int
    consumer: str
    error: str
    failed_at: datetime
    size_bytes: int = Field(description="Length of the message, which is not shown")
    replayed_at: datetime | None
    replayed_by: str | None


class DeadLetterPage(BaseModel):
    """Newest first; `next` goes on, null at the end."""

    items: list[DeadLetterItem]
    next: str | None


class Replayed(BaseModel):
    """The message is on its topic again."""

    id: str
    topic: str


def dead_letters_router(
    store: LetterStore, producer: Callable[[], Producer], access: Access, clock: Clock
) -> APIRouter:
    """Looking is for operators; playing again is for administrators."""
    router = APIRouter(prefix="/v1/dead-letters", tags=["ingest"])
    operator = access.requires(Role.OPS, Role.ADMIN)
    administrator = access.requires(Role.ADMIN)

    @router.get(
        "",
        summary="Messages that could not be processed",
        dependencies=[Depends(operator)],
        responses={status: ERRORS[status] for status in (401, 403, 422, 503)},
    )
    async def dead_letters(
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
    ) -> DeadLetterPage:
        letters = await store.newest(limit + 1, cursor)
        more = len(letters) > limit
        page = letters[:limit]
        return DeadLetterPage(items=[_item(letter) for letter in page], next=str(page[-1].number) if more else None)

    @router.post(
        "/{letter_id}/replay",
        summary="Send the message to its topic once more",
        responses={status: ERRORS[status] for status in (400, 401, 403, 404, 503)},
    )
    async def replay_letter(letter_id: str, person: Annotated[Person, Depends(administrator)]) -> Replayed:
        letter = await replay(letter_id, person.subject, store, producer(), clock.now())
        return Replayed(id=letter.id, topic=letter.topic)

    return router


def _item(letter: Letter) -> DeadLetterItem:
    return DeadLetterItem(
        id=letter.id,
        topic=letter.topic,
        partition=letter.partition,
        offset=letter.offset,
        consumer=letter.consumer,
        error=letter.error,
        failed_at=letter.failed_at,
        size_bytes=letter.size_bytes,
        replayed_at=letter.replayed_at,
        replayed_by=letter.replayed_by,
    )
