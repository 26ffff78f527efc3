"""Contested components: many people, each of whom shares a telephone with the next, so that the rules hold links."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.stated import Identifiers, stating
from tests.bench.traffic import FIRST_NAMES


@dataclass(frozen=True, slots=True)
class Component:
    """`values` are the interactions that make it; `links` are some that they show, each by its two identifiers.

    In turns one that is held and others that join: as the earliest of all, the former moves a telephone.
    """

    name: str
    identifiers: int
    values: Sequence[bytes]
    links: Sequence[Identifiers]

    def touch(self, number: int) -> bytes:
        """An earlier witness of one of its links, the `number`-th and each the earliest."""
        return stating(f"touch-{self.name}-{number}", -1 - number, self.links[number % len(self.links)])


def by_number(name: str, identifiers: int) -> Component:
    """People with customer number, telephone, e-mail and device, kept apart by their numbers."""
    people = identifiers // 4
    numbers = [("customer_id", f"c-{name}-{person}") for person in range(people)]
    phones = [("phone", f"+97253{person:07d}") for person in range(people)]
    own = [
        [number, phone, ("email", f"{name}{person}@example.com"), ("device", f"dev-{name}-{person}")]
        for person, (number, phone) in enumerate(zip(numbers, phones, strict=True))
    ]
    shared = [[number, phone] for number, phone in zip(numbers[1:], phones, strict=False)]
    values = [stating(f"{name}-{place}", place, stated) for place, stated in enumerate([*own, *shared])]
    joining = [[number, phone] for number, phone, *_ in own]
    devices = [[number, device] for number, *_, device in own]
    links = [link for those in zip(shared, devices, joining, strict=False) for link in those]
    return Component(name, 4 * people, values, links)


def by_name(name: str, identifiers: int) -> Component:
    """People with e-mail and telephone, kept apart by what they call themselves."""
    people = identifiers // 2
    emails = [("email", f"{name}{person}@example.com") for person in range(people)]
    phones = [("phone", f"+97252{person:07d}") for person in range(people)]
    own = [[email, phone] for email, phone in zip(emails, phones, strict=True)]
    shared = [[email, phone] for email, phone in zip(emails[1:], phones, strict=False)]
    values = [
        stating(f"{name}-{place}", place, stated, {"first_name": FIRST_NAMES[place % people % len(FIRST_NAMES)]})
        for place, stated in enumerate(own)
    ]
    values += [stating(f"{name}-{people + place}", people + place, stated) for place, stated in enumerate(shared)]
    links = [link for those in zip(shared, own, strict=False) for link in those]
    return Component(name, 2 * people, values, links)
