"""`kesher demo`: invented customers on all channels, until it is stopped."""

import asyncio
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
from pydantic import AwareDatetime, BaseModel

from services.demo.cast import passers_by
from services.demo.outgoing import Credentials, Scene
from services.demo.post import Post
from services.demo.programme import Cue, history, live
from services.demo.wire import request
from services.runtime import telemetry
from services.runtime.clock import Clock, SystemClock, new_id
from services.runtime.settings import Settings

SEED = 20_260_101
_POLL_SECONDS = 0.5
_HISTORY_AT_ONCE = 8

log = telemetry.logger(__name__)


class Past(BaseModel):
    """When the past was first told, so that a restart tells it no second time, or the same one to its end."""

    until: AwareDatetime
    told: bool = False

    @classmethod
    def read(cls, path: Path, now: datetime) -> "Past":
        """What was noted in this data folder, or a past until `now`."""
        return cls.model_validate_json(path.read_bytes()) if path.exists() else cls(until=now)

    def note(self, path: Path) -> None:
        """Keeps it in this data folder."""
        path.write_text(self.model_dump_json(), "utf-8")


async def demo(settings: Settings, clock: Clock | None = None) -> None:
    """Tells the past once for each data folder, then the present at a pace that a person can follow; never returns."""
    clock = clock or SystemClock()
    credentials = await _credentials(settings.data_dir / "dev-credentials.json")
    people = passers_by(SEED)
    async with httpx.AsyncClient(base_url=credentials.url, timeout=10) as client:
        stage = Stage(Post(client), credentials, clock)
        await _tell_past(stage, settings.data_dir / "demo.json", clock.now())
        await stage.perform(live(people, SEED), run=new_id()[-12:])


class Stage:
    """Says and sends what the programme has."""

    def __init__(self, post: Post, credentials: Credentials, clock: Clock) -> None:
        self._post = post
        self._credentials = credentials
        self._clock = clock

    async def recall(self, past: list[tuple[datetime, Cue]]) -> None:
        """Sends the past, as fast as it goes; its ids are always the same, so nothing of it counts twice."""
        places = asyncio.Semaphore(_HISTORY_AT_ONCE)

        async def send(at: datetime, cue: Cue) -> None:
            async with places:
                scene = Scene(f"past-{cue.telling:04}", cue.step, at)
                await self._post.send(request(cue.what.message, scene, self._credentials))

        await asyncio.gather(*(send(at, cue) for at, cue in past))
        log.info("demo.past", events=len(past))

    async def perform(self, programme: Iterator[Cue], run: str) -> None:
        """Sends each step when it is due; what a busy service delays moves everything after it."""
        began = self._clock.now()
        for cue in programme:
            due = began + timedelta(seconds=cue.seconds)
            wait = (due - self._clock.now()).total_seconds()
            if wait > 0:
                await asyncio.sleep(wait)
            else:
                began -= timedelta(seconds=wait)
            scene = Scene(f"{run}-{cue.telling:06}", cue.step, self._clock.now())
            if await self._post.send(request(cue.what.message, scene, self._credentials)):
                log.info("demo.step", story=cue.story.key, step=cue.step + 1, says=cue.what.say)


async def _tell_past(stage: Stage, marker: Path, now: datetime) -> None:
    past = Past.read(marker, now)
    if past.told:
        return
    past.note(marker)
    await stage.recall(history(passers_by(SEED), SEED, past.until))
    Past(until=past.until, told=True).note(marker)


async def _credentials(path: Path) -> Credentials:
    while (known := _read(path)) is None:
        log.info("demo.waiting", file=path.name)
        await asyncio.sleep(_POLL_SECONDS)
    return known


def _read(path: Path) -> Credentials | None:
    if not path.exists():
        return None
    known = json.loads(path.read_bytes())
    return Credentials(known["url"], known["source_key"], known["channel_secrets"])
