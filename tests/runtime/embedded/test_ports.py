import socket

import pytest

from services.runtime.embedded.ports import PortTaken, free_port, http_url, listens, require_free


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"port {port} on 127\.0\.0\.1 .*PORT="):
            require_free("127.0.0.1", port)


def test_a_free_port_is_fine() -> None:
    require_free("127.0.0.1", free_port())


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
