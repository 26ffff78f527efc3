"""What is known of a profile besides its journeys: the figures that rules read, and what follows from them."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

import msgspec

from services.journey.domain import profile_figures, profile_traits
from services.journey.domain.definition import Definition
from services.journey.domain.model import Failure, Position
from services.journey.domain.profile_figures import EVERYTHING, ProfileFigures, Wanted
from services.journey.domain.profile_questions import FAILED, Failed, Profile
from services.journey.domain.profile_traits import NO_TRAITS, ProfileTraits
from services.journey.domain.segments import Segment, members


class Known(msgspec.Struct, frozen=True, gc=False):
    """A profile's figures and traits, the segments that it is in, and a digest of what journeys' rules were told of it.

    Where the digest stays the same, each of these rules says of each interaction what it said before. Rules of segments
    and personas that `failed` just now are not kept with it.
    """

    figures: ProfileFigures
    segments: tuple[str, ...]
    told: str
    traits: ProfileTraits = NO_TRAITS
    failed: Sequence[Failed] = ()

    @property
    def p(self) -> Profile:
        """As rules see it."""
        return {**_fields(self.figures, self.traits), "segments": self.segments}


def for_profile(definition: Definition, known: Known | None) -> Definition:
    """The definition as it is for a profile of which this is known."""
    return definition.of(known.p) if known and definition.questions else definition


def known_of(
    segments: Iterable[Segment],
    definitions: Iterable[Definition],
    figures: ProfileFigures,
    traits: ProfileTraits,
    wanted: Wanted = EVERYTHING,
) -> Known:
    """What follows from these figures and traits; the segments are in order.

    Nothing reads more of the figures than is wanted.
    """
    fields = _fields(figures, traits, wanted)
    failed: list[Failed] = []
    within = members(segments, fields, failed)
    p = {**fields, "segments": within}
    asked = [definition for definition in definitions if definition.questions]
    answers = [definition.answers(p) for definition in asked]
    for definition, answer in zip(asked, answers, strict=True):
        if FAILED in answer:
            definition.persona_of(p, failed)
    told = blake2b(repr(answers).encode(), digest_size=12).hexdigest() if answers else ""
    return Known(figures, within, told, traits, failed)


def failures(known: Known | None, position: Position | None) -> list[Failure]:
    """What is to be kept of the rules that failed, on a profile whose last interaction is there."""
    return [Failure(*one, position) for one in known.failed] if known and position else []


def _fields(figures: ProfileFigures, traits: ProfileTraits, wanted: Wanted = EVERYTHING) -> Profile:
    return {"figures": profile_figures.as_rules_see(figures, wanted), "traits": profile_traits.as_rules_see(traits)}
