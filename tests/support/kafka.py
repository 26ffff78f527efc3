"""A real Apache Kafka for the tests."""

import os

import pytest

from deploy.kafka.local_kafka import KafkaServer, missing_tool

__all__ = ["KafkaServer", "require_kafka"]


def require_kafka() -> None:
    """Skips where Kafka cannot run; in CI that is a failure, or nobody would notice."""
    if tool := missing_tool():
        reason = f"{tool} is not installed; `make system` installs what the tests need"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
