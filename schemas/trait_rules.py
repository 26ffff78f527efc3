"""The configured rules of the golden record: which criterion decides first, and how far a source is trusted."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

Criterion = Literal["trust", "assurance", "recency"]
DEFAULT_ORDER: tuple[Criterion, ...] = ("trust", "assurance", "recency")
EVERY_TRAIT = "*"
MOST_TRUST = 1_000_000

TraitName = Annotated[str, Field(min_length=1, max_length=100)]
Source = Annotated[str, Field(min_length=1, max_length=200)]
Trust = Annotated[int, Field(ge=0, le=MOST_TRUST)]


class TraitPolicy(BaseModel):
    """What is configured of one trait; what is not stated is taken from `*`, and from the defaults after that.

    Criteria that `order` leaves out decide after the others, in the default order. `trust` goes before what a source's
    events say.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Annotated[tuple[Criterion, ...], Field(min_length=1)] | None = None
    trust: dict[Source, Trust] = Field(default_factory=dict)

    @field_validator("order")
    @classmethod
    def _named_once(cls, order: tuple[Criterion, ...] | None) -> tuple[Criterion, ...] | None:
        if order and len(set(order)) < len(order):
            raise ValueError("a criterion is named twice")
        return order


class TraitRules(NamedTuple):
    """The rules of one trait: every criterion, and the trust of those sources whose events are overruled."""

    order: tuple[Criterion, ...] = DEFAULT_ORDER
    trust: Mapping[str, int] = {}


def rules_of(traits: Mapping[str, TraitPolicy], name: str) -> TraitRules:
    """The rules of a trait by its name."""
    general = traits.get(EVERY_TRAIT, TraitPolicy())
    own = traits.get(name, general)
    named = own.order or general.order or ()
    rest = tuple(criterion for criterion in DEFAULT_ORDER if criterion not in named)
    return TraitRules((*named, *rest), {**general.trust, **own.trust})
