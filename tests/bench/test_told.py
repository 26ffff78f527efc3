import pytest

from services.runtime.log import Message
from tests.bench.told import Told


def said(number: int) -> Message:
    return Message(None, b'{"data":{"interaction":{"id":"run-%d"}}}' % number)


async def test_a_batch_ends_with_its_last_interaction() -> None:
    told = Told()
    await told.send("t", [said(0), said(2)])
    await told.send("t", [said(1)])
    await told.send("t", [said(3), Message(None, b'{"id":"other-1"}')])
    first, second = told.ends("run", 2, 2)
    assert first < second


async def test_what_was_never_told_is_missed() -> None:
    told = Told()
    await told.send("t", [said(0)])
    with pytest.raises(AssertionError):
        told.ends("run", 2, 1)
