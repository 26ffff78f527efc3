"""The one way in: every route reads a delivery, finds its source, parses, and publishes through here."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from services.ingest.body import read_body
from services.ingest.channel import Delivery, ItemError, Parsed, Source
from services.ingest.cloudevents import parse_events, read_events
from services.ingest.limits import InFlight, Rates
from services.ingest.publish import Encoder, Publisher, count
from services.ingest.registry import ADAPTERS, CLOUDEVENTS
from services.ingest.settings import IngestSettings
from services.ingest.signatures import presented_key
from services.ingest.sources import Sources
from services.runtime import telemetry
from services.runtime.clock import Clock
from services.runtime.errors import TooLarge
from services.runtime.log import Message

SEGMENT = "web_segment"


@dataclass(frozen=True)
class Outcome:
    """How many interactions the log has, and what was refused."""

    accepted: int
    rejected: list[ItemError]


class Intake:
    """Verifies, parses and publishes. Raises the errors of `services.runtime.errors`."""

    def __init__(
        self, sources: Sources, publisher: Publisher, settings: IngestSettings, clock: Clock, public_url: str | None
    ) -> None:
        self.sources = sources
        self._publisher = publisher
        self._settings = settings
        self._clock = clock
        self._public_url = public_url
        self._encoder = Encoder(settings)
        self._rates = Rates(settings)
        self._in_flight = InFlight(settings.max_in_flight_bytes)

    async def events(self, request: Request) -> Outcome:
        """CloudEvents in any mode, by API key."""
        headers = _headers(request)
        source = self.sources.by_key(CLOUDEVENTS, headers)
        now = self._clock.now()
        bucket = self._rates.of(source, now)
        bucket.require(now)
        with self._in_flight.hold() as hold:
            body = await read_body(headers, request.receive, self._settings.max_body_bytes, hold)
            delivery = Delivery(headers, body)
            events = read_events(delivery)
            self._require_few(len(events.items))
            bucket.spend(len(events.items))
            return await self._publish(source, parse_events(events, source), now)

    async def channel(self, adapter: str, request: Request, kind: str | None = None) -> Outcome:
        """A vendor's own payload, by its signature; `kind` is what a Segment path says of a single call."""
        headers = _headers(request)
        if adapter == SEGMENT and presented_key(headers):
            self.sources.by_key(adapter, headers)
        limit = max(self._settings.max_body_bytes, ADAPTERS[adapter].max_body_bytes)
        with self._in_flight.hold() as hold:
            body = await read_body(headers, request.receive, limit, hold)
            delivery = Delivery(headers, body, self._url(request), _query(request, kind))
            now = self._clock.now()
            source = self.sources.by_delivery(adapter, delivery, now)
            bucket = self._rates.of(source, now)
            bucket.require(now)
            parsed = ADAPTERS[adapter].channel.parse(delivery, source, now)
            items = len(parsed.interactions) + len(parsed.rejected)
            self._require_few(items)
            bucket.spend(items)
            return await self._publish(source, parsed, now)

    async def _publish(self, source: Source, parsed: Parsed, now: datetime) -> Outcome:
        encoded = self._encode(parsed, now)
        messages = [item for item in encoded if isinstance(item, Message)]
        refused = [item for item in encoded if isinstance(item, ItemError)]
        await self._publisher.publish(messages)
        rejected = sorted([*parsed.rejected, *refused], key=lambda error: error.index)
        if messages:
            count(parsed.interactions)
        if rejected:
            telemetry.EVENTS_REJECTED.labels(source.adapter).inc(len(rejected))
        return Outcome(len(messages), rejected)

    def _encode(self, parsed: Parsed, now: datetime) -> list[Message | ItemError]:
        bad = {error.index for error in parsed.rejected}
        places = (n for n in range(len(bad) + len(parsed.interactions)) if n not in bad)
        return [self._encoder.encode(n, event, now) for n, event in zip(places, parsed.interactions, strict=True)]

    def _require_few(self, events: int) -> None:
        if events > self._settings.max_batch_events:
            limit = self._settings.max_batch_events
            raise TooLarge(f"a request may hold {limit} events (max_batch_events)", field="body")

    def _url(self, request: Request) -> str:
        """The URL that the vendor called: behind a proxy only the configured public one is right."""
        origin = self._public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"
        path = (request.scope.get("raw_path") or request.scope["path"].encode()).decode("latin-1")
        query = request.scope.get("query_string", b"").decode("latin-1")
        return f"{origin.rstrip('/')}{path}{'?' if query else ''}{query}"


def _headers(request: Request) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in request.scope["headers"]}


def _query(request: Request, kind: str | None) -> dict[str, str]:
    return {**request.query_params, "type": kind} if kind else dict(request.query_params)
