"""Who is told of actions and alerts over HTTP: targets by the name that definitions use in `to`, from a YAML file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, RootModel, SecretStr, ValidationError
from standardwebhooks import Webhook

from schemas.journey_definition import Target as Name
from services.runtime.errors import Rejected

LEAST_SECRET_BYTES = 24


def _secret(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value().removeprefix("whsec_")
    try:
        Webhook(text)
    except Exception as error:  # the library raises what base64 and it itself raise
        raise ValueError("write whsec_ and the secret's bytes in base64") from error
    if len(text) * 3 // 4 < LEAST_SECRET_BYTES:
        raise ValueError(f"a secret has at least {LEAST_SECRET_BYTES} bytes")
    return secret


class Target(BaseModel):
    """One receiver: where it listens, the secret that signs what it is sent, and how much it is sent at once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: HttpUrl
    secret: Annotated[SecretStr, AfterValidator(_secret)]
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    at_once: Annotated[int, Field(ge=1, le=50)] = 4


class _Targets(RootModel[dict[Name, Target]]):
    """The whole file."""


def load_targets(file: Path | None) -> Mapping[str, Target]:
    """The targets in `file`. Raises Rejected, naming the field and never what is written in it."""
    if file is None:
        return {}
    try:
        return _Targets.model_validate(yaml.safe_load(file.read_text("utf-8")) or {}).root
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(map(str, first["loc"]))
        raise Rejected(f"{file}: {field}: {first['msg']}", field=field) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Rejected(f"{file}: cannot be read as YAML", field="targets_file") from error
