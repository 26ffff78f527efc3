"""Rule 9: what identity resolution did with each interaction, from a closed set."""

from services.profile.domain.resolve import pair
from services.profile.work import Spotted, Work


def judge(work: Work) -> None:
    """Gives every new interaction of the batch its outcome; the first one of a new profile created it."""
    made = {label.profile for label in work.changes.new_labels}
    for one in work.spotted:
        one.outcome = _outcome(one, work, made)


def _outcome(one: Spotted, work: Work, made: set[str]) -> str:
    if not one.identifiers:
        return "blocked" if one.sighting.blocked else "unidentified"
    anchor, *others = one.identifiers
    profile = work.member(anchor).label.profile
    created = profile in made
    made.discard(profile)
    if others:
        if any(work.held.get(pair(anchor, other)) for other in others):
            return "held"
        if len({work.before[i].label.profile for i in one.identifiers if i in work.before}) > 1:
            return "merged"
    return "created" if created else "attached"
