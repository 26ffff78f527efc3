"""Reasons in words, for people."""

from services.profile.domain.claims import BIRTH_DATES_DIFFER, NAMES_DIFFER
from services.profile.domain.resolve import CLAIMED, LIMIT, SEPARATED, SHARED

_WORDS = {
    SHARED: "This identifier is linked to too many different people to tell them apart, so it joins nobody.",
    CLAIMED: "Somebody typed this, and nobody has verified it yet.",
    SEPARATED: "A steward decided that these are different people.",
    NAMES_DIFFER: "The names differ, and no nickname, spelling or slip explains it.",
    BIRTH_DATES_DIFFER: "The birth dates differ.",
}


def explain(reason: str) -> str:
    """A held link's reason as a sentence."""
    kind, _, namespace = reason.partition(":")
    if kind == LIMIT:
        return f"Together they would have more values of {namespace} than one person may."
    return _WORDS[kind]
