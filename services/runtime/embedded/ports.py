"""TCP ports of this machine."""

import asyncio
import random
import socket
from contextlib import suppress

from services.runtime.errors import KesherError

LOOPBACK = "127.0.0.1"
# Below what Linux gives to outgoing connections (from 32,768): one of these could take the port before a server does.
LISTENED_ON = range(12_000, 32_000)


class PortTaken(KesherError):
    """Something else listens where we should."""


def http_url(host: str, port: int) -> str:
    """The address without a trailing slash."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def free_port(host: str = LOOPBACK) -> int:
    """A port that nobody listens on at this moment, by lot, so that two who ask hardly get the same."""
    lot = random.SystemRandom()
    while True:
        port = lot.choice(LISTENED_ON)
        with suppress(PortTaken):
            require_free(host, port)
            return port


def require_free(host: str, port: int) -> None:
    """Raises PortTaken when `port` cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"port {port} on {host} cannot be used ({error.strerror}); choose another with PORT="
            ) from None


async def listens(host: str, port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
