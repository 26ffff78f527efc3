"""The consumer of dead letters: they are put into the table, but for those about people who were erased."""

from collections.abc import Sequence

from services.ingest.dead_letters import LetterStore, read_letter
from services.ingest.forgetting import OfTheErased, forget_the_erased
from services.runtime.clock import Clock
from services.runtime.handling import Refusal
from services.runtime.log import Record

CONSUMER_GROUP = "ingest-dead-letters"


class DeadLetterHandler:
    """Writes what comes on the topic of dead letters into the store."""

    def __init__(self, store: LetterStore, clock: Clock, of_the_erased: OfTheErased) -> None:
        self._store = store
        self._clock = clock
        self._of_the_erased = of_the_erased

    async def handle(self, records: Sequence[Record]) -> Sequence[Refusal]:
        """Keeps every record that is about nobody erased; refuses none."""
        letters = [read_letter(record, self._clock.now()) for record in records]
        await self._store.add(letters)
        await forget_the_erased(self._store, letters, self._of_the_erased)
        return ()
