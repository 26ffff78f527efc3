"""The configured rules of identity: namespaces with their strength and limit, junk values, sharing.

Defaults are those of docs/identity.md. A file (`KESHER_IDENTITY_FILE`) may change them; it is validated at start.
"""

from datetime import timedelta
from typing import Annotated, Literal, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from schemas.trait_rules import TraitName, TraitPolicy, TraitRules, rules_of
from services.profile.domain.retention import KeepRule, in_order

DEFAULT_BLOCKED = frozenset(
    {
        "", "-1", "null", "none", "nil", "nan", "undefined", "anonymous", "guest", "unknown", "n/a", "na", "test",
        "private", "withheld", "restricted", "unavailable", "no_user", "0", "[object object]",
        # What telephone networks send for a caller who withholds the number: words spelt on a keypad.
        "+266696687",  # ANONYMOUS
        "+7378742833",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8656696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
    }
)  # fmt: skip


class Namespace(BaseModel):
    """How much one kind of identifier proves. Strength 1 is the strongest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    strength: Annotated[int, Field(ge=1, le=99)]
    limit: Annotated[int, Field(ge=1, le=1_000)]
    fold_case: bool = True
    least_different_characters: Annotated[int, Field(ge=1, le=20)] = 3
    login_lasts: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=366))] | None = Field(
        default=None,
        description="Where people take turns: how long before and after a login what is anonymous may be theirs",
    )


DEFAULT_NAMESPACES = {
    "customer_id": Namespace(strength=1, limit=1),
    "loyalty_id": Namespace(strength=2, limit=3),
    "email": Namespace(strength=3, limit=5),
    "phone": Namespace(strength=4, limit=5),
    "handle:*": Namespace(strength=5, limit=10),
    "device": Namespace(strength=9, limit=50, fold_case=False, login_lasts=timedelta(days=1)),
}


class IdentityPolicy(BaseModel):
    """All that identity resolution can be told from outside."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    namespaces: dict[str, Namespace] = Field(default_factory=lambda: dict(DEFAULT_NAMESPACES))
    shared_after: Annotated[int, Field(ge=1, le=1_000)] = 3
    blocked: frozenset[str] = DEFAULT_BLOCKED
    own_identifiers: frozenset[str] = Field(
        default=frozenset(), description="The organisation's own numbers and addresses, normalised"
    )
    default_region: str = Field(default="IL", description="ISO 3166-1 alpha-2, for numbers written nationally")
    shortest_phone_digits: Annotated[int, Field(ge=3, le=15)] = 7
    conflicting_claims: Literal["hold", "ignore"] = Field(
        default="hold", description="Whether different given names or birth dates keep two people apart"
    )
    traits: dict[TraitName, TraitPolicy] = Field(
        default_factory=dict, description="Which value of a trait is shown; `*` for all that are not named"
    )

    confirm_duplicates_at: Annotated[float, Field(ge=0.5, le=1)] | None = Field(
        default=None, description="From which probability on likely duplicates are confirmed without a person; never"
    )

    retention: tuple[KeepRule, ...] = Field(
        default=(), description="How long interactions are kept, by source and channel; for ever where no rule is"
    )

    @field_validator("retention")
    @classmethod
    def _most_precise_first(cls, rules: tuple[KeepRule, ...]) -> tuple[KeepRule, ...]:
        about = [(rule.source, rule.channel) for rule in rules]
        twice = next((one for one in about if about.count(one) > 1), None)
        if twice:
            raise ValueError(f"two rules are about source {twice[0]!r} and channel {twice[1]!r}")
        return in_order(rules)

    @field_validator("blocked")
    @classmethod
    def _compared_case_folded(cls, blocked: frozenset[str]) -> frozenset[str]:
        return frozenset(value.casefold() for value in blocked)

    @field_validator("default_region")
    @classmethod
    def _region_has_telephones(cls, region: str) -> str:
        if region not in SUPPORTED_REGIONS:
            raise ValueError("not a region of ISO 3166-1 alpha-2 with telephone numbers")
        return region

    @model_validator(mode="after")
    def _wildcards_are_families(self) -> Self:
        for name in self.namespaces:
            if "*" in name and not name.endswith(":*"):
                raise ValueError(f"namespace {name!r}: a wildcard stands only after a colon, as in 'handle:*'")
        return self

    def namespace(self, name: str) -> Namespace | None:
        """The rules of a concrete namespace, by its name or its family (`handle:*`); None if not configured."""
        return self.namespaces.get(name) or self.namespaces.get(name.partition(":")[0] + ":*")

    def strength(self, name: str) -> int:
        """The strength of a configured namespace."""
        found = self.namespace(name)
        assert found is not None
        return found.strength

    def limit(self, name: str) -> int:
        """The most identifiers of a configured namespace in one profile."""
        found = self.namespace(name)
        assert found is not None
        return found.limit

    def login_lasts(self, name: str) -> timedelta | None:
        """How long a login on an identifier of a configured namespace tells who used it; None where it never does."""
        found = self.namespace(name)
        assert found is not None
        return found.login_lasts

    def times_shared(self, name: str) -> int:
        """How many times over a limit makes an identifier shared: at once where people are known to take turns."""
        return 1 if self.login_lasts(name) else self.shared_after

    def trait(self, name: str) -> TraitRules:
        """The rules by which one value of a trait is shown."""
        return rules_of(self.traits, name)
