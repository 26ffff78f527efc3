"""What a message says, word by word, for readers that cannot count on making sense of it."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key, Spotter
from services.profile.wire import WireIdentifier

LEAST_NUMBER = 100_000
"""A smaller number is a count or a measure, and no customer's."""
BETWEEN_WORDS = re.compile(r"[\"',;:&=<>|{}\[\]\r\n\t]+")


class Word(NamedTuple):
    """A text, and as which kind of identifier it is stated, if it is."""

    text: str
    namespace: str | None = None


class Said(NamedTuple):
    """The words of a message, with what it tells beside: sources and ids of interactions, its region and its time.

    Of one that names nobody, its source with what may be its conversation.
    """

    words: frozenset[Word]
    interactions: frozenset[tuple[str, str]] = frozenset()
    conversations: frozenset[tuple[str, str]] = frozenset()
    region: str | None = None
    time: datetime | None = None


class _Object(NamedTuple):
    """All pairs of a JSON object, also those whose name comes again."""

    pairs: Sequence[tuple[str, Any]]

    def text(self, name: str) -> str | None:
        value = next((value for key, value in self.pairs if key == name), None)
        return value if isinstance(value, str) else None


def said(message: bytes) -> Said:
    """What a message says: every text in it where it is JSON, else what stands between punctuation marks."""
    try:
        event = json.loads(message, object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return Said(frozenset(_pieces(message.decode(errors="replace"))))
    parts = list(_parts(event))
    words = frozenset(part for part in parts if isinstance(part, Word))
    objects = [part for part in parts if isinstance(part, _Object)]
    stated = frozenset((source, own) for one in objects if (source := one.text("source")) and (own := one.text("id")))
    outermost = event if isinstance(event, _Object) else _Object(())
    silent = frozenset() if any(word.namespace for word in words) else _conversations(outermost, objects)
    return Said(words, stated, silent, outermost.text("region"), _time(outermost.text("time")))


class Finder:
    """Finds identifiers among words, under a policy."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self._policy = policy
        self._spotter = Spotter(policy)

    def keys(self, words: Iterable[Word], namespaces: Sequence[str], regions: Sequence[str | None]) -> Iterator[Key]:
        """What words are as identifiers of these namespaces, in normal form; one that is stated is of its own alone."""
        for text, stated in words:
            for namespace in (stated,) if stated and self._policy.namespace(stated) else namespaces:
                found = (self._spotter.key(WireIdentifier(namespace, text), region) for region in regions)
                yield from (key for key in found if key)


def _parts(event: Any) -> Iterator[_Object | Word]:
    """An event's objects and words. Its own id is none: others' customers may have that number."""
    left = [event]
    while left:
        part = left.pop()
        if isinstance(part, _Object):
            yield part
            namespace = part.text("namespace")
            for name, value in part.pairs:
                yield Word(name)
                if namespace and name == "value" and isinstance(value, str):
                    yield Word(value, namespace)
                elif part is not event or name != "id":
                    left.append(value)
        elif isinstance(part, list):
            left += part
        elif text := _text(part):
            yield Word(text)


def _conversations(outermost: _Object, objects: Iterable[_Object]) -> frozenset[tuple[str, str]]:
    source = outermost.text("source")
    return frozenset((source, name) for one in objects if source and (name := one.text("conversation")))


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int and value >= LEAST_NUMBER else None


def _pieces(text: str) -> Iterator[Word]:
    yield from map(Word, {text, *BETWEEN_WORDS.split(text)})


def _time(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
