"""A made-up population with known duplicates."""

import random

from services.profile.domain.matching import Person, person

_GIVEN = (
    *(["Dana", "Moshe", "Yael", "Noa", "Avi", "Ruth", "Daniel", "Maria", "Robert", "Susan"]),
    *(["Helen", "Omar", "Lina", "Peter", "Igor", "Olga", "Tamar", "Eli", "Rina", "Sami"]),
)
_FAMILY = (
    *(["Cohen", "Levi", "Mizrahi", "Peretz", "Biton", "Katz", "Smith", "Jones"]),
    *(["Miller", "Garcia", "Novak", "Haddad", "Petrov", "Weiss", "Fischer", "Nasser"]),
)
_STREETS = ["Herzl", "Allenby", "Dizengoff", "Rothschild", "Oak", "Elm", "Station", "Church", "Market", "Hill"]


def population(size: int, seed: int = 7) -> dict[str, Person]:
    """`p<n>`, and for every third one also `q<n>`, the same person with slips."""
    chance = random.Random(seed)
    people: dict[str, Person] = {}
    for number in range(size):
        values = {
            "given": chance.choice(_GIVEN),
            "family": chance.choice(_FAMILY),
            "birth_date": f"{chance.randint(1940, 2005)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            "street": chance.choice(_STREETS),
            "house": str(chance.randint(1, 150)),
            "city": chance.choice(["Haifa", "Jerusalem", "Eilat"]),
        }
        people[f"p{number}"] = person(**values)
        if number % 3 == 0:
            people[f"q{number}"] = person(**_with_slips(values, chance))
    return people


def _with_slips(values: dict[str, str], chance: random.Random) -> dict[str, str]:
    spoilt = dict(values)
    field = chance.choice(list(values))
    text = values[field]
    place = chance.randrange(len(text))
    spoilt[field] = chance.choice(["", text[:place] + chance.choice("xyz7") + text[place + 1 :]])
    return spoilt
