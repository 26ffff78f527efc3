"""How long interactions are kept, by their source and channel. A rule that says more precisely of which goes first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class KeepRule(BaseModel):
    """How long to keep what a source sends on a channel; `/web/*` stands for every source that begins with `/web/`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(
        default=None, description="A source, or the beginning of several with an asterisk at its end; every one"
    )
    channel: Annotated[str, Field(min_length=1, max_length=100)] | None = Field(default=None, description="Every one")
    keep: Annotated[timedelta, Field(ge=timedelta(hours=1), le=timedelta(days=36_500))] = Field(
        description="How long after its event time, in ISO 8601: P400D"
    )

    @model_validator(mode="after")
    def _asterisk_at_the_end(self) -> Self:
        if self.source and "*" in self.source[:-1]:
            raise ValueError("source: an asterisk stands only at the end, as in '/web/*'")
        return self

    @property
    def beginning(self) -> str | None:
        """What the sources of the rule begin with, where it is about several."""
        return self.source[:-1] if self.source and self.source.endswith("*") else None

    def covers(self, source: str, channel: str) -> bool:
        """Whether it is about what this source sends on this channel."""
        begins = self.beginning is not None and source.startswith(self.beginning)
        return (self.source in (None, source) or begins) and self.channel in (None, channel)

    def before(self, now: datetime) -> datetime:
        """What happened earlier is not kept."""
        return now - self.keep


def in_order(rules: Iterable[KeepRule]) -> tuple[KeepRule, ...]:
    """One source before several, the longer beginning before the shorter, a channel before all of them."""

    def rank(rule: KeepRule) -> tuple[bool, int, bool]:
        several = rule.source is None or rule.beginning is not None
        return several, -len(rule.source or ""), rule.channel is None

    return tuple(sorted(rules, key=rank))


def keeps(rules: Sequence[KeepRule], source: str, channel: str) -> KeepRule | None:
    """The rule that counts, of rules in their order; None for what is kept for ever."""
    return next((rule for rule in rules if rule.covers(source, channel)), None)
