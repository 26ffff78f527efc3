"""Consent: an append-only ledger per identifier and purpose. Nothing is added up, and a merge grants nobody anything.

For one identifier the latest word counts. Of a person, made of several identifiers, the most restrictive one does: who
refused as one of them has refused. After a split each identifier has its own words again, since none was ever moved.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

NotCounted = Literal["claimed", "older", "overruled", "agrees"]
"""Why a word is not the one that decides.

`claimed`: whoever typed the address allowed it. `older`: as the same identifier something else was said later.
`overruled`: an allowance, and the person refused as another of their identifiers. `agrees`: it says the same.
"""


class Said(NamedTuple):
    """What one interaction said about one purpose, on behalf of the identifier that it hangs on.

    The fields stand in the order in which they decide which of two words is the later one: at the same moment a
    refusal is. `verified` says whether the identifier was vouched for.
    """

    at: datetime
    refused: bool
    event_id: str
    source: str
    verified: bool
    method: str | None
    wording: str | None

    @property
    def counts(self) -> bool:
        """Anybody may refuse for an address that they typed; only its owner may allow."""
        return self.refused or self.verified


class Consent(NamedTuple):
    """How a person stands to one purpose: the identifier and the words that decide it."""

    granted: bool
    identifier: int
    said: Said


class Uncounted(NamedTuple):
    """A word that does not decide, and why."""

    identifier: int
    said: Said
    why: NotCounted


class Standing(NamedTuple):
    """All that was said about one purpose: what decides it, None where only claims were made, and the rest."""

    consent: Consent | None
    others: Sequence[Uncounted]


def consents(ledger: Mapping[int, Mapping[str, Sequence[Said]]]) -> dict[str, Consent]:
    """A person's consents by purpose, from the words said as each of its identifiers. Order does not matter."""
    standing: dict[str, list[Consent]] = {}
    for identifier, purposes in ledger.items():
        for purpose, words in purposes.items():
            last = _last(words)
            if last is not None:
                standing.setdefault(purpose, []).append(Consent(not last.refused, identifier, last))
    return {purpose: _most_restrictive(those) for purpose, those in sorted(standing.items())}


def standings(ledger: Mapping[int, Mapping[str, Sequence[Said]]]) -> dict[str, Standing]:
    """Where a person stands by purpose, with the words that do not decide, the latest first."""
    decided = consents(ledger)
    return {
        purpose: _standing(
            {one: those[purpose] for one, those in ledger.items() if purpose in those}, decided.get(purpose)
        )
        for purpose in sorted({purpose for those in ledger.values() for purpose in those})
    }


def _standing(words: Mapping[int, Sequence[Said]], consent: Consent | None) -> Standing:
    others: list[Uncounted] = []
    for identifier, those in words.items():
        last = _last(those)
        decisive = consent is not None and identifier == consent.identifier
        rest = [said for said in those if not (decisive and said is last)]
        others += [Uncounted(identifier, said, _why(said, last, consent)) for said in rest]
    return Standing(consent, sorted(others, key=lambda one: (_order(one.said), one.identifier), reverse=True))


def _why(said: Said, last: Said | None, consent: Consent | None) -> NotCounted:
    if not said.counts:
        return "claimed"
    if said is not last or consent is None:
        return "older"
    return "agrees" if consent.granted is not said.refused else "overruled"


def _last(words: Iterable[Said]) -> Said | None:
    return max((said for said in words if said.counts), key=_order, default=None)


def _most_restrictive(those: Iterable[Consent]) -> Consent:
    return max(those, key=lambda one: (not one.granted, _order(one.said), one.identifier))


def _order(said: Said) -> tuple[datetime, bool, str, str, bool, str, str]:
    return *said[:5], said.method or "", said.wording or ""
