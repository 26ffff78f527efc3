import socket
from pathlib import Path

import pytest

from services.runtime.embedded.ports import LISTENED_ON, PortTaken, free_port, http_url, listens, require_free


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"port {port} on 127\.0\.0\.1 .*PORT="):
            require_free("127.0.0.1", port)


def test_a_free_port_is_fine() -> None:
    require_free("127.0.0.1", free_port())


def test_a_free_port_is_none_that_an_outgoing_connection_may_take() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(LISTENED_ON) < first


async def test_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert await listens("127.0.0.1", port)
    assert not await listens("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("::1", "http://[::1]:80"), ("localhost", "http://localhost:80")],
)
def test_http_url(host: str, url: str) -> None:
    assert http_url(host, 80) == url
