"""What the API answers about a definition that is tried."""

from collections.abc import Iterable

from pydantic import BaseModel

from services.journey.domain.model import OVERDUE, STALLED
from services.journey.domain.trial import Told, Trial


class TriedStageView(BaseModel):
    """A stage in one version, in journeys as in the funnel; how often one was `overdue` or `stalled`."""

    entered: int
    reached: int
    now: int
    left: int
    overdue: int
    stalled: int


class TriedVersionView(BaseModel):
    """All journeys of one version; `ended` are those that reached an exit, `effort` is the sum of weights.

    `pain_points` are how often each was met, `actions` how often each was called for, whoever may have them.
    """

    version: int
    journeys: int
    active: int
    ended: int
    abandoned: int
    transitions: int
    pains: int
    effort: float
    pain_points: dict[str, int]
    actions: dict[str, int]
    stages: dict[str, TriedStageView]
    rule_failures: dict[str, int]


class TrialView(BaseModel):
    """The version in force (null of a journey that is new) beside the one that was tried.

    Of `customers` so many are `elsewhere`, on another path, stage or status; of so many anything is `different`, that
    or what hurt them, what time did or what would be done; `examples` are some of these.
    """

    journey: str
    customers: int
    elsewhere: int
    different: int
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
        different=trial.different,
        examples=trial.examples,
        before=_version(trial.before) if trial.before else None,
        after=_version(trial.after),
    )


def _version(told: Told) -> TriedVersionView:
    return TriedVersionView(
        version=told.what.version,
        **told.sums()._asdict(),
        pain_points={pain.key: told.pains[pain.key] for pain in told.what.pain_points},
        actions={action.key: told.actions[action.key] for action in told.what.actions},
        stages=dict(_stages(told)),
        rule_failures=dict(sorted(told.failures.items())),
    )


def _stages(told: Told) -> Iterable[tuple[str, TriedStageView]]:
    for part in told.stages():
        counts = part._asdict()
        stage = counts.pop("stage")
        times = {kind: told.lapses[kind, stage] for kind in (OVERDUE, STALLED)}
        yield stage, TriedStageView(**counts, **times)
