"""What the API answers about a definition that is tried."""

from collections.abc import Iterable

from pydantic import BaseModel

from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.trial import Told, Trial


class TriedStageView(BaseModel):
    """A stage in one version, in journeys: as in the funnel."""

    entered: int
    reached: int
    now: int
    left: int


class TriedVersionView(BaseModel):
    """All journeys of one version; `ended` are those that reached an exit, `effort` is the sum of weights."""

    version: int
    journeys: int
    active: int
    ended: int
    abandoned: int
    transitions: int
    pains: int
    effort: float
    stages: dict[str, TriedStageView]
    rule_failures: dict[str, int]


class TrialView(BaseModel):
    """The version in force (null of a journey that is new) beside the one that was tried.

    Of `customers` so many have another path, stage or status; `examples` are some of them.
    """

    journey: str
    customers: int
    elsewhere: int
    examples: list[str]
    before: TriedVersionView | None
    after: TriedVersionView


class TrialProgress(BaseModel):
    """One line of the answer: how many customers are done, of about how many; the last line has the `result`."""

    done: int
    of: int
    result: TrialView | None = None


def trial_view(trial: Trial) -> TrialView:
    """A trial as it stands."""
    return TrialView(
        journey=trial.after.what.key,
        customers=trial.customers,
        elsewhere=trial.elsewhere,
        examples=trial.examples,
        before=_version(trial.before) if trial.before else None,
        after=_version(trial.after),
    )


def _version(told: Told) -> TriedVersionView:
    return TriedVersionView(
        version=told.what.version,
        **told.sums()._asdict(),
        stages=dict(_stages(told.stages())),
        rule_failures=dict(sorted(told.failures.items())),
    )


def _stages(parts: Iterable[StagePart]) -> Iterable[tuple[str, TriedStageView]]:
    for part in parts:
        counts = part._asdict()
        yield counts.pop("stage"), TriedStageView(**counts)
