"""What stewards may do about a person who wants to be forgotten: see how much there is, and erase it."""

from uuid import UUID

from services.profile.erasure.due_letters import DueLetters
from services.profile.erasure.erase import Eraser, ErasureWish
from services.profile.erasure.views import ErasedCounts, ErasureAnswer, ErasurePreview, ErasureRequest
from services.profile.reading.port import Note, ProfileReads
from services.profile.reading.unknown import unknown
from services.profile.store import ErasingUnit, Erasure, LettersDue, Store
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import NotFound


class Erasing:
    """Erasures and their trials. Of each its author and reason are kept, and every look at a person noted."""

    def __init__(self, store: Store, reads: ProfileReads, eraser: Eraser, letters: DueLetters, clock: Clock) -> None:
        self._store = store
        self._reads = reads
        self._eraser = eraser
        self._letters = letters
        self._clock = clock

    async def preview(self, profile_id: UUID, steward: Person) -> ErasurePreview:
        """What an erasure would take. Raises what making it would raise, and Gone."""
        live = await self._reads.live(str(profile_id))
        if live is None:
            raise await unknown(self._reads, str(profile_id))
        await self._note(steward, "erasure preview", live)
        try:
            await self._store.run_alone(lambda unit: self._try(unit, live, steward.subject))
        except _Tried as tried:
            letters = await self._letters.count(tried.due) if tried.due else 0
            return ErasurePreview(profile_id=live, seal=tried.seal, erases=_counts(tried.erasure, letters))
        raise AssertionError("a trial always ends so")

    async def erase(self, profile_id: UUID, asked: ErasureRequest, steward: Person) -> ErasureAnswer:
        """Erases whoever answers to this id; asked again, tells the same, and goes on with dead letters.

        Raises NotFound, Gone or Contradicted.
        """
        wish = ErasureWish(str(profile_id), asked.reason, steward.subject, asked.seal)
        try:
            done, _ = await self._store.run_alone(lambda unit: self._eraser.erase(unit, wish))
        except NotFound:
            raise await unknown(self._reads, str(profile_id)) from None
        await self._note(steward, "erasure", done.profile)
        letters = await self._letters.after(done.id)
        return ErasureAnswer(
            profile_id=done.profile,
            erased=_counts(done, letters or 0),
            complete=letters is not None,
            author=done.author,
            reason=done.reason,
            at=done.at,
        )

    async def _try(self, unit: ErasingUnit, live: str, author: str) -> None:
        """Ends in an error, so that nothing is committed."""
        seal = await self._eraser.seal(unit, live)
        erasure, due = await self._eraser.erase(unit, ErasureWish(live, "a trial", author, seal))
        raise _Tried(erasure, seal, due)

    async def _note(self, steward: Person, action: str, profile: str) -> None:
        await self._reads.note(Note(self._clock.now(), steward.subject, sorted(steward.roles), action), profile)


class _Tried(Exception):
    """What a trial came to."""

    def __init__(self, erasure: Erasure, seal: str, due: LettersDue | None) -> None:
        super().__init__()
        self.erasure = erasure
        self.seal = seal
        self.due = due


def _counts(erasure: Erasure, letters: int) -> ErasedCounts:
    return ErasedCounts(
        identifiers=erasure.identifiers,
        kept=erasure.kept,
        interactions=erasure.interactions,
        decisions=erasure.decisions,
        pins=erasure.pins,
        mentioned=erasure.mentioned,
        dead_letters=letters,
    )
