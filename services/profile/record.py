"""What new interactions leave behind: their own rows, and traits on the identifier they hang on."""

import asyncio
import unicodedata

import msgspec

from services.profile.domain.consent import Said
from services.profile.stated import add_traits
from services.profile.store import StoredConsent, StoredInteraction
from services.profile.wire import WireMeasures
from services.profile.work import Spotted, Work
from services.runtime.arrays import literal

NAME_TRAITS = frozenset({"name", "first_name", "last_name", "given_name", "family_name", "full_name", "display_name"})
"""Traits that people search by."""

NO_MEASURES = WireMeasures()
AT_A_TIME = 1_000
"""More than others who give way, since the database waits for this."""


async def record(work: Work) -> None:
    """Fills the rows of the batch's interactions and their traits into `work.contents`, in the order of the log.

    Gives way in between, so that the database gets its next statement.
    """
    for place, one in enumerate(work.spotted, start=1):
        if place % AT_A_TIME == 0:
            await asyncio.sleep(0)
        work.contents.interactions.append(_row(one))
        data = one.incoming.data
        if not data.traits and not data.consents:
            continue
        anchor = one.anchor
        if anchor is not None:
            add_traits(work.contents.traits, one.incoming, anchor, verified=one.verified)
            work.contents.consents += _consents(one, anchor)


def _row(one: Spotted) -> StoredInteraction:
    incoming, identifiers, sighting = one.incoming, one.identifiers, one.sighting
    envelope, data = incoming.envelope, incoming.data
    measures = data.measures or NO_MEASURES
    return StoredInteraction(
        one.id,
        envelope.source,
        envelope.id,
        identifiers[0] if identifiers else one.joined,
        f"{{{identifiers[0]}}}" if len(identifiers) == 1 else literal(identifiers),
        identifiers[sighting.verified :] or None,
        envelope.time,
        data.channel,
        data.conversation,
        one.outcome,
        msgspec.json.encode(sighting.blocked).decode() if sighting.blocked else None,
        _milliseconds(measures.wait_seconds),
        _milliseconds(measures.handle_seconds),
        measures.transfers,
        data.revision,
        incoming.digest,
        incoming.body,
    )


def _consents(one: Spotted, anchor: int) -> list[StoredConsent]:
    """One line for each purpose; of two words about one, the refusal."""
    envelope, verified = one.incoming.envelope, one.verified
    said: dict[str, Said] = {}
    for each in one.incoming.data.consents:
        moment = each.at or envelope.time
        word = Said(moment, not each.granted, envelope.id, envelope.source, verified, each.method, each.wording)
        purpose = each.purpose.casefold()
        if purpose not in said or word.refused:
            said[purpose] = word
    return [StoredConsent(one.id, purpose, anchor, word) for purpose, word in said.items()]


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def search_words(name: str, value: str) -> str | None:
    """The form in which a trait is searched: case folded; None for traits that are no names."""
    if name not in NAME_TRAITS:
        return None
    stated = msgspec.json.decode(value)
    if not isinstance(stated, str) or not stated:
        return None
    return unicodedata.normalize("NFKC", stated).replace("\0", "").casefold()
