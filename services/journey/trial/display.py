"""The comparison of a trial, for people at a terminal."""

from rich.console import Console
from rich.table import Table

from schemas.journey_definition import JourneyDefinition
from services.journey.trial.views import TrialView, TriedStageView, TriedVersionView

SUMS = ("journeys", "active", "ended", "abandoned", "transitions", "pains", "effort")
STAGE = ("entered", "reached", "now", "left", "overdue", "stalled")
COUNTED = {"pain_points": "pain point", "actions": "action"}


def show(terminal: Console, result: TrialView, what: JourneyDefinition) -> None:
    """Prints what is and what would be, stage by stage."""
    terminal.print(_stages(result, what))
    terminal.print(_sums(result))
    _tell(terminal, result)


def _stages(result: TrialView, what: JourneyDefinition) -> Table:
    was = f"version {result.before.version}" if result.before else "nothing"
    table = Table(title=f"{result.journey}: {was} -> version {result.after.version}, in journeys")
    table.add_column("stage")
    for name in STAGE:
        table.add_column(name, justify="right")
    before = result.before.stages if result.before else {}
    gone = [stage for stage in before if stage not in result.after.stages]
    for stage in [*(one.key for one in what.stages), *gone]:
        were, are = before.get(stage), result.after.stages.get(stage)
        cells = [_change(_of(were, name), _of(are, name)) for name in STAGE]
        table.add_row(stage, *cells, style=None if stage in result.after.stages else "dim")
    return table


def _sums(result: TrialView) -> Table:
    table = Table(show_header=False, box=None)
    for name in SUMS:
        table.add_row(name, _change(_of(result.before, name), _of(result.after, name)))
    for counted, title in COUNTED.items():
        before, after = (getattr(version, counted) if version else {} for version in (result.before, result.after))
        for key in {**after, **before}:
            table.add_row(f"{title} {key}", _change(before.get(key), after.get(key)))
    return table


def _of(counted: TriedVersionView | TriedStageView | None, name: str) -> float | None:
    value: float | None = getattr(counted, name) if counted else None
    return value


def _tell(terminal: Console, result: TrialView) -> None:
    for rule, times in result.after.rule_failures.items():
        terminal.print(f"[red]rule {rule} failed {times:,} times[/] and counted as not held", highlight=False)
    terminal.print(f"{_who(result.elsewhere, result)} would go another way.", highlight=False)
    terminal.print(f"{_who(result.different, result)} would see any difference.", highlight=False)
    if result.examples:
        terminal.print("For example: " + ", ".join(result.examples), highlight=False, soft_wrap=True)


def _who(count: int, result: TrialView) -> str:
    share = f" ({count / result.customers:.0%})" if result.customers else ""
    return f"{count:,} of {result.customers:,} customers{share}"


def _change(was: float | None, is_: float | None) -> str:
    before, after = ("-" if value is None else f"{value:,g}" for value in (was, is_))
    return after if before == after else f"{before} -> [bold]{after}[/]"
