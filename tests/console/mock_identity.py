"""Stewards' decisions about the invented people, kept as long as one mock origin lives.

Enough of the rules for the console to be tried: a separation takes away what hangs on the second end, two customer
numbers are never one person, and taking a decision back moves nobody.
"""

import itertools
from copy import deepcopy
from typing import Any

import mock_people as people

NEWCOMER = "0192f7a0-0000-7000-8000-0000000000e1"
LEAVING_CONTACTS = 9
Key = tuple[str, str]


class Refusal(Exception):
    """An answer with problem details."""

    def __init__(self, status: int, detail: str, field: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body = {"title": "Refused", "status": status, "detail": detail, "field": field}


class MockIdentity:
    """The people and why each is one, and what stewards have done to them since."""

    def __init__(self) -> None:
        self.profiles = deepcopy(people.PROFILES)
        self.answers = deepcopy(people.IDENTITY)
        self._numbers = itertools.count(2)
        self.seal = "5" * 32
        """Another one when something came in between."""

    def preview(self, asked: dict[str, Any]) -> dict[str, Any]:
        """What a decision, or taking it back, would do."""
        return {**self._effect(asked), "seal": self.seal}

    def _effect(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["kind"] == "withdraw":
            self._standing(asked["decision"])
            return self._unmoved(people.DANA)
        a, b = self._owner(asked, "a"), self._owner(asked, "b")
        if a != b:
            raise Refusal(409, "the rules forbid it: limit:customer_id", "b")
        return self._parted(a, _key(asked["b"])) if asked["kind"] == "separate" else self._unmoved(a)

    def why(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Why two identifiers are, or are not, one person."""
        a, b = self._owner(asked, "a"), self._owner(asked, "b")
        told: dict[str, Any] = {"path": [], "decisions": [], "held": [], "through": []}
        if a == b:
            told["path"] = self._path(a, _key(asked["a"]), _key(asked["b"]))
        else:
            told["held"] = [each for each in self.answers[a]["held"] if each["profile_id"] == b]
            told["through"] = [people.BOTH_AT_THE_OFFICE]
        return {"one_person": a == b, "profile_a": a, "profile_b": b, **told}

    def decide(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Makes a decision."""
        if asked.pop("seal", None) not in {None, self.seal}:
            raise Refusal(409, "what this would change is not what you looked at: look again", "seal")
        effect = {**self._effect(asked), "seal": None}
        for person in effect["after"]:
            person["id"] = person["id"] or NEWCOMER
        for move in effect["moves"]:
            move["profile_id"] = NEWCOMER
        identified = {"id": f"0192f7a0-0000-7000-8000-0000000dec{next(self._numbers):02x}", "author": "maya"}
        decision = {**asked, **identified, "made_at": people.ago(seconds=1), "withdrawn": None}
        for person in effect["after"]:
            self._settle(person, decision)
        return {**effect, "decision": decision}

    def withdraw(self, decision_id: str, reason: str) -> dict[str, Any]:
        """Takes a decision back."""
        decision = self._standing(decision_id)
        decision["withdrawn"] = {"author": "maya", "reason": reason, "at": people.ago(seconds=1)}
        return {**self._unmoved(people.DANA), "decision": decision, "seal": None}

    def _settle(self, person: dict[str, Any], decision: dict[str, Any]) -> None:
        self.profiles[person["id"]] = person
        own = {_key(each) for each in person["identifiers"]}
        was = self.answers[people.DANA]
        within = [each for each in was["links"] if {_key(each["a"]), _key(each["b"])} <= own]
        decisions = [*was["decisions"], decision]
        held = was["held"] if person["id"] == people.DANA else []
        answer = {"identifiers": person["identifiers"], "links": within, "held": held, "held_total": len(held)}
        self.answers[person["id"]] = {**answer, "decisions": decisions}

    def _standing(self, decision_id: str) -> Any:
        for answer in self.answers.values():
            for decision in answer["decisions"]:
                if decision["id"] == decision_id and decision["withdrawn"] is None:
                    return decision
        raise Refusal(404, "there is no such decision", "decision_id")

    def _owner(self, asked: dict[str, Any], end: str) -> str:
        for profile in self.profiles.values():
            if _key(asked[end]) in [_key(each) for each in profile["identifiers"]]:
                return str(profile["id"])
        raise Refusal(404, "nobody is known by this identifier", end)

    def _unmoved(self, profile_id: str) -> dict[str, Any]:
        person = self.profiles[profile_id]
        return {"decision": None, "moves": [], "before": [person], "after": [dict(person)]}

    def _parted(self, owner: str, end: Key) -> dict[str, Any]:
        before = self.profiles[owner]
        going = self._hanging_on(owner, end)
        stay = [each for each in before["identifiers"] if _key(each) not in going]
        go = [each for each in before["identifiers"] if _key(each) in going]
        left = {**before["figures"], "interactions": before["figures"]["interactions"] - LEAVING_CONTACTS}
        newcomer: dict[str, Any] = {"id": None, "identifiers": go, "traits": {}, "journeys": [], "masked": False}
        newcomer["consents"] = {}
        newcomer["figures"] = {**people.figures(LEAVING_CONTACTS), "channels": {}}
        return {
            "decision": None,
            "moves": [
                {"identifier": {"namespace": namespace, "value": value}, "previous": owner, "profile_id": None}
                for namespace, value in sorted(going)
            ],
            "before": [before],
            "after": [{**before, "identifiers": stay, "figures": left}, newcomer],
        }

    def _path(self, owner: str, start: Key, end: Key) -> list[dict[str, Any]]:
        ways: dict[Key, list[dict[str, Any]]] = {start: []}
        while end not in ways:
            for link in self.answers[owner]["links"]:
                near, far = _key(link["a"]), _key(link["b"])
                for here, there in ((near, far), (far, near)):
                    if here in ways and there not in ways:
                        ways[there] = [
                            *ways[here],
                            {name: link[name] for name in link if name not in {"joins", "rule"}},
                        ]
        return ways[end]

    def _hanging_on(self, owner: str, end: Key) -> set[Key]:
        found = {end}
        for link in self.answers[owner]["links"]:
            if link["joins"] and _key(link["a"]) in found:
                found.add(_key(link["b"]))
        return found


def _key(end: dict[str, Any]) -> Key:
    return end["namespace"], end["value"]
