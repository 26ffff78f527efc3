"""Rule 9: what identity resolution did with each interaction, from a closed set."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from services.profile.domain.resolve import Pair, pair
from services.profile.store import Member
from services.profile.work import Spotted, Work


def judge(work: Work) -> None:
    """Gives every new interaction of the batch its outcome; the first one of a new profile created it."""
    made = {label.profile for label in work.changes.new_labels}
    held = {p for p, reason in work.held.items() if reason}
    for one in work.spotted:
        one.outcome = _outcome(one, work, made, held)


def _outcome(one: Spotted, work: Work, made: set[str], held: AbstractSet[Pair]) -> str:
    if not one.identifiers:
        if one.joined is not None:
            return "attached"
        return "blocked" if one.sighting.blocked else "unidentified"
    anchor = one.identifiers[0]
    profile = work.member(anchor).profile
    created = profile in made
    if created:
        made.remove(profile)
    if len(one.identifiers) > 1:
        if held and not held.isdisjoint([pair(anchor, other) for other in one.identifiers[1:]]):
            return "held"
        if _met_in_several(one.identifiers, work.before):
            return "merged"
    return "created" if created else "attached"


def _met_in_several(identifiers: Sequence[int], before: Mapping[int, Member]) -> bool:
    """Whether they were not all one person's when the batch began."""
    profile = None
    for member in map(before.get, identifiers):
        if member is not None:
            if profile is not None and member.profile != profile:
                return True
            profile = member.profile
    return False
