"""Consents as the API shows them: where a person stands to each purpose, and why the other words do not count."""

from collections.abc import Mapping
from typing import Any

from services.profile.domain.consent import Said, Standing, standings
from services.profile.reading.port import Holding
from services.profile.reading.present_traits import assurance
from services.profile.reading.views import ConsentView, ConsentWord, IdentifierView, UncountedWord


def consents(holdings: Mapping[int, Holding], named: Mapping[int, IdentifierView]) -> dict[str, ConsentView]:
    """Every purpose that was spoken of on behalf of one of these identifiers, each as `named` shows it."""
    standing = standings({node: holding.consents for node, holding in holdings.items()})
    return {purpose: _view(one, named) for purpose, one in standing.items()}


def _view(standing: Standing, named: Mapping[int, IdentifierView]) -> ConsentView:
    decided = standing.consent
    others = [UncountedWord(**_word(other.said, named[other.identifier]), why=other.why) for other in standing.others]
    if decided is None:
        return ConsentView(state="unknown", decided_by=None, others=others)
    word = ConsentWord(**_word(decided.said, named[decided.identifier]))
    return ConsentView(state="granted" if decided.granted else "refused", decided_by=word, others=others)


def _word(said: Said, identifier: IdentifierView) -> dict[str, Any]:
    return {
        "granted": not said.refused,
        "at": said.at,
        "identifier": identifier,
        "assurance": assurance(verified=said.verified),
        "source": said.source,
        "interaction": said.event_id,
        "method": said.method,
        "wording": said.wording,
    }
