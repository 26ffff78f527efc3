"""What profiles' new interactions at the end of their timelines lead to, and what is to be said about it.

New to them: what was told of another profile that had them before is corrected.
"""

from collections.abc import Sequence
from datetime import datetime

from services.journey.actions.cued import fresh
from services.journey.announce import event_id, transition_id, transitioned
from services.journey.domain.cues import Cause
from services.journey.domain.definition import Definition
from services.journey.domain.fold import fold_if_concerned
from services.journey.domain.known import failures
from services.journey.domain.lapses import next_due
from services.journey.domain.model import Interaction, Journey, Lapse, Pain, Transition
from services.journey.lapsing import tell
from services.journey.outcome import Outcome
from services.journey.shapes import reshape
from services.journey.store import JourneyRow, ProfileState, StoredLapse, StoredTransition
from services.journey.told import Told


class Growth:
    """Collects the changes of one profile after another; `now` is the time of messages.

    What was `told` of others and holds of these profiles now is taken out of it.
    """

    def __init__(self, now: datetime, told: Told) -> None:
        self._now = now
        self._told = told
        self._profile = ""
        self._state = ProfileState()
        self.outcome = Outcome()

    def begin(self, profile: str, state: ProfileState) -> None:
        """Goes on to another profile, which will be in this state."""
        self._profile, self._state = profile, state
        self.outcome.changes.profiles[profile] = state
        self.outcome.changes.failures += failures(state.known, state.position)

    def add(self, definition: Definition, timeline: Sequence[Interaction], latest: Journey | None) -> None:
        """Folds the profile's new interactions on from `latest`."""
        folded, changes, profile = fold_if_concerned(definition, latest, timeline), self.outcome.changes, self._profile
        if folded is None:
            return
        changes.failures += folded.failures
        if not folded.journeys:
            return
        known = 0 if latest is None else latest.number
        for number, journey in folded.journeys.items():
            due = next_due(definition, journey)
            row = JourneyRow(profile, definition.key, definition.version, journey, due)
            if number > known or latest is None:
                changes.new_journeys.append(row)
            else:
                changes.journeys.append(row)
                reshape(changes.reshaped, definition.key, latest, journey)
        changes.pains += [(profile, pain) for pain in folded.pains]
        news = [step for step in folded.transitions if self._say(step)]
        told = self._tell(folded.lapses) if folded.lapses else ()
        if folded.cues:
            called_for = [cue for cue in folded.cues if self._is_news(cue.cause, news, told)]
            changes.cued += fresh(profile, called_for, self._now)

    def _say(self, step: Transition) -> bool:
        """Whether it was not told before, of whoever had its interaction."""
        stored = StoredTransition(transition_id(step), self._state.generation, self._profile, step)
        known = self._told.transitions.pop(stored.id, None)
        changes, corrects = self.outcome.changes, event_id(known) if known else None
        changes.gone_transitions += [known] if known else []
        changes.new_transitions.append(stored)
        self.outcome.messages.append(transitioned(stored, corrects, self._now, self._state.segments))
        return known is None

    def _is_news(self, cause: Cause, steps: Sequence[Transition], lapses: Sequence[Lapse]) -> bool:
        if isinstance(cause, Lapse):
            return cause in lapses
        return not self._told.had_met(cause) if isinstance(cause, Pain) else cause in steps

    def _tell(self, lapses: Sequence[Lapse]) -> Sequence[Lapse]:
        """Tells those that were not; these."""
        told = [lapse for lapse in lapses if self._state.lapsed is None or lapse.at > self._state.lapsed]
        for lapse in told:
            tell(
                self.outcome,
                StoredLapse(self._profile, self._state.generation, lapse),
                None,
                self._now,
                self._state.segments,
            )
        return told
