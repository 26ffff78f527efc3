"""Every topic as declared data: who writes it, who reads it, how it is cut, how long it stays."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel

from schemas.dead_letter import DeadLetter
from schemas.interaction import Interaction
from schemas.journey_events import (
    JourneyAbandoned,
    JourneyActionRequested,
    JourneyAlertCleared,
    JourneyAlertRaised,
    JourneyAlertRetracted,
    JourneyOverdue,
    JourneyRetracted,
    JourneyStalled,
    JourneyTransitioned,
)
from schemas.profile_events import (
    IdentifiersMoved,
    InteractionAttached,
    InteractionWithdrawn,
    PolicyStated,
    ProfileErased,
    TraitPinned,
    TraitUnpinned,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the log. `retention` None keeps for ever; all values are CloudEvents in structured mode."""

    name: str
    description: str
    writer: str
    readers: tuple[str, ...]
    key: str
    messages: tuple[type[BaseModel], ...]
    partitions: int = 4
    retention: timedelta | None = timedelta(days=7)
    compatibility: Literal["backward"] = "backward"


INTERACTIONS = Topic(
    name="kesher.interactions.v1",
    description="Interactions of all channels, verified, parsed and normalised by ingest",
    writer="ingest",
    readers=("profile",),
    key="keyed hash of the strongest identifier, else of the conversation, else of source and id",
    messages=(Interaction,),
    retention=timedelta(days=30),
)
PROFILES = Topic(
    name="kesher.profiles.v1",
    description="Interactions with their customer, identifiers that changed hands, what was pinned, and who was erased",
    writer="profile",
    readers=("journey", "duplicates"),
    key="profile id, and none of the policy",
    messages=(
        InteractionAttached,
        InteractionWithdrawn,
        IdentifiersMoved,
        ProfileErased,
        TraitPinned,
        TraitUnpinned,
        PolicyStated,
    ),
)
JOURNEYS = Topic(
    name="kesher.journeys.v1",
    description="Customers moving between stages or not when they should, stages in trouble, live, with corrections",
    writer="journey",
    readers=("live stream",),
    key="profile id, and of alerts the journey's key",
    messages=(
        JourneyTransitioned,
        JourneyOverdue,
        JourneyStalled,
        JourneyAbandoned,
        JourneyRetracted,
        JourneyActionRequested,
        JourneyAlertRaised,
        JourneyAlertCleared,
        JourneyAlertRetracted,
    ),
)
DEAD_LETTERS = Topic(
    name="kesher.deadletters.v1",
    description="Messages that could not be processed, to be looked at and played again",
    writer="every consumer",
    readers=("ingest",),
    key="topic, partition and offset of the message",
    messages=(DeadLetter,),
    partitions=1,
    retention=timedelta(days=90),
)
TOPICS = (INTERACTIONS, PROFILES, JOURNEYS, DEAD_LETTERS)
