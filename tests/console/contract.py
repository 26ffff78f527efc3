"""What the console is told, as one OpenAPI document: the origin's, and the contracts that its answers carry inside.

`PYTHONPATH=. python tests/console/contract.py` writes it where the console's types are generated from.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from schemas.interaction import Interaction
from schemas.journey_events import TransitionData
from services.origin import create_origin
from services.runtime.memory_log import MemoryLog
from services.runtime.settings import Settings

DOCUMENT = Path(__file__).parents[2] / "services/console/openapi.json"


def document() -> str:
    """The text of the document."""
    told: dict[str, Any] = create_origin(Settings(), MemoryLog()).openapi()
    carried = [(Interaction, "serialization"), (TransitionData, "serialization")]
    _, contracts = models_json_schema(carried, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    told["components"]["schemas"] |= contracts["$defs"]
    return json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
