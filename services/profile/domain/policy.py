"""The configured rules of identity: namespaces with their strength and limit, junk values, sharing.

Defaults are those of docs/identity.md. A file (`KESHER_IDENTITY_FILE`) may change them; it is validated at start.
"""

from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from phonenumbers import SUPPORTED_REGIONS
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from services.runtime.errors import Rejected

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


DEFAULT_NAMESPACES = {
    "customer_id": Namespace(strength=1, limit=1),
    "loyalty_id": Namespace(strength=2, limit=3),
    "email": Namespace(strength=3, limit=5),
    "phone": Namespace(strength=4, limit=5),
    "handle:*": Namespace(strength=5, limit=10),
    "device": Namespace(strength=9, limit=50, fold_case=False),
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


def load_policy(file: Path | None) -> IdentityPolicy:
    """The policy of `file` over the defaults. Raises Rejected, naming the field, when it is not valid."""
    if file is None:
        return IdentityPolicy()
    try:
        stated = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        return IdentityPolicy.model_validate(_over_defaults(stated))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Rejected(f"{file}: {field}: {first['msg']}", field=field) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Rejected(f"{file}: cannot be read as YAML: {error}") from error


def _over_defaults(stated: Any) -> Any:
    """What is stated of a namespace replaces only that; what is no mapping is left for the validation to refuse."""
    if not isinstance(stated, dict) or not isinstance(stated.get("namespaces"), dict):
        return stated
    defaults = {name: rules.model_dump() for name, rules in DEFAULT_NAMESPACES.items()}
    given = {
        name: {**defaults.get(name, {}), **rules} if isinstance(rules, dict) else rules
        for name, rules in stated["namespaces"].items()
    }
    return {**stated, "namespaces": {**defaults, **given}}
