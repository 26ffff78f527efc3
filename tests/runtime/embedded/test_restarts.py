import pytest

from services.runtime.embedded.restarts import RestartPolicy

POLICY = RestartPolicy(most=3, window_seconds=60.0, first_delay_seconds=0.5, longest_delay_seconds=1.5)


@pytest.mark.parametrize(
    ("deaths", "now", "delay"),
    [
        ([100.0], 100.0, 0.5),
        ([99.0, 100.0], 100.0, 1.0),
        ([98.0, 99.0, 100.0], 100.0, 1.5),
        ([97.0, 98.0, 99.0, 100.0], 100.0, None),
        ([10.0, 20.0, 30.0, 100.0], 100.0, 0.5),
    ],
    ids=["first", "doubles", "up to the longest", "gives up", "forgets old deaths"],
)
def test_delay(deaths: list[float], now: float, delay: float | None) -> None:
    assert POLICY.delay(deaths, now) == delay
