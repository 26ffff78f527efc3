"""The identity policy from its file."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.profile.domain.policy import DEFAULT_NAMESPACES, IdentityPolicy
from services.runtime.errors import Rejected


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
