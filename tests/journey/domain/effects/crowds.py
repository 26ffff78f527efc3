"""Customers as effects see them, drawn by Hypothesis or made up."""

from collections.abc import Sequence

from hypothesis import strategies as st

from services.journey.domain.effects.observed import Observed, Place, Sum, observed

Facts = Sequence[Sequence[float]]
"""The values of one customer's facts at each place."""

SHARES = st.sampled_from([0.0, 1.0])
MEANS = st.floats(0, 1_000, allow_nan=False).map(lambda value: round(value, 3))


def crowds(values: st.SearchStrategy[float]) -> st.SearchStrategy[list[Facts]]:
    """Enough customers for an interval; some are met before and after, some only once."""
    customer = st.tuples(*[st.lists(values, max_size=3) for _ in Place])
    met = st.tuples(*[st.lists(values, min_size=1, max_size=3) for _ in Place])
    return st.builds(lambda these, those: [*these, *those], st.lists(met, min_size=10, max_size=14), st.lists(customer))


def seen(crowd: Sequence[Facts]) -> Observed:
    """What is observed of them."""
    return observed([Sum(len(those), sum(those), 1) for those in customer] for customer in crowd)


def pairs(before: Sequence[Sequence[float]], after: Sequence[Sequence[float]]) -> list[Facts]:
    """Customers of whom each is met either before or after."""
    return [*((those, (), (), ()) for those in before), *(((), those, (), ()) for those in after)]
