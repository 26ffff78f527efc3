"""All measures whose figures are made of facts, by name."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from services.journey.domain.measures.ces import ces
from services.journey.domain.measures.channel_switches import channel_switches
from services.journey.domain.measures.churn_risk import churn_risk
from services.journey.domain.measures.containment import containment
from services.journey.domain.measures.csat import csat
from services.journey.domain.measures.effort import effort
from services.journey.domain.measures.emotion import emotion
from services.journey.domain.measures.first_contact_resolution import first_contact_resolution
from services.journey.domain.measures.handle import handle
from services.journey.domain.measures.leakage import leakage
from services.journey.domain.measures.nps import nps
from services.journey.domain.measures.preventable import preventable
from services.journey.domain.measures.progress import progress
from services.journey.domain.measures.promise_gap import promise_gap
from services.journey.domain.measures.reidentified import reidentified
from services.journey.domain.measures.repeat_contacts import repeat_contacts
from services.journey.domain.measures.satisfaction_change import satisfaction_change
from services.journey.domain.measures.story import Fact, Story
from services.journey.domain.measures.time_in_stage import time_in_stage
from services.journey.domain.measures.transfers import transfers
from services.journey.domain.measures.wait import wait
from services.journey.domain.measures.walk import Walk


class Measure(StrEnum):
    """The name of a measure; its module has the formula."""

    WAIT = "wait"
    HANDLE = "handle"
    TRANSFERS = "transfers"
    REIDENTIFIED = "reidentified"
    CHANNEL_SWITCHES = "channel_switches"
    REPEAT_CONTACTS = "repeat_contacts"
    FIRST_CONTACT_RESOLUTION = "first_contact_resolution"
    CONTAINMENT = "containment"
    LEAKAGE = "leakage"
    PREVENTABLE = "preventable"
    PROMISE_GAP = "promise_gap"
    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    EMOTION = "emotion"
    CHURN_RISK = "churn_risk"
    SATISFACTION_CHANGE = "satisfaction_change"
    TIME_IN_STAGE = "time_in_stage"
    EFFORT = "effort"
    PROGRESS = "progress"


UNITS: dict[Measure, str] = {
    Measure.WAIT: "seconds",
    Measure.HANDLE: "seconds",
    Measure.TRANSFERS: "transfers",
    Measure.REIDENTIFIED: "share",
    Measure.CHANNEL_SWITCHES: "share",
    Measure.REPEAT_CONTACTS: "share",
    Measure.FIRST_CONTACT_RESOLUTION: "share",
    Measure.CONTAINMENT: "share",
    Measure.LEAKAGE: "share",
    Measure.PREVENTABLE: "share",
    Measure.PROMISE_GAP: "share",
    Measure.NPS: "points",
    Measure.CSAT: "percent",
    Measure.CES: "points",
    Measure.EMOTION: "share",
    Measure.CHURN_RISK: "share",
    Measure.SATISFACTION_CHANGE: "share",
    Measure.TIME_IN_STAGE: "seconds",
    Measure.EFFORT: "weight",
    Measure.PROGRESS: "stages",
}
"""What the mean of a measure's facts is in."""

OF_STORIES: dict[Measure, Callable[[Story], Iterable[Fact]]] = {
    Measure.WAIT: wait,
    Measure.HANDLE: handle,
    Measure.TRANSFERS: transfers,
    Measure.REIDENTIFIED: reidentified,
    Measure.CHANNEL_SWITCHES: channel_switches,
    Measure.REPEAT_CONTACTS: repeat_contacts,
    Measure.FIRST_CONTACT_RESOLUTION: first_contact_resolution,
    Measure.CONTAINMENT: containment,
    Measure.LEAKAGE: leakage,
    Measure.PREVENTABLE: preventable,
    Measure.PROMISE_GAP: promise_gap,
    Measure.NPS: nps,
    Measure.CSAT: csat,
    Measure.CES: ces,
    Measure.EMOTION: emotion,
    Measure.CHURN_RISK: churn_risk,
    Measure.SATISFACTION_CHANGE: satisfaction_change,
}
"""The same in every kind of journey."""
OF_WALKS: dict[Measure, Callable[[Story, Walk], Iterable[Fact]]] = {
    Measure.TIME_IN_STAGE: time_in_stage,
    Measure.EFFORT: effort,
    Measure.PROGRESS: progress,
}
"""Of one kind of journey."""
