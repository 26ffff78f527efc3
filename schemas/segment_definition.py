"""What a segment is: the customers for whom a rule about their profile holds."""

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.journey_definition import Fragment, RuleText, Slug, Title


class SegmentDefinition(Fragment):
    """One group of customers. A new version replaces the one before, and every customer is looked at anew."""

    key: Slug
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    title: Title
    description: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    when: Annotated[RuleText, Field(description="A CEL rule that reads the profile, p, and nothing else")]
