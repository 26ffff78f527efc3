"""Definitions and segments as they come over HTTP."""

import asyncio
from collections.abc import Collection
from functools import partial
from typing import Any, Protocol, TypeVar

from fastapi import Request

from services.journey.domain.definition import Definition, load_definition
from services.journey.domain.definition_text import MAX_CHARACTERS, DefinitionProblem
from services.journey.domain.segments import Segment, load_segment
from services.runtime.errors import Rejected, TooLarge

BYTES_PER_CHARACTER = 4
JSON_TYPES = frozenset({"application/json"})
YAML_TYPES = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


class UnsupportedType(Rejected):
    """The body is in no format that is read here."""

    status = 415


Written_co = TypeVar("Written_co", Definition, Segment, covariant=True)


class _Load(Protocol[Written_co]):
    def __call__(self, text: str, *, json: bool) -> Written_co: ...


async def written(request: Request, key: str, segments: Collection[str]) -> Definition:
    """The definition of `key` that a request brings, which may name these segments. Raises Rejected with the line."""
    return await _read(request, key, partial(load_definition, segments=segments))


async def written_segment(request: Request, key: str) -> Segment:
    """The segment of `key` that a request brings. Raises Rejected, naming line and field."""
    return await _read(request, key, load_segment)


async def _read(request: Request, key: str, load: _Load[Written_co]) -> Written_co:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES | YAML_TYPES:
        raise UnsupportedType("send the definition as application/yaml or application/json", field="Content-Type")
    try:
        text = (await _body(request)).decode()
        found = await asyncio.to_thread(load, text, json=kind in JSON_TYPES)
    except UnicodeDecodeError as error:
        raise Rejected("the body is not UTF-8", field="body") from error
    except DefinitionProblem as error:
        raise Rejected("; ".join(map(str, error.problems)), field=error.problems[0].field) from error
    if found.key != key:
        raise Rejected(f"the definition is of {found.key!r}; write key: {key}", field="key")
    return found


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_CHARACTERS * BYTES_PER_CHARACTER:
            raise TooLarge(f"a definition has at most {MAX_CHARACTERS} characters", field="body")
    return body
