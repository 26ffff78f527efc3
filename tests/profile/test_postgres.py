import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.store import Changes, Unit
from services.profile.wire import decode
from tests.contracts.erasing_store import ErasingStoreContract
from tests.contracts.profile_store import ProfileStoreContract
from tests.profile.checks import check_all, held
from tests.profile.histories import Details, Happened, happened
from tests.profile.policies import tight
from tests.profile.postgres_tables import KeptInPostgres, migrated, opened
from tests.profile.running import Recorder, apply, profile_step
from tests.profile.spellings import Spelled
from tests.support.postgres import PostgresServer

LONG = "".join(chr(0x1F300 + n) for n in range(320))
"""Characters of four bytes each, hardly compressible."""

NASTY: list[dict[str, Any]] = [
    {"time": "0002-01-01T00:00:00Z"},
    {"time": "9998-12-31T23:59:59.999999Z"},
    {"time": "2300-01-01T00:00:00.000001Z"},
    {"time": "1969-12-31T23:59:59.999999-12:00"},
    {"id": LONG[:200], "source": LONG[:200]},
    {"trust": 1_000_000},
    {"region": "\0"},
    {"type": "a\0b"},
    {"conversation": LONG[:200]},
    {"channel": LONG[:200]},
    {"measures": {"wait_seconds": 31_536_000, "handle_seconds": 1e-300, "transfers": 1_000_000}},
    {"traits": {"name": "a\0b", "first_name": LONG * 9, "n" * 100: None, "": "", "{": {"\0": ["\\", '"', "\u2028"]}}},
    {"traits": {"name": 1e308, "last_name": ["x"], "full_name": "", "display_name": "%_\\'\""}},
    {"identifiers": [{"namespace": "device", "value": LONG}]},
    {"identifiers": [{"namespace": "handle:" + "x" * 60, "value": LONG}, {"namespace": "device", "value": 'a,b{}"\\'}]},
    {"identifiers": [{"namespace": "device", "value": "NULL,"}, {"namespace": "device", "value": "\\N123"}]},
    {"identifiers": [{"namespace": "a\0b", "value": "a\0b"}, {"namespace": "device", "value": "a\0bc"}]},
    {"identifiers": [{"namespace": "handle:a\0b", "value": "abc"}, {"namespace": "x" * 5_000, "value": "y" * 5_000}]},
    {
        "identifiers": [
            {"namespace": "loyalty_id", "value": "\ufdfa" * 320},
            {"namespace": "loyalty_id", "value": "\u0390abc"},
        ]
    },
]


class TestPostgresStore(ProfileStoreContract, ErasingStoreContract):
    @pytest.fixture
    async def kept(self, postgres_server: PostgresServer) -> AsyncIterator[KeptInPostgres]:
        template = await migrated(postgres_server)
        async with postgres_server.fresh_database(template) as url, opened(url, Recorder()) as kept:
            yield kept

    async def test_whatever_is_decoded_can_be_stored_and_read(self, kept: KeptInPostgres) -> None:
        step = profile_step(IdentityPolicy())
        values = [nasty(number, fields) for number, fields in enumerate(NASTY)]
        for value in values:
            await apply(kept.store, step, [value])
        assert set(await apply(kept.store, step, values)) == {"duplicate"}
        again = [nasty(number + len(NASTY), fields) for number, fields in enumerate(NASTY) if "id" not in fields]
        assert "duplicate" not in await apply(kept.store, step, again)
        stored = (await kept.tables()).interactions
        for value in values:
            incoming = decode(value)
            assert stored[incoming.key].time == incoming.envelope.time
            assert stored[incoming.key].body == value

    @pytest.mark.parametrize("time", ["0002-01-01T00:00:00.000001+00:00", "2300-01-01T00:00:00.000001+00:00"])
    async def test_times_are_exact_however_far(self, kept: KeptInPostgres, time: str) -> None:
        await apply(kept.store, profile_step(IdentityPolicy()), [nasty(1, {"time": time, **TWO})])
        tables = await kept.tables()
        assert [link.first_seen for link in tables.links.values()] == [datetime.fromisoformat(time)]
        assert {one.time for one in tables.interactions.values()} == {datetime.fromisoformat(time)}

    async def test_two_writers_on_a_link_between_shared_ends_agree(self, kept: KeptInPostgres) -> None:
        """Nothing locks such a link; who claims it must not undo what the other has verified meanwhile."""
        step = profile_step(tight())
        those = [happened(n, 0, [(one, True), (other, True)]) for n, (one, other) in enumerate(BOTH_SHARED)]
        await apply(kept.store, step, [one.value for one in those])
        claimed = happened(90, 0, [(KIOSK, False), (PHONE, False)])
        verified = happened(91, 0, [(KIOSK, True), (PHONE, True)])
        await overtaken(kept, claimed, verified)
        tables = await kept.tables()
        check_all(tables, [one.said for one in (*those, claimed, verified)], tight())
        assert set(held(tables).values()) == {"shared"}

    async def test_two_who_claim_something_on_a_link_between_shared_ends_both_count(self, kept: KeptInPostgres) -> None:
        step, both = profile_step(TABLETS), [(KIOSK, True), (PHONE, True)]
        those = [happened(n, 0, [(one, True), (other, True)]) for n, (one, other) in enumerate(BOTH_SHARED)]
        those.append(happened(89, 0, both))
        await apply(kept.store, step, [one.value for one in those])
        slow, quick = (happened(90 + n, 0, both, Details(name=2 * n)) for n in range(2))
        await overtaken(kept, slow, quick, TABLETS)
        check_all(await kept.tables(), [one.said for one in (*those, slow, quick)], TABLETS)


TABLETS = tight(login_lasts=timedelta(days=1))
TWO = {"identifiers": [{"namespace": "device", "value": value} for value in ("abc", "abd")]}
KIOSK = Spelled("device", "kiosk-7", ("device", "kiosk-7"))
PHONE = Spelled("phone", "+972541234567", ("phone", "+972541234567"))
BOTH_SHARED = [
    (Spelled("customer_id", f"c-100{n}", ("customer_id", f"c-100{n}")), one) for n in range(2) for one in (KIOSK, PHONE)
]


def nasty(number: int, fields: dict[str, Any]) -> bytes:
    envelope = {"id": f"e{number}", "source": "/s", "type": "call.ended", "time": "2026-01-01T00:00:00Z"}
    own = {name: value for name, value in fields.items() if name in {*envelope, "trust", "region"}}
    data = {"channel": "call", "identifiers": [{"namespace": "device", "value": "abc"}]}
    data |= {name: value for name, value in fields.items() if name not in own}
    return json.dumps({**envelope, **own, "data": data}).encode()


async def overtaken(
    kept: KeptInPostgres, slow: Happened, quick: Happened, policy: IdentityPolicy | None = None
) -> None:
    """Applies `slow`, which has read everything and writes only after `quick` is committed."""
    step, ready, go = profile_step(policy or tight(), lambda: NO_PROFILE), asyncio.Event(), asyncio.Event()

    async def held_up(unit: Unit) -> None:
        write = unit.write

        async def wait_and_write(changes: Changes) -> None:
            ready.set()
            await go.wait()
            await write(changes)

        unit.write = wait_and_write  # type: ignore[method-assign]
        await step.apply(unit, [step.spot(decode(slow.value))])

    task = asyncio.create_task(kept.store.run(held_up))
    await ready.wait()
    await apply(kept.store, step, [quick.value])
    go.set()
    await task


NO_PROFILE = "00000000-0000-7000-8000-ffffffffffff"
