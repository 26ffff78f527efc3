"""Settings common to all services, read from the environment (`KESHER_...`) and validated at start."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are, and how large a bite to take of them. Names carry their units."""

    model_config = SettingsConfigDict(env_prefix="KESHER_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on")
    public_url: str | None = Field(
        default=None, description="The address vendors call; they sign it. Default: http://host:port"
    )
    data_dir: Path = Field(default=Path(".kesher"), description="Where everything kept on this machine lies")
    database_url: SecretStr | None = Field(default=None, description="postgresql://… ; the embedded stack sets its own")
    database_connections: int = Field(default=6, ge=1, le=100, description="Most connections of one process")
    kafka_bootstrap_servers: str | None = Field(default=None, description="host:port,… of Apache Kafka")
    kafka_idempotent: bool = Field(default=True, description="Idempotent producer; off for brokers without it")
    kafka_replication: int = Field(default=1, ge=1, description="Replicas of topics that Kesher creates")
    kafka_most_partitions: int | None = Field(
        default=None, ge=1, description="Most partitions of topics that Kesher creates. Default: as each is declared"
    )
    kafka_timeout_seconds: float = Field(default=30.0, gt=0, description="How long an acknowledgement may take")
    kafka_session_seconds: float = Field(
        default=10.0, ge=1, description="A consumer that is silent for so long is replaced"
    )
    batch_records: int = Field(default=32_000, ge=1, description="Most records of one consumer batch")
    batch_every_seconds: float = Field(
        default=0.03, ge=0, le=10, description="A consumer begins batches that are not full at most this often"
    )
    max_dead_letter_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="A consumer stops when more than this share of its recent records cannot be processed"
    )
    sources_file: Path | None = Field(default=None, description="The configured sources, YAML")
    identity_file: Path | None = Field(default=None, description="Namespaces, limits and blocked values, YAML")
    journeys_dir: Path | None = Field(default=None, description="Further journey definitions, YAML files")
    segments_dir: Path | None = Field(default=None, description="Further segments, YAML files")
    targets_file: Path | None = Field(
        default=None, description="Who is told of actions over HTTP: webhooks by name, YAML"
    )
    webhooks_to_loopback: bool = Field(
        default=False, description="Allow webhooks to this machine; to other private addresses they never go"
    )
    erasure_key: Annotated[SecretStr, Field(min_length=32)] | None = Field(
        default=None,
        description="Keys the hashes that keep the erased away, at least 32 characters; never to change. "
        "Without it nobody can be erased",
    )
    dev_jwt_key_file: Path | None = Field(default=None, description="Signs the loopback default's role tokens")
    oidc_jwks_file: Path | None = Field(default=None, description="Public keys that sign people's tokens, JWKS")
    oidc_issuer: str = Field(default="kesher-dev", description="Expected issuer of people's tokens")
    oidc_audience: str = Field(default="kesher", description="Expected audience of people's tokens")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach us."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:  # a name: who knows where it leads
            return False

    @property
    def external_url(self) -> str:
        """The address under which the outside calls us, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @model_validator(mode="after")
    def _development_only_on_loopback(self) -> Self:
        if self.dev_jwt_key_file and not self.on_loopback:
            raise ValueError(
                "KESHER_DEV_JWT_KEY_FILE: development tokens are only for a loopback address; "
                "set KESHER_OIDC_JWKS_FILE for any other"
            )
        return self
