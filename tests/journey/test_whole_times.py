import shutil
from pathlib import Path

import asyncpg
import msgspec
from pydantic import SecretStr

from services.journey.domain.profile_figures import NO_FIGURES, ProfileFigures, as_rules_see, counted
from services.journey.schema import SCHEMA, VERSIONS
from services.runtime.migrate import migrate
from services.runtime.settings import Settings
from tests.journey.timelines import START, happened

TIMELINE = [
    happened("call.ended", measures={"wait_seconds": 1.5}),
    happened("order.placed", hours=1, channel="web", money={"amount": 0.1, "currency": "ILS"}),
    happened("survey.answered", hours=2, channel="survey", survey={"kind": "nps", "score": 9.5}),
]
WITH_TEXT = """
[{"call": [1, "2026-07-01T08:00:00.000001Z", "2026-07-01T10:30:00+02:00", 1500, 0, 0]}, {}, {}]
"""


def with_text(figures: ProfileFigures) -> str:
    """As they were kept before."""
    channels, types, surveys = msgspec.json.decode(msgspec.json.encode(figures))
    for name, one in (*channels.items(), *types.items()):
        seen = as_rules_see(figures)["channels" if name in channels else "types"][name]
        one[1:3] = [seen["first_seen"].isoformat(), seen["last_seen"].isoformat()]
    return msgspec.json.encode([channels, types, surveys]).decode()


async def test_what_was_kept_with_text_for_times_is_read_the_same(database_url: str, tmp_path: Path) -> None:
    settings, before = Settings(database_url=SecretStr(database_url)), tmp_path / "migrations" / "versions"
    shutil.copytree(VERSIONS, before, ignore=shutil.ignore_patterns("__pycache__"))
    for path in before.iterdir():
        if path.name > "0020":
            path.unlink()
    await migrate(settings, SCHEMA, before)
    figures = counted(NO_FIGURES, TIMELINE)
    connection = await asyncpg.connect(database_url, server_settings={"search_path": SCHEMA})
    try:
        insert = "INSERT INTO profile (id, registry, measured_with, figures) VALUES (gen_random_uuid(), $1, 0, $2)"
        for number, kept in enumerate((with_text(figures), "[{}, {}, {}]", WITH_TEXT, None)):
            await connection.execute(insert, number, kept)
        await migrate(settings, SCHEMA, VERSIONS)
        kept = [row[0] for row in await connection.fetch("SELECT figures FROM profile ORDER BY registry")]
    finally:
        await connection.close()
    read = [one and msgspec.json.decode(one, type=ProfileFigures) for one in kept]
    assert read[:2] == [figures, NO_FIGURES]
    call = as_rules_see(read[2])["channels"]["call"]
    assert (call["first_seen"], call["last_seen"]) == (
        START.replace(year=2026, month=7, day=1, hour=8, minute=0, second=0, microsecond=1),
        START.replace(year=2026, month=7, day=1, hour=8, minute=30, second=0, microsecond=0),
    )
    assert read[3] is None
