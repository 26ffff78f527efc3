import threading
from typing import Any

import pytest
from fastapi import Request

from services.journey import written as module
from services.journey.domain.segments import Segment, load_segment
from services.journey.written import written, written_segment
from services.runtime.errors import Rejected

KEEN = b"key: keen\nversion: 1\ntitle: {en: Keen}\nwhen: p.figures.interactions > 1\n"


def request(body: bytes) -> Request:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "headers": [(b"content-type", b"application/yaml")]}, receive)


async def test_what_comes_is_read_beside_the_loop_that_serves_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    readers: list[int] = []

    def load(text: str, *, json: bool) -> Segment:
        readers.append(threading.get_ident())
        return load_segment(text, json=json)

    monkeypatch.setattr(module, "load_segment", load)
    assert (await written_segment(request(KEEN), "keen")).key == "keen"
    assert readers
    assert threading.get_ident() not in readers


async def test_what_is_nested_too_deep_is_answered_with_its_line() -> None:
    with pytest.raises(Rejected, match="line 2, text: write it less nested"):
        await written(request(b"key: keen\nx: " + b"[" * 5_000), "keen", ())
