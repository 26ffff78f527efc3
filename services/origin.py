"""The web process: some or all services' HTTP sides as one ASGI application, and the console beside them."""

from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI

from services.console_files import console_routes
from services.ingest.component import ingest_component
from services.journey.component import JourneyComponent, journey_component
from services.profile.component import ProfileComponent, no_journeys
from services.profile.decisions.stewards import JourneysIf, no_journeys_if
from services.profile.erasure.letters import Letters, no_letters
from services.profile.reading.service import JourneysOf
from services.profile.reading.views import JourneyStage
from services.runtime.access import Access
from services.runtime.clock import SystemClock
from services.runtime.dev_session import dev_session_router
from services.runtime.kafka_log import KafkaLog
from services.runtime.log import Log
from services.runtime.settings import Settings
from services.runtime.web import Component, create_app

TITLE = "Kesher"
ALL = ("ingest", "profile", "journey")
CONSOLE_FILES = Path(__file__).parent / "console" / "dist"


def create_origin(settings: Settings, log: Log, services: Sequence[str] = ALL) -> FastAPI:
    """The application of the named services. Raises a KesherError when a setting or a configured file is wrong."""
    app = create_app(TITLE, _components(settings, log, services), settings)
    if settings.dev_jwt_key_file:
        app.include_router(dev_session_router(settings))
    app.mount("/", console_routes(CONSOLE_FILES))
    return app


def origin(settings: Settings, services: Sequence[str] = ALL) -> FastAPI:
    """The application on the configured log."""
    return create_origin(settings, KafkaLog(settings), services)


def _components(settings: Settings, log: Log, services: Sequence[str]) -> list[Component]:
    clock = SystemClock()
    access = Access(settings, clock)
    journey = journey_component(settings, log, access, clock) if "journey" in services else None
    made: dict[str, Component] = {}
    letters: Letters = no_letters
    ingest = ingest_component(settings, log, access, clock) if "ingest" in services else None
    if ingest:
        made["ingest"], letters = ingest, ingest.dead_letters
    if "profile" in services:
        records = journey.records if journey else None
        neighbours = _journeys_of(journey), _journeys_if(journey), letters, records
        made["profile"] = profile = ProfileComponent(settings, log, access, clock, *neighbours)
        if ingest:
            ingest.of_the_erased = profile.of_the_erased
    if journey:
        made["journey"] = journey
    return list(made.values())


def _journeys_of(journey: JourneyComponent | None) -> JourneysOf:
    if journey is None:
        return no_journeys

    async def journeys_of(profile: str) -> Sequence[JourneyStage]:
        return [JourneyStage(**one._asdict()) for one in await journey.journeys_of(profile)]

    return journeys_of


def _journeys_if(journey: JourneyComponent | None) -> JourneysIf:
    if journey is None:
        return no_journeys_if

    async def journeys_if(groups: Sequence[Sequence[int]]) -> Sequence[Sequence[JourneyStage]]:
        return [[JourneyStage(**one._asdict()) for one in those] for those in await journey.journeys_if(groups)]

    return journeys_if
