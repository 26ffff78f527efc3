# ruff: noqa: RUF001 -- Hebrew is meant
"""The normal form of a name: what is left when case, points, accents, punctuation and titles are taken away."""

import re
import unicodedata
from functools import lru_cache

_FINAL_LETTERS = str.maketrans("םןץףך", "מנצפכ")
_LIGATURES = str.maketrans({"װ": "וו", "ױ": "וי", "ײ": "יי"})
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
# Inside a word these are dropped, so that Ya'akov is yaakov; whatever else is no letter ends the word.
_INSIDE_WORDS = re.compile(r"""(?<=\w)['"`´’‘‛“”ʼʻ′″׳״]""")
_NOT_NAME = re.compile(r"[\W_]+")
_LONGEST = 200  # characters of a name that are looked at
_NOT_APPLICABLE = "n a"
_LAWYER = re.compile(r"\bעורכ(?:ת)? דינ\b")  # its second word alone is a given name

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "professor",
        "sir",
        "madam",
        "adv",
        "advocate",
        "rabbi",
        "rav",
        "eng",
        "mister",
        "jr",
        "sr",
        "junior",
        "senior",
        "ii",
        "iii",
        "iv",
        "phd",
        "md",
        "esq",
        "מר",
        "גב",
        "גברת",
        "דר",
        "פרופ",
        "פרופסור",
        "עוד",
        "הרב",
        "רב",
        "אינג",
        "מהנדס",
    ]
)
# Placeholders, and who somebody is to somebody, as forms and address books have it.
_JUNK = frozenset(
    [
        "test",
        "tester",
        "testing",
        "unknown",
        "none",
        "null",
        "nil",
        "undefined",
        "anonymous",
        "anon",
        "guest",
        "customer",
        "client",
        "user",
        "admin",
        "name",
        "na",
        "nan",
        "noname",
        "caller",
        "private",
        "visitor",
        "someone",
        "nobody",
        "first",
        "last",
        "firstname",
        "lastname",
        "given",
        "family",
        "default",
        "demo",
        "sample",
        "example",
        "company",
        "info",
        "office",
        "support",
        "sales",
        "service",
        "contact",
        "subscriber",
        "asdf",
        "qwerty",
        "xxx",
        "mother",
        "father",
        "mom",
        "mum",
        "dad",
        "parent",
        "sister",
        "brother",
        "son",
        "daughter",
        "dau",
        "child",
        "children",
        "kid",
        "girl",
        "boy",
        "baby",
        "infant",
        "husband",
        "wife",
        "spouse",
        "partner",
        "grandson",
        "granddaughter",
        "grandmother",
        "grandfather",
        "nephew",
        "niece",
        "aunt",
        "uncle",
        "cousin",
        "man",
        "woman",
        "lady",
        "ladies",
        "gentleman",
        "gentlemen",
        "male",
        "female",
        "adult",
        "oldest",
        "youngest",
        "eldest",
        "minor",
        "inmate",
        "occupant",
        "resident",
        "tenant",
        "roommate",
        "senor",
        "senora",
        "hijo",
        "hija",
        "doe",
        "the",
        "of",
        "in",
        "and",
        "other",
        "person",
        "people",
        "friend",
        "work",
        "unavailable",
        "home",
        "mobile",
        "אמא",
        "אבא",
        "אימא",
        "אחות",
        "אח",
        "סבא",
        "סבתא",
        "בעל",
        "אישה",
        "הורה",
        "ילד",
        "ילדה",
        "תינוק",
        "תינוקת",
        "עבודה",
        "בית",
        "נייד",
        "חבר",
        "חברה",
        "שכנ",
        "שכנה",
        "בדיקה",
        "טסט",
        "לקוח",
        "לקוחה",
        "אורח",
        "אורחת",
        "אנונימי",
        "ידוע",
        "ידועה",
        "לא",
        "חסר",
        "אינ",
        "ריק",
        "פלוני",
        "אלמוני",
        "משתמש",
        "חסוי",
        "שמ",
        "מתקשר",
        "כללי",
    ]
)


@lru_cache(maxsize=65_536)
def normal_form(text: str) -> str:
    """`text` as words of lower-case letters and digits between single spaces.

    Compatibility forms, case, points, accents, final letters, apostrophes and punctuation are folded away. Idempotent;
    empty when nothing is left.
    """
    if text.isascii():
        plain = text.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
        plain = "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf"}).casefold()
        plain = plain.translate(_FINAL_LETTERS).translate(_LIGATURES).translate(_UNDECOMPOSED)
    return _NOT_NAME.sub(" ", _INSIDE_WORDS.sub("", plain)).strip()


@lru_cache(maxsize=65_536)
def words(text: str) -> tuple[str, ...]:
    """The words of a name in normal form, without titles; none where the text is missing or is no name at all."""
    plain = normal_form(text[:_LONGEST])
    found = tuple(word for word in _LAWYER.sub("", plain).split(" ") if word and word not in _TITLES)
    if (
        plain == _NOT_APPLICABLE
        or not found
        or any(not word.isalpha() for word in found)
        or all(word in _JUNK for word in found)
    ):
        return ()
    if all(len(set(word)) == 1 and len(word) > 2 for word in found):  # noqa: PLR2004 - "aaa" is nobody's name
        return ()
    return found
