"""What the API answers about segments."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from schemas.segment_definition import SegmentDefinition
from services.journey.domain.segments import Segment


class SegmentView(SegmentDefinition):
    """A segment in full, with how many customers are in it."""

    customers: int


class SegmentsView(BaseModel):
    """All segments in force, by key."""

    items: list[SegmentView]


def segment_view(segment: Segment, members: Mapping[str, int]) -> SegmentView:
    """A segment."""
    return SegmentView(**dict(segment.what), customers=members.get(segment.key, 0))


def segments_view(segments: Iterable[Segment], members: Mapping[str, int]) -> SegmentsView:
    """All of them."""
    in_order = sorted(segments, key=lambda segment: segment.key)
    return SegmentsView(items=[segment_view(segment, members) for segment in in_order])
