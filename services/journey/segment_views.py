"""What the API answers about segments."""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel

from schemas.segment_definition import SegmentDefinition
from services.journey.domain.segments import NO_JOURNEY, Segment, rule_name
from services.journey.store import RuleFailures, Store
from services.journey.views import RuleFailureView


class SegmentView(SegmentDefinition):
    """A segment in full, with how many customers are in it; if its rule failed since it was accepted, how."""

    customers: int
    rule_failure: RuleFailureView | None = None


class SegmentsView(BaseModel):
    """All segments in force, by key."""

    items: list[SegmentView]


async def views_of(store: Store, segments: Iterable[Segment]) -> list[SegmentView]:
    """These segments, by key."""
    members, failures = await store.members(), await store.rule_failures(NO_JOURNEY)
    by_rule = {failure.rule: failure for failure in failures}
    in_order = sorted(segments, key=lambda segment: segment.key)
    return [_view(segment, members, by_rule) for segment in in_order]


def _view(segment: Segment, members: Mapping[str, int], failures: Mapping[str, RuleFailures]) -> SegmentView:
    failed = failures.get(rule_name(segment.key))
    return SegmentView(
        **dict(segment.what),
        customers=members.get(segment.key, 0),
        rule_failure=RuleFailureView(**failed._asdict()) if failed else None,
    )
