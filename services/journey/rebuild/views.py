"""What the API says about rebuilds."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.journey.rebuild.port import Progress


class RebuildRequest(BaseModel):
    """What everything is to be made anew from."""

    model_config = ConfigDict(extra="forbid")

    source: Literal["store", "log"] = Field(
        default="store", description="The interactions that the store has; or what the log holds, added to them first"
    )
    partial: bool = Field(default=False, description="From the log, although it does not hold its beginning any more")


class CountView(BaseModel):
    """So many of so many."""

    done: int
    of: int


class RebuildView(BaseModel):
    """One rebuild: messages `read`, or `missed` on the log; customers folded and measured anew."""

    id: int
    source: Literal["store", "log"]
    begun_at: datetime
    finished_at: datetime | None
    read: CountView | None
    missed: int
    folded: CountView
    measured: CountView


def rebuild_view(progress: Progress) -> RebuildView:
    """How far it is."""
    rebuild, of = progress.rebuild, progress.customers
    read = None
    if rebuild.log is not None:
        read = CountView(done=rebuild.messages - rebuild.log.messages, of=rebuild.messages)
    return RebuildView(
        id=rebuild.id,
        source="store" if rebuild.log is None else "log",
        begun_at=rebuild.begun_at,
        finished_at=rebuild.finished_at,
        read=read,
        missed=rebuild.log.missed if rebuild.log else 0,
        folded=CountView(done=progress.folded, of=of),
        measured=CountView(done=progress.measured, of=of),
    )
