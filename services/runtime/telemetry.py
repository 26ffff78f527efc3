"""Metrics and logs. Every metric of Kesher is declared here, with bounded labels and no personal data.

docs/operations.md lists them from `CATALOGUE`; a test keeps the two alike.
"""

import logging
import sys
import traceback
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from structlog.typing import ExcInfo

MOST_FRAMES = 20

REGISTRY = CollectorRegistry()

_LATENCY = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

HTTP_SECONDS = Histogram(
    "kesher_http_request_seconds",
    "Time to answer a request, by route template, method and status class",
    ["route", "method", "status"],
    buckets=_LATENCY,
    registry=REGISTRY,
)
EVENTS_ACCEPTED = Counter(
    "kesher_ingest_accepted_total", "Interactions acknowledged by the log, by channel", ["channel"], registry=REGISTRY
)
EVENTS_REJECTED = Counter(
    "kesher_ingest_rejected_total", "Items refused with a reason, by adapter", ["adapter"], registry=REGISTRY
)
BATCH_SECONDS = Histogram(
    "kesher_consumer_batch_seconds", "Time to handle one batch", ["consumer"], buckets=_LATENCY, registry=REGISTRY
)
BATCH_RECORDS = Histogram(
    "kesher_consumer_batch_records",
    "Records in one batch",
    ["consumer"],
    buckets=(1, 4, 16, 64, 256, 1024, 4096),
    registry=REGISTRY,
)
RECORDS = Counter("kesher_consumer_records_total", "Records handled", ["consumer"], registry=REGISTRY)
RETRIES = Counter(
    "kesher_consumer_retries_total", "Batches tried again, by reason", ["consumer", "reason"], registry=REGISTRY
)
DEAD_LETTERED = Counter("kesher_consumer_dead_lettered_total", "Records put aside", ["consumer"], registry=REGISTRY)
DEAD_LETTERS_EXPIRED = Counter(
    "kesher_ingest_dead_letters_expired_total",
    "Dead letters removed because they are not kept any longer",
    registry=REGISTRY,
)
OUTCOMES = Counter(
    "kesher_profile_outcomes_total", "Interactions by what identity resolution did", ["outcome"], registry=REGISTRY
)
EXPIRED = Counter(
    "kesher_profile_expired_total", "Interactions taken out because they are not kept any longer", registry=REGISTRY
)
RESOLVED_IDENTIFIERS = Counter(
    "kesher_profile_resolved_identifiers_total",
    "Identifiers in components that were resolved anew: the work identity costs",
    registry=REGISTRY,
)
TRANSITIONS = Counter(
    "kesher_journey_transitions_total", "Events of journeys published, by kind", ["kind"], registry=REGISTRY
)
TIMER_SECONDS = Histogram(
    "kesher_journey_timer_late_seconds",
    "How long after its moment it was told that a journey is overdue, stalled or abandoned",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 60.0, 600.0, 3_600.0),
    registry=REGISTRY,
)
ACTIONS = Counter(
    "kesher_journey_actions_total",
    "Actions decided: requested, or why not; waiting for quiet hours",
    ["decision"],
    registry=REGISTRY,
)
WEBHOOKS = Counter(
    "kesher_journey_webhooks_total",
    "Webhooks tried: delivered, failed, or dead after the last time",
    ["target", "result"],
    registry=REGISTRY,
)
ALERTS = Counter(
    "kesher_journey_alerts_total",
    "What was said of alerts, by kind: raised, cleared or retracted, corrections included",
    ["kind", "measure"],
    registry=REGISTRY,
)
ALERT_SECONDS = Histogram(
    "kesher_journey_alert_evaluation_seconds",
    "Time to fold the alerts of one definition on, by up to two days",
    buckets=_LATENCY,
    registry=REGISTRY,
)
RULE_FAILURES = Counter(
    "kesher_journey_rule_failures_total",
    "Rules that failed on an interaction or a customer; no journey for segments",
    ["journey", "rule"],
    registry=REGISTRY,
)
PROFILES_MEASURED = Counter(
    "kesher_journey_profiles_measured_total", "Profiles whose measures were written anew", registry=REGISTRY
)
DUPLICATE_PEOPLE = Counter(
    "kesher_duplicates_people_total", "People entered, changed or dropped among likely duplicates", registry=REGISTRY
)
DUPLICATE_PAIRS = Counter("kesher_duplicates_pairs_total", "Pairs of people compared", registry=REGISTRY)
DUPLICATES_CONFIRMED = Counter(
    "kesher_duplicates_confirmed_total", "Likely duplicates confirmed by the configured threshold", registry=REGISTRY
)
STREAM_READERS = Gauge("kesher_stream_readers", "Open live streams", registry=REGISTRY)
STREAM_SHED = Counter("kesher_stream_shed_total", "Slow readers told to resume", registry=REGISTRY)
PROFILE_READS = Counter("kesher_profile_reads_total", "Profiles read by people, by role", ["role"], registry=REGISTRY)

CATALOGUE = (
    HTTP_SECONDS,
    EVENTS_ACCEPTED,
    EVENTS_REJECTED,
    BATCH_SECONDS,
    BATCH_RECORDS,
    RECORDS,
    RETRIES,
    DEAD_LETTERED,
    DEAD_LETTERS_EXPIRED,
    OUTCOMES,
    EXPIRED,
    RESOLVED_IDENTIFIERS,
    TRANSITIONS,
    TIMER_SECONDS,
    ACTIONS,
    WEBHOOKS,
    ALERTS,
    ALERT_SECONDS,
    RULE_FAILURES,
    PROFILES_MEASURED,
    DUPLICATE_PEOPLE,
    DUPLICATE_PAIRS,
    DUPLICATES_CONFIRMED,
    STREAM_READERS,
    STREAM_SHED,
    PROFILE_READS,
)


def logger(name: str) -> Any:
    """A structured logger. Log ids, positions and counts; never what a customer said or is called."""
    return structlog.get_logger(name)


class _NameOnly(logging.Formatter):
    """Which library complains, and how gravely: what it says, and the exception, may quote a customer."""

    def format(self, record: logging.LogRecord) -> str:
        return f'{{"level":"{record.levelname.lower()}","event":"{record.name}"}}'


def _places(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The kinds of an error and its causes, and where they arose. Messages and variables may quote a customer."""
    found: list[dict[str, Any]] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        found.append(
            {
                "type": type(error).__name__,
                "at": [f"{f.filename}:{f.lineno} in {f.name}" for f in frames[-MOST_FRAMES:]],
            }
        )
        error = error.__cause__ or error.__context__
    return found


def configure_logging(*, process: str) -> None:
    """One JSON line an event on standard error, with the process's name. Called once, by a process's entry point."""
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(_NameOnly())
    logging.basicConfig(handlers=[libraries], level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_places),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
