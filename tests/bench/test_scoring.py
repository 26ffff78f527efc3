from pathlib import Path

import pytest

from schemas.interaction import Interaction
from services.profile.duplicates.worker import EVERY_SECONDS, LEAST_SHARE_AWAY
from tests.bench.options import Options
from tests.bench.profile_runner import Spent
from tests.bench.scoring import Shares, spread
from tests.bench.scoring_mixes import mixes


def test_the_share_is_of_processor_time_with_upkeep() -> None:
    shares = Shares(Spent(100, 1.0, 4.0), Spent(100, 9.0, 1.0), upkeep_cpu_seconds=0.2)

    assert shares.share == pytest.approx(0.3)
    assert shares.upkeep_share == pytest.approx(0.05)


def test_upkeep_counts_as_far_as_its_pause_has_passed() -> None:
    pause = 10 * LEAST_SHARE_AWAY

    assert spread(8.0, 10.0, left=pause * 2) == (8.0, pause)
    assert spread(8.0, 10.0, left=pause / 4) == (2.0, pause)
    assert spread(8.0, 0.0, left=0.0) == (0.0, EVERY_SECONDS)


def test_mixes_are_accepted_and_only_the_last_lacks_customer_numbers() -> None:
    numbered = {}
    for case, mix in mixes(Options(folder=Path(), scale=0.01)).items():
        read = [Interaction.model_validate_json(value) for value in (*mix.before, *mix.values)]
        assert len({one.id for one in read}) == len(read)
        numbered[case] = any(one.namespace == "customer_id" for each in read for one in each.data.identifiers)

    assert numbered == {"known": True, "new, with customer number": True, "new, without": False}
