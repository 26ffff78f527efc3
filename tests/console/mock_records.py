"""Pins, exports and explained interactions of the invented people."""

import itertools
from typing import Any

import mock_people as people
from mock_identity import MockIdentity, Refusal
from mock_timeline import TIMELINE

CUSTOMER, PHONE = ({"namespace": n, "value": v} for n, v in (("customer_id", "C-100482"), ("phone", "+972541234567")))
DEVICE = {"namespace": "device", "value": "b6b1c2a4-9f10-4c3c"}


class MockRecords:
    """What stewards do about the golden record, and what is told of what is stored."""

    def __init__(self, identity: MockIdentity) -> None:
        self._identity = identity
        self._numbers = itertools.count(1)
        self.letters_away = False
        """Whether dead letters cannot be gone through just now."""

    def pin(self, profile_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Puts a value before the others."""
        values = self._values(profile_id, asked["trait"])
        wanted = [
            one for one in values if (one["source"], one["interaction"]) == (asked["source"], asked["interaction"])
        ]
        if not wanted:
            raise Refusal(404, "no such value stands: its source may have stated another since", "interaction")
        (chosen,) = wanted
        number = next(self._numbers)
        made = {"author": "maya", "reason": asked["reason"], "made_at": people.ago(seconds=1)}
        chosen["pin"] = {"id": f"0192f7a0-0000-7000-8000-00000000da{number:02x}", **made}
        ranked = [chosen, *(one for one in values if one is not chosen)]
        return self._shown(profile_id, asked["trait"], ranked, chosen, None)

    def erase_preview(self, profile_id: str) -> dict[str, Any]:
        """What would go."""
        counts = {**dict.fromkeys(("decisions", "pins", "mentioned", "dead_letters"), 0), "kept": 1}
        return {
            "profile_id": profile_id,
            "seal": "5" * 32,
            "erases": {**counts, "identifiers": 4, "interactions": len(TIMELINE)},
        }

    def erase(self, profile_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Forgets a person."""
        seen = self.erase_preview(profile_id)
        if asked["seal"] != seen["seal"]:
            raise Refusal(409, "this person changed since you looked: look again", "seal")
        del self._identity.profiles[profile_id]
        made = {"author": "maya", "reason": asked["reason"], "at": people.ago(seconds=1)}
        return {"profile_id": profile_id, "erased": seen["erases"], "complete": not self.letters_away, **made}

    def unpin(self, profile_id: str, pin_id: str, reason: str) -> dict[str, Any]:
        """Takes a pin back: the oldest system of all wins again."""
        for name in self._identity.profiles[profile_id]["traits"]:
            values = self._values(profile_id, name)
            for chosen in values:
                if chosen["pin"] and chosen["pin"]["id"] == pin_id:
                    ranked = sorted(values, key=lambda one: -one["trust"])
                    withdrawn = {"author": "maya", "reason": reason, "at": people.ago(seconds=1)}
                    return self._shown(profile_id, name, ranked, chosen, withdrawn)
        raise Refusal(404, "this person has no such pin", "pin_id")

    def export(self, profile_id: str) -> dict[str, Any]:
        """Enough of one to be saved."""
        return {"profile_id": profile_id, "interactions": [{"event": each} for each in TIMELINE]}

    def explanation(self, number: int) -> dict[str, Any]:
        """What became of one: each third was held, the newest brought three together, the third has a login."""
        item = TIMELINE[number - 1]
        held = number % 3 == 2
        seen = {"first_seen": item["time"], "interaction": item["id"], "source": item["source"], "verified": True}
        link = {"a": CUSTOMER, "b": DEVICE if held else PHONE, **seen, "first_witness": number == 1}
        reason = {"reason": "shared", "explanation": "Too many."} if held else {"reason": None, "explanation": None}
        login = {"device": DEVICE, "person": CUSTOMER, "time": item["time"], "source": item["source"], "id": item["id"]}
        blocked = [{"namespace": "email", "reason": "junk", "explanation": "A placeholder."}]
        together = [
            {"profile_ids": [people.DANA], "identifiers": [CUSTOMER]},
            {"profile_ids": [people.OLD_DANA], "identifiers": [PHONE]},
        ]
        return {
            "number": number,
            "id": item["id"],
            "source": item["source"],
            "time": item["time"],
            "profile_id": people.DANA,
            "outcome": "merged" if number == 1 else "held" if held else "attached",
            "explanation": "In the service's words.",
            "identifiers": [
                {**CUSTOMER, "assurance": "verified", "anchor": True, "profile_id": people.DANA},
                {
                    **link["b"],
                    "assurance": "claimed" if held else "verified",
                    "anchor": False,
                    "profile_id": people.DANA,
                },
            ],
            "blocked": blocked if number == 1 else [],
            "links": [{**link, **reason}],
            "created": None,
            "joined": False,
            "login": login if number == 3 else None,
            "ambiguous": False,
            "erased_until": None,
            "brought_together": together if number == 1 else [],
            "variants": [{"digest": "00ff", "event": {**item, "data": {"channel": "chat"}}}] if number == 1 else [],
            "masked": False,
        }

    def _values(self, profile_id: str, name: str) -> list[dict[str, Any]]:
        trait = self._identity.profiles[profile_id]["traits"][name]
        bare = ({key: value for key, value in one.items() if key not in {"others", "lost_by"}} for one in _each(trait))
        return list(bare)

    def _shown(
        self, profile_id: str, name: str, ranked: list[dict[str, Any]], chosen: dict[str, Any], withdrawn: Any
    ) -> dict[str, Any]:
        pin = dict(chosen["pin"])
        if withdrawn:
            chosen["pin"] = None
        lost_by = "pin" if ranked[0]["pin"] else "assurance"
        shown = {**ranked[0], "others": [{**one, "lost_by": lost_by} for one in ranked[1:]]}
        self._identity.profiles[profile_id]["traits"][name] = shown
        stated = {key: chosen[key] for key in ("value", "source", "interaction", "observed_at")}
        told = {**pin, "trait": name, **stated, "identifier": CUSTOMER, "withdrawn": withdrawn}
        return {"profile_id": profile_id, "pin": told, "trait": shown}


def _each(trait: dict[str, Any]) -> list[dict[str, Any]]:
    return [trait, *trait["others"]]
