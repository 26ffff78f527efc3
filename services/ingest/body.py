"""Reading a request's body within limits, unpacked as it comes so that a small parcel cannot become a large one."""

import zlib
from collections.abc import Mapping

from starlette.types import Receive

from services.ingest.limits import Hold
from services.runtime.errors import Rejected, TooLarge

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


async def read_body(headers: Mapping[str, str], receive: Receive, limit: int, hold: Hold) -> bytes:
    """The body, unpacked if it was gzipped; some clients gzip without saying so, and no JSON begins like gzip.

    Raises TooLarge as soon as it exceeds `limit`, packed or not; Rejected when it is broken; Unavailable from `hold`.
    """
    if int(headers.get("content-length") or 0) > limit:
        raise _too_large(limit)
    packed = await _received(receive, limit, hold)
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"gzip", "x-gzip", "identity", ""}:
        raise Rejected("must be gzip or nothing", field="content-encoding")
    if packed[:2] == _GZIP_MAGIC:
        return _unpacked(packed, limit, hold)
    if "gzip" in encoding:
        raise Rejected("the body is not gzip as announced", field="content-encoding")
    return packed


async def _received(receive: Receive, limit: int, hold: Hold) -> bytes:
    chunks = []
    size = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Rejected("the body ended early", field="body")
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        hold.add(len(chunk))
        chunks.append(chunk)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _unpacked(packed: bytes, limit: int, hold: Hold) -> bytes:
    parts = []
    size = 0
    try:
        while packed:
            member = zlib.decompressobj(_GZIP_WINDOW)
            part = member.decompress(packed, limit - size + 1)
            size += len(part)
            if size > limit:
                raise _too_large(limit)
            if not member.eof:
                raise Rejected("the gzip body ends early", field="body")
            hold.add(len(part))
            parts.append(part)
            packed = member.unused_data
    except zlib.error as error:
        raise Rejected("the gzip body is broken", field="body") from error
    return b"".join(parts)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"a body may have {limit} bytes, packed and unpacked (max_body_bytes)", field="body")
