"""Whose a conversation is: what names nobody in it hangs on that customer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key


class Speaking(Protocol):
    """An identifier that interactions of a conversation hang on."""

    @property
    def identifier(self) -> int:
        """Its number."""

    @property
    def key(self) -> Key:
        """What it is."""

    @property
    def verified(self) -> bool:
        """Whether it was verified there."""

    @property
    def first(self) -> datetime:
        """The least event time."""


def customer_of(speakers: Iterable[Speaking], policy: IdentityPolicy) -> int | None:
    """The identifier that the rest of a conversation hangs on: a verified one, then the strongest, then the earliest.

    A function of the set, so it does not matter what came first. None when nobody is named.
    """
    best = min(speakers, key=lambda one: _rank(one, policy), default=None)
    return None if best is None else best.identifier


def _rank(one: Speaking, policy: IdentityPolicy) -> tuple[bool, int, datetime, Key]:
    return not one.verified, policy.strength(one.key.namespace), one.first, one.key
