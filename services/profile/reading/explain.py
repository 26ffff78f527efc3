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

_OUTCOMES = {
    "attached": "It was added to a customer who was known already.",
    "created": "It was the first of a new customer.",
    "merged": "It showed that several customers are one.",
    "held": "It was added to its customer; a connection that it shows was not trusted.",
    "blocked": "None of its identifiers could mean anybody.",
    "unidentified": "It names nobody.",
    "duplicate": "It had come before.",
    "stale_revision": "A later version of it had come before.",
}
JOINED = "It names nobody, and was added to the customer of its conversation."
LOGGED_IN = "It is anonymous, and was added to who had logged in on this device around then."
AMBIGUOUS = "It is anonymous on a device that several people use, and nobody had logged in there around then."
JOINS = "Its source vouches for both. The strongest links come first, then the oldest: this one joined the two."
AGREES = "Its source vouches for both. What is stronger or older had joined the two already."
OF_SEVERAL = "Several people use this device, so it joins none of them."
_BLOCKED = {
    "junk": "A placeholder, or a value that says nothing.",
    "own": "One of the organisation's own.",
    "short": "Too short for a telephone number: an extension, perhaps.",
    "malformed": "Not of this kind's form.",
    "namespace": "A kind of identifier that is not configured.",
}


def explain_outcome(outcome: str) -> str:
    """What became of an interaction, as a sentence."""
    return _OUTCOMES[outcome]


def explain_blocked(reason: str) -> str:
    """Why an identifier could not mean anybody, as a sentence."""
    return _BLOCKED[reason]


def explain(reason: str) -> str:
    """A held link's reason as a sentence."""
    kind, _, namespace = reason.partition(":")
    if kind == LIMIT:
        return f"Together they would have more values of {namespace} than one person may."
    return _WORDS[kind]
