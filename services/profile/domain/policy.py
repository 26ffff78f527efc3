"""The configured rules of identity: namespaces with their strength and limit, junk values, sharing.

Defaults are those of docs/identity.md. A file (`KESHER_IDENTITY_FILE`) may change them; it is validated at start.
"""

from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from services.runtime.errors import Rejected

DEFAULT_BLOCKED = frozenset(
    {
        "", "-1", "null", "none", "nil", "nan", "undefined", "anonymous", "guest", "unknown", "n/a", "na", "test",
        "private", "withheld", "restricted", "unavailable", "no_user", "0", "[object object]",
        "+266696687",  # what telephone networks send for a caller who withholds the number: ANONYMOUS on a keypad
        "+86282452253",  # the same with RESTRICTED-like letters
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
    default_region: str = "IL"
    shortest_phone_digits: int = 7

    @model_validator(mode="after")
    def _wildcards_are_families(self) -> Self:
        for name in self.namespaces:
            if "*" in name and not name.endswith(":*"):
                raise ValueError(f"namespace {name!r}: a wildcard stands only after a colon, as in 'handle:*'")
        return self

    @cached_property
    def _resolved(self) -> dict[str, Namespace | None]:
        return {}

    def namespace(self, name: str) -> Namespace | None:
        """The rules of a concrete namespace, by its name or its family (`handle:*`); None if not configured."""
        if name not in self._resolved:
            family = name.partition(":")[0] + ":*"
            self._resolved[name] = self.namespaces.get(name) or self.namespaces.get(family)
        return self._resolved[name]

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
        stated = yaml.safe_load(file.read_text()) or {}
        if isinstance(stated, dict) and "namespaces" in stated:
            stated["namespaces"] = {**DEFAULT_NAMESPACES, **stated["namespaces"]}
        return IdentityPolicy.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Rejected(f"{file}: {field}: {first['msg']}", field=field) from error
    except (OSError, yaml.YAMLError, TypeError) as error:
        raise Rejected(f"{file}: cannot be read as YAML: {error}") from error
