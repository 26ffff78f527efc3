"""Answers to surveys, brought to one scale."""

from services.journey.domain.measures.reading import number, sentiment
from services.journey.domain.model import Interaction

LOWEST, HIGHEST = 0.0, 10.0
"""The scale of a survey that does not state its own."""


def answer(interaction: Interaction, kind: str | None = None) -> float | None:
    """Where the answer lies between the lowest (0) and the highest (1) of its scale; of this kind, if one is named."""
    survey = interaction.fields.get("survey")
    score = number(interaction, "survey", "score")
    if not isinstance(survey, dict) or score is None or (kind is not None and survey.get("kind") != kind):
        return None
    lowest, highest = (
        _or(number(interaction, "survey", end), given) for end, given in (("lowest", LOWEST), ("highest", HIGHEST))
    )
    return min(1.0, max(0.0, (score - lowest) / (highest - lowest))) if highest > lowest else None


def satisfaction(interaction: Interaction) -> float | None:
    """From 0 to 1: the answer to a survey, or else the sentiment of what was said."""
    answered = answer(interaction)
    if answered is not None:
        return answered
    said = sentiment(interaction)
    return None if said is None else (said + 1) / 2


def _or(value: float | None, given: float) -> float:
    return given if value is None else value
