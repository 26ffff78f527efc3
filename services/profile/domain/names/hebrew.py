# ruff: noqa: RUF001 -- Hebrew is meant
"""What a Hebrew spelling may sound like. Vowels are mostly unwritten: only vav, yod and the weak letters are seen."""

from functools import lru_cache

from services.profile.domain.names.sounds import Builder, Reading

_CONSONANTS: dict[str, tuple[str, ...]] = {
    "ב": ("b",),
    "ג": ("g", "J"),
    "ד": ("d",),
    "ז": ("z", "J"),
    "ח": ("x",),
    "ט": ("t",),
    "כ": ("k", "x"),
    "ל": ("l",),
    "מ": ("m",),
    "נ": ("n",),
    "ס": ("s",),
    "פ": ("p",),
    "צ": ("C", "c"),
    "ק": ("k",),
    "ר": ("r",),
    "ש": ("S", "s"),
    "ת": ("t",),
}
_WEAK = "אעה"

# Defective spellings in use, and the full spelling that says which vowel was left out. Rules cannot tell them from
# names that differ by that very vowel: רן and רון, תמר and תומר.
FULL_SPELLING = {
    "משה": "מושה",
    "שלמה": "שלומה",
    "אהרנ": "אהרונ",
    "כהנ": "כוהנ",
    "יעקב": "יעקוב",
    "נעמ": "נועמ",
    "נעה": "נועה",
    "נעמי": "נועמי",
    "עפר": "עופר",
    "עפרה": "עופרה",
    "עמר": "עומר",
    "עדו": "עידו",
    "עדנ": "עידנ",
    "דב": "דוב",
    "דוד": "דויד",
    "נח": "נוח",
    "צפורה": "ציפורה",
    "יהשע": "יהושוע",
    "גדעונ": "גידעונ",
    "אסנת": "אוסנת",
    "חזקיה": "חיזקיה",
    "נסימ": "ניסימ",
    "נסנ": "ניסנ",
    "חסינ": "חוסיינ",
    "מחמד": "מוחמד",
    "תהלה": "תהילה",
    "מרימ": "מירימ",
    "בנימינ": "בינימינ",
    "זהר": "זוהר",
    "רעי": "רועי",
    "רנה": "רינה",
    "רנת": "רינת",
    "שמחה": "סימחה",
    "תקוה": "תיקווה",
    "אביגדר": "אביגדור",
    "יהושע": "יהושוע",
    "יאשיהו": "יואשיהו",
    "מתתיהו": "מתיתיהו",
}


@lru_cache(maxsize=65_536)
def hebrew_readings(word: str) -> frozenset[Reading]:
    """Every reading of one Hebrew word in normal form."""
    full = FULL_SPELLING.get(word, word)
    return _read(full) | _read(full[:-1]) if full.endswith("יהו") else _read(full)  # Yirmiyahu is also Yirmiya


def _read(word: str) -> frozenset[Reading]:
    built = Builder(doubled_sound_once=False)
    last = len(word) - 1
    place = 0
    while place <= last:
        letter = word[place]
        if letter == "ו":
            place += _vav(built, word, place)
            continue
        if word.startswith("יי", place):
            built.vowel("Y")
            place += 1
        elif letter == "י":
            built.vowel("I")
        elif letter in _WEAK:
            _weak(built, word, place)
        elif letter in _CONSONANTS:
            sounds = _CONSONANTS[letter]
            built.consonant(*(sounds[:1] if letter == "כ" and place == 0 else sounds))
        place += 1
    return built.readings()


def _weak(built: Builder, word: str, place: int) -> None:
    if word[place] == "ה" and place == 0:
        built.consonant("h")
    elif not word.endswith("יא") or place < len(word) - 1:  # a closing alef after yod is not heard: Lavi, Sagi
        built.vowel("W")


def _vav(built: Builder, word: str, place: int) -> int:
    """Reads a vav, or two in a row; how many letters were read."""
    if word[place + 1 : place + 2] == "ו":
        built.vowel_or_consonant("O", "b") if place else built.consonant("b")
        return 2
    if place == 0:
        built.consonant("b")
    elif word.endswith("הו") and place == len(word) - 1:
        built.vowel("O")
    else:
        built.vowel_or_consonant("O", "b")
    return 1
