"""Invented people who may be one, kept as long as one mock origin lives; a decision takes their pair away."""

from copy import deepcopy
from typing import Any

import mock_people as people

DANI = "0192f7a0-0000-7000-8000-0000000000da"
LINES: list[tuple[str, str, str, str, float]] = [
    ("birth_date", "swapped", "1980-03-04", "1980-04-03", 8.4),
    ("email", "part", "dana.cohen@example.com", "dana.cohen@example.org", 7.4),
    ("given", "spelling", "dana", "דנה", 3.3),
    ("family", "spelling", "cohen", "כהן", 3.3),
    ("city", "different", "haifa", "eilat", -2.6),
    ("rivals", "somebody else", "", "", -0.8),
]


class MockDuplicates:
    """Dana, who may be somebody of another e-mail address; and Yossi, who hardly is."""

    def __init__(self, profiles: dict[str, Any]) -> None:
        self.profiles = profiles
        twin = deepcopy(profiles[people.DANA])
        twin["id"] = DANI
        twin["identifiers"] = [people.identifier("email", "dana.cohen@example.org", 30, 2)]
        twin["traits"]["name"] = people.trait("Dana Cohen", "/store/main", 3)
        profiles[DANI] = twin
        self.pairs = [self._pair(DANI, people.DANA, 19.0, 0.993), self._pair(DANI, people.YOSSI, 11.2, 0.21)]

    def queue(self, cursor: str | None) -> dict[str, Any]:
        """A page of one, so that there is a next."""
        start = int(cursor or 0)
        following = str(start + 1) if start + 1 < len(self.pairs) else None
        return {"items": self.pairs[start : start + 1], "next": following}

    def pair(self, a: str, b: str) -> dict[str, Any]:
        """Two people and what each field says."""
        names = ("field", "level", "a", "b", "bits")
        one, other = self._short(a), self._short(b)
        return {
            "weight": sum(line[-1] for line in LINES),
            "probability": 0.993,
            "a": self.profiles[a],
            "b": self.profiles[b],
            "decide_a": one["decide_by"],
            "decide_b": other["decide_by"],
            "lines": [dict(zip(names, line, strict=True)) for line in LINES],
        }

    def effect(self) -> dict[str, Any]:
        """What deciding about the first pair changes: nobody."""
        both = [deepcopy(self.profiles[profile]) for profile in (DANI, people.DANA)]
        return {"decision": None, "seal": "5" * 32, "moves": [], "before": both, "after": deepcopy(both)}

    def decide(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Decides about the first pair."""
        del self.pairs[:1]
        identified = {"id": "0192f7a0-0000-7000-8000-0000000decff", "author": "maya"}
        return {
            **self.effect(),
            "seal": None,
            "decision": {
                **{name: asked[name] for name in ("kind", "a", "b", "reason")},
                **identified,
                "made_at": people.ago(seconds=1),
                "withdrawn": None,
            },
        }

    def _pair(self, a: str, b: str, weight: float, probability: float) -> dict[str, Any]:
        return {"weight": weight, "probability": probability, "a": self._short(a), "b": self._short(b)}

    def _short(self, profile: str) -> dict[str, Any]:
        person = self.profiles[profile]
        keys = [{name: one[name] for name in ("namespace", "value")} for one in person["identifiers"]]
        name, seen = person["traits"]["name"]["value"], person["figures"]["last_seen"]
        return {"id": profile, "name": name, "identifiers": keys, "last_seen": seen, "decide_by": keys[0]}
