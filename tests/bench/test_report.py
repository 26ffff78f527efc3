import pytest

from tests.bench.figures import latency
from tests.bench.report import Row, Target


@pytest.mark.parametrize(
    ("target", "met"),
    [
        (Target("share", "<=", 0.2), True),
        (Target("share", "<=", 0.19), False),
        (Target("p99", "<", 100), False),
        (Target("p50", "<", 100), True),
        (Target("ratio", ">=", 0.5), None),
    ],
)
def test_a_target_is_met_by_the_figure_of_its_name(target: Target, met: bool | None) -> None:
    row = Row(bench="b", case="c", share=0.2, latency=latency([0.05, 0.1]))

    assert target.met(row) is met
