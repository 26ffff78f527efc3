"""Prepared HTTP requests of interactions."""

from collections.abc import Sequence

from tests.bench.http_client import request

EVENTS = "/v1/events"


def single_events(events: Sequence[bytes], key: str) -> list[bytes]:
    """Each in a request of its own."""
    return [request("POST", EVENTS, key, event, "application/cloudevents+json") for event in events]


def events_in_batches(events: Sequence[bytes], key: str, size: int) -> list[bytes]:
    """So many in each request."""
    bodies = [b"[" + b",".join(events[start : start + size]) + b"]" for start in range(0, len(events), size)]
    return [request("POST", EVENTS, key, body, "application/cloudevents-batch+json") for body in bodies]
