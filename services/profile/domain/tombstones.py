"""What is left of the erased: keyed hashes, so that who comes again is known and who was erased is not.

Without the key nobody can try out telephone numbers until one fits.
"""

import hmac
from functools import lru_cache

from services.profile.domain.sighting import Key

MARK_BYTES = 16
LEAST_KEY_BYTES = 32
REMEMBERED = 65_536


class Engraver:
    """Makes the marks of one key: the same for all processes of an installation, for as long as it is kept."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.identifier = lru_cache(maxsize=REMEMBERED)(self._identifier)
        self.seal = self._mark("seal")
        """The mark of the key itself: where it is missing, marks were made with another key."""

    def interaction(self, source: str, event_id: str) -> bytes:
        """The mark of an interaction, whatever its content."""
        return self._mark("interaction", source, event_id)

    def conversation(self, source: str, conversation: str) -> bytes:
        """The mark of a conversation."""
        return self._mark("conversation", source, conversation)

    def _identifier(self, key: Key) -> bytes:
        """The mark of an identifier in normal form."""
        return self._mark("identifier", *key)

    def _mark(self, *words: str) -> bytes:
        framed = "".join(f"{len(word)}:{word}" for word in words)
        return hmac.digest(self._key, framed.encode("utf-8", "surrogatepass"), "sha256")[:MARK_BYTES]
