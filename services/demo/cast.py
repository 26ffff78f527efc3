"""Invented customers. Their numbers and addresses are of ranges kept for fiction; nobody is meant."""

from dataclasses import dataclass
from random import Random

_GIVEN = (
    ("נועה", "he"),
    ("איתי", "he"),
    ("שירה", "he"),
    ("עומר", "he"),
    ("תמר", "he"),
    ("יונתן", "he"),
    ("מאיה", "he"),
    ("אורי", "he"),
    ("Emma", "en"),
    ("Liam", "en"),
    ("Olivia", "en"),
    ("Ethan", "en"),
    ("Grace", "en"),
    ("Daniel", "en"),
    ("Sofia", "en"),
    ("Adam", "en"),
)
_FAMILY = {
    "he": ("מזרחי", "ביטון", "אברהם", "פרידמן", "דהן", "שפירא", "אזולאי", "גולן"),
    "en": ("Walker", "Bennett", "Hughes", "Foster", "Reed", "Coleman", "Marsh", "Doyle"),
}
_DOMAINS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class Person:
    """One customer with every identifier that some channel may know; `number` makes them the person's own."""

    number: int
    given: str
    family: str
    language: str = "en"
    own_phone: str | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def customer_id(self) -> str:
        """The number in the organisation's own books."""
        return f"C-{104_000 + self.number * 7}"

    @property
    def loyalty_id(self) -> str:
        """The number on the loyalty card."""
        return f"729{4_410_000_000 + self.number * 13}"

    @property
    def email(self) -> str:
        """The person's own address."""
        return f"customer.{self.number:03}@{_DOMAINS[self.number % len(_DOMAINS)]}"

    @property
    def phone(self) -> str:
        """The phone that the person answers, in E.164."""
        return self.own_phone or fictitious_phone(self.number, self.language)

    @property
    def device(self) -> str:
        """The browser's anonymous id."""
        return f"browser-{self.number:03}-a7f3"

    @property
    def shopify_id(self) -> int:
        """The customer number in the web shop."""
        return 6_940_000_000_000 + self.number * 31


def fictitious_phone(number: int, language: str) -> str:
    """A number that no carrier gives out; different for each `number` below 100 (English) or 10,000 (Hebrew)."""
    return f"+97255501{number:04}" if language == "he" else f"+120255501{number:02}"


HOUSEHOLD_PHONE = "+972555019001"
RECYCLED_PHONE = "+972555019002"
KIOSK = "kiosk-tel-aviv-1"

DANA = Person(1, "דנה", "כהן", "he")
AVI = Person(2, "אבי", "לוי", "he", own_phone=HOUSEHOLD_PHONE)
YAEL = Person(3, "יעל", "לוי", "he", own_phone=HOUSEHOLD_PHONE)
RUTH = Person(4, "רות", "ברק", "he", own_phone=RECYCLED_PHONE)
GUY = Person(5, "גיא", "סלע", "he", own_phone=RECYCLED_PHONE)
MARCUS = Person(6, "Marcus", "Webb")
HANNAH = Person(7, "Hannah", "Price")
OREN = Person(8, "אורן", "דיין", "he")
PRIYA = Person(9, "Priya", "Nair")
JONAH = Person(10, "Jonah", "Ellis")
MIRIAM = Person(11, "מרים", "אלון", "he")
NORTHWIND = Person(12, "Nora", "Castle (Northwind Logistics)")

NAMED = (DANA, AVI, YAEL, RUTH, GUY, MARCUS, HANNAH, OREN, PRIYA, JONAH, MIRIAM, NORTHWIND)


def passers_by(seed: int, number: int = 60) -> tuple[Person, ...]:
    """Customers without a story of their own, the same for the same seed."""
    choice = Random(seed)  # noqa: S311 -- a cast, not a secret
    people = []
    for place in range(number):
        given, language = choice.choice(_GIVEN)
        people.append(Person(20 + place, given, choice.choice(_FAMILY[language]), language))
    return tuple(people)
