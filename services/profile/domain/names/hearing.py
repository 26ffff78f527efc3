"""Whether two readings can be one spoken name: the same consonants, and vowels that do not contradict each other."""

import re
from functools import lru_cache

from services.profile.domain.names.sounds import Reading

# In a word with this many written letters, one vav or yod more or less is a habit of spelling (יעקב, יעקוב); in a
# shorter one it makes another name (רן, רון).
_LONG_WORD = 5

_DOUBLED = re.compile(r"(.)\1+")
_ANYWHERE, _FIRST, _LAST = range(3)


def across(hebrew: Reading, latin: Reading) -> bool:
    """A Hebrew and a Latin reading.

    What Hebrew writes must be heard. What it leaves out may be a or e anywhere, and i, o or u in a closed syllable.
    """
    if hebrew.consonants != latin.consonants:
        return False
    last = len(hebrew.slots) - 1
    for place, (written, heard) in enumerate(zip(hebrew.slots, latin.slots, strict=True)):
        closed = place + 1 < last and _closes(hebrew.slots[place + 1], latin.slots[place + 1])
        if not _voices(written, heard, _where(place, last), closed=closed):
            return False
    return True


def within_latin(one: Reading, other: Reading, *, strict: bool) -> bool:
    """Two Latin readings; `strict` asks for the same vowels, else for such as people write for one another."""
    if one.consonants != other.consonants:
        return False
    if strict:
        return one.slots == other.slots
    last = len(one.slots) - 1
    return all(
        _interchange(a, b, _where(place, last))
        for place, (a, b) in enumerate(zip(one.slots, other.slots, strict=True))
        if a != b
    )


def within_hebrew(one: Reading, other: Reading, *, letters: int, strict: bool) -> bool:
    """Two Hebrew readings; unless `strict`, one may have a weak letter more, or a vav or yod if `letters` are many."""
    if one.consonants != other.consonants:
        return False
    mine, theirs = ([slot.replace("Y", "I") for slot in reading.slots] for reading in (one, other))
    differing = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    if not differing:
        return True
    return (
        not strict
        and mine[-1] == theirs[-1]
        and len(differing) == 1
        and _one_mark_more(*differing[0], marks="WIO" if letters >= _LONG_WORD else "W")
    )


def _closes(written: str, heard: str) -> bool:
    """Whether the next slot begins with no vowel: there is none, or a weak letter comes first (Shim'on)."""
    return written.startswith("W") or not (written or heard)


def _where(place: int, last: int) -> int:
    if place == last:
        return _LAST
    return _FIRST if place == 0 else _ANYWHERE


@lru_cache(maxsize=4096)
def _voices(written: str, heard: str, where: int, *, closed: bool) -> bool:
    if "H" in heard:
        return "W" in written and _voices(written, _DOUBLED.sub(r"\1", heard.replace("H", "")), where, closed=closed)
    if where == _LAST:
        return re.fullmatch(_ending(written), heard) is not None
    if not written:
        unwritten = {"", "A", "E"} if where == _ANYWHERE else {""}
        return heard in unwritten or (closed and where == _ANYWHERE and heard in {"I", "O", "U"})
    if not heard and (where == _FIRST or written == "W"):
        return False
    if closed and written == "W":
        return re.fullmatch("[AE]*[IOU]?", heard) is not None
    return re.fullmatch(_inside(written, first=where == _FIRST), heard) is not None


def _inside(written: str, *, first: bool = False) -> str:
    """A pattern of what may be heard. A yod that opens a word, or a doubled one, may carry a vowel of its own (Yaniv,
    Dayan), as a weak letter right before a yod must (Meir, Maya).
    """
    if not first and written.startswith("WI"):
        return "[AE]+I" + _inside(written[2:])
    marks = {"I": "(?:[AE]*IE?|E)", "Y": "[AE]*I[AE]*", "O": "[AE]*[OU]+[AE]*", "W": "[AE]*"}
    opening = "[AE]*I[AE]*" if first and written.startswith("I") else ""
    return opening + "".join(marks[mark] for mark in written[bool(opening) :])


def _ending(written: str) -> str:
    if not written:
        return "E?"
    before = _inside(written[:-1]) if len(written) > 1 else "[AE]*"
    if written[-1] in "IY":
        return before + "IE?"
    if written[-1] == "O":
        return before + "[OU]+"
    return f"(?:{before})(?:(?<=[AE])|[AEO])"


@lru_cache(maxsize=4096)
def _interchange(one: str, other: str, where: int) -> bool:
    """Different Latin vowels that people write for the same sound: ei, ie and i; ou, u and o; a weak e or none."""
    if where == _FIRST and bool(one) != bool(other):
        return False
    pair = {_without_e(one), _without_e(other)}
    if len(pair) == 1:
        return True
    if pair == {"A", ""}:
        return where == _ANYWHERE or bool(one and other)
    if pair == {"I", ""}:
        return "E" in {one, other} and where != _LAST
    return pair == {"I", "AI"} and where != _LAST


def _without_e(vowels: str) -> str:
    return _DOUBLED.sub(r"\1", vowels.replace("E", "").replace("H", "").replace("U", "O"))


def _one_mark_more(one: str, other: str, *, marks: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return any(
        longer[place] in marks and longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
