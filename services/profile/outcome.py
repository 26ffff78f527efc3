"""Rule 9: what identity resolution did with each interaction, from a closed set."""

from services.profile.domain.labels import Label
from services.profile.domain.resolve import pair
from services.profile.work import Spotted, Work


def judge(work: Work) -> None:
    """Gives every new interaction of the batch its outcome; the first one of a new profile created it."""
    made = set(work.changes.new_labels)
    for one in work.spotted:
        one.outcome = _outcome(one, work, made)


def _outcome(one: Spotted, work: Work, made: set[Label]) -> str:
    if not one.identifiers:
        return "blocked" if one.sighting.blocked else "unidentified"
    anchor, *others = one.identifiers
    label = work.member(anchor).label
    created = label in made
    made.discard(label)
    if any(work.held.get(pair(anchor, other)) for other in others):
        return "held"
    if len({work.before[i].label for i in one.identifiers if i in work.before}) > 1:
        return "merged"
    return "created" if created else "attached"
