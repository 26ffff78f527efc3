"""What a part of the step leads to."""

from collections import Counter
from dataclasses import dataclass, field

from services.journey.domain.model import Lapse, Transition
from services.journey.store import Changes
from services.runtime.log import Message


@dataclass(slots=True)
class Outcome:
    """What is to be written, and what is to be said about it.

    So many of the messages are retractions, and so many of each kind of lapse. `news` are those, with their profiles,
    that were told for the first time.
    """

    changes: Changes = field(default_factory=Changes)
    messages: list[Message] = field(default_factory=list)
    retracted: int = 0
    lapses: Counter[str] = field(default_factory=Counter)
    news: set[tuple[str, Transition | Lapse]] = field(default_factory=set)
