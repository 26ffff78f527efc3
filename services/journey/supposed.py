"""Where somebody would stand who did all of this: a fold of interactions that nothing is kept of."""

from collections.abc import Iterable

from services.journey.domain.fold import fold
from services.journey.domain.model import Interaction
from services.journey.domain.profile_traits import Pinned
from services.journey.registry import Registry
from services.journey.store import Standing


def standing_if(registry: Registry, interactions: Iterable[Interaction], pins: Iterable[Pinned]) -> list[Standing]:
    """The latest journey of each definition, by its key, of whoever did this and has these pins."""
    timeline = sorted(interactions, key=lambda interaction: interaction.position)
    definitions = sorted(registry.of(registry.known(None, timeline, pins)), key=lambda definition: definition.key)
    latest = ((definition.key, fold(definition, None, timeline).latest) for definition in definitions)
    return [Standing(key, journey.stage, journey.entered_at) for key, journey in latest if journey]
