"""A message that could not be processed, with everything needed to look at it and to play it again."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from schemas.interaction import Part


class DeadLetterData(Part):
    """Where the message came from, why it was put aside, and its bytes."""

    topic: str
    partition: int
    offset: int
    key: Annotated[str, Field(description="base64")] | None = None
    value: Annotated[str, Field(description="base64")]
    consumer: str
    error: str


class DeadLetter(Part):
    """The CloudEvents envelope of this topic."""

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: Literal["message.dead_lettered"] = "message.dead_lettered"
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: DeadLetterData
