"""Limits and choices of the ingest service, read from the environment (`KESHER_INGEST_...`) and validated at start."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.topics import DEAD_LETTERS

_MEBIBYTE = 1024 * 1024
DAYS_ON_THE_LOG = DEAD_LETTERS.retention.days if DEAD_LETTERS.retention else 90


class IngestSettings(BaseSettings):
    """Each limit is named in the answer that it causes."""

    model_config = SettingsConfigDict(env_prefix="KESHER_INGEST_", frozen=True)

    max_body_bytes: int = Field(
        default=5 * _MEBIBYTE, ge=1024, description="Largest request body, as sent and unpacked; e-mail may be larger"
    )
    max_batch_events: int = Field(default=2_500, ge=1, description="Most events of one request")
    max_event_bytes: int = Field(default=65_536, ge=1024, description="Largest interaction, as it goes on the log")
    max_in_flight_bytes: int = Field(
        default=256 * _MEBIBYTE, ge=_MEBIBYTE, description="Bodies held in memory at once; beyond it: 503"
    )
    events_per_second: float = Field(
        default=20_000, gt=0, description="Rate of one source that sets none of its own; beyond it: 429"
    )
    burst_seconds: float = Field(default=5, gt=0, description="How long a source may save up its rate")
    publish_timeout_seconds: float = Field(
        default=10, gt=0, description="Wait for the log's acknowledgement; then: 503"
    )
    publish_chunk_messages: int = Field(default=2_000, ge=1, description="Most messages handed to the log at once")
    dead_letter_days: int = Field(
        default=DAYS_ON_THE_LOG, ge=1, le=36_500, description="How long dead letters are kept after they were put aside"
    )
    partition_secret: SecretStr | None = Field(
        default=None, description="Keys the hash of identifiers in message keys; the same for all ingest processes"
    )
