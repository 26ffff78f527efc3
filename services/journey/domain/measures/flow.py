"""How often customers went from stage to stage."""

from collections.abc import Iterable
from typing import NamedTuple


class FlowLink(NamedTuple):
    """How often customers went from one stage to another; None is outside of the journey."""

    from_stage: str | None
    to: str | None
    times: int


def flow(links: Iterable[FlowLink]) -> list[FlowLink]:
    """Links in their one order: most frequent first, then by name."""
    return sorted(links, key=lambda link: (-link.times, link.from_stage or "", link.to or ""))
