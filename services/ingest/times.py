"""The ways in which vendors write a moment."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from services.runtime.errors import Rejected


def epoch_seconds(value: str | None, field: str) -> datetime:
    """Whole or broken seconds since 1970, as text. Raises Rejected."""
    try:
        return datetime.fromtimestamp(float(value or ""), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Rejected("must be seconds since 1970", field=field) from error


def iso(value: str | None, field: str) -> datetime:
    """ISO 8601 with an offset; more digits than microseconds are cut. Raises Rejected."""
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError as error:
        raise Rejected("must be an ISO 8601 time", field=field) from error
    if moment.tzinfo is None:
        raise Rejected("must have an offset from UTC", field=field)
    return moment


def rfc_2822(value: str | None, field: str) -> datetime:
    """An e-mail date; `-0000` counts as UTC. Raises Rejected."""
    try:
        moment = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise Rejected("must be an RFC 2822 date", field=field) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
