"""Which messages are about somebody who was erased."""

from datetime import timedelta

import pytest

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.erasure.letters import about
from services.profile.store import LettersDue
from tests.profile.running import ENGRAVER, NOW

BEFORE, LATER = NOW - timedelta(days=1), NOW + timedelta(seconds=1)
MARKS = {
    ENGRAVER.identifier(Key("phone", "+12025550123")),
    ENGRAVER.interaction("/call", "e1"),
    ENGRAVER.conversation("/chat", "talk 7"),
}
LABEL = "0199f3c0-1b2c-7d3e-8f40-5a6b7c8d9e0f"
DUE = LettersDue(frozenset(MARKS), NOW, frozenset({LABEL}), ("phone",), ("US",))
TOLD = about(DUE, ENGRAVER, IdentityPolicy())
DIALLED, SILENT = b'{"phone": "(202) 555-0123"%s}', b'{"source": "/chat", "data": {"conversation": "talk 7"}%s}'


@pytest.mark.parametrize("message", [DIALLED, SILENT])
def test_what_happened_later_is_about_somebody_new(message: bytes) -> None:
    of = {moment: message % f', "time": "{moment.isoformat()}"'.encode() for moment in (BEFORE, NOW, LATER)}
    assert [TOLD(of[moment], LATER) for moment in of] == [True, True, False]
    assert [TOLD(message % b"", at) for at in (NOW, LATER)] == [True, False]
    assert TOLD(of[LATER], NOW), "a message is no later than it was put aside"


def test_her_interactions_and_ids_are_hers_whenever() -> None:
    assert TOLD(b'{"source": "/call", "id": "e1"}', LATER)
    assert TOLD(b'["%s"]' % LABEL.encode(), LATER)
    assert not TOLD(b'{"source": "/call", "id": "e2"}', NOW)


def test_a_number_is_read_as_it_is_dialled_where_she_was() -> None:
    nowhere = about(DUE._replace(regions=()), ENGRAVER, IdentityPolicy())
    assert not nowhere(DIALLED % b"", NOW)
    assert nowhere(DIALLED % b', "region": "US"', NOW)
