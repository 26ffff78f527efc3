"""Everything about a person who came over two channels, streamed to a steward, noted, and refused to others."""

from typing import Any

from tests.e2e.test_slice import event, look_up
from tests.e2e.test_stewards import done, names, stages
from tests.support.eventually import eventually
from tests.support.installation import Installation

MAIL = {"namespace": "email", "value": "shira@example.com"}
BOTH = {"email": "shira@example.com", "phone": "+972547000601"}


async def known(installation: Installation) -> dict[str, Any]:
    person: dict[str, Any] = (await look_up(installation, **MAIL))["profile"]
    assert person["figures"]["interactions"] == 3
    assert stages(person) == {"customer_lifecycle": "support", "service_encounter": "exit"}
    return person


async def test_an_export_holds_all_of_a_person_and_is_noted(installation: Installation) -> None:
    refuses = [{"purpose": "marketing.email", "granted": False, "wording": "No letters, please"}]
    sent = [
        event("export-1", "page.viewed", "web", {"email": "shira@example.com"}, traits={"city": "Haifa"}),
        event("export-2", "call.ended", "call", BOTH, measures={"wait_seconds": 12.5}, text="שלום, מדברת שירה"),
        event("export-3", "consent.changed", "web", {"email": "shira@example.com"}, consents=refuses),
    ]
    stranger = event("export-4", "page.viewed", "web", {"email": "somebody.else@example.com"})
    await installation.post([*sent, stranger])
    person = await eventually(lambda: known(installation), 90)
    path = f"/v1/profiles/{person['id']}/export"
    for role in ("agent", "ops", None):
        async with installation.client(role) as client:
            await done(await client.get(path), 403 if role else 401)

    async with installation.client("steward") as client:
        answer = await client.get(path)
        told = await done(answer, 200)
        again = await done(await client.get(path), 200)
    assert f"profile-{person['id']}.json" in answer.headers["content-disposition"]
    assert names(told) == {"shira@example.com", "+972547000601"}
    stored = {one["event"]["id"]: one["event"] for one in told["interactions"]}
    assert {number: one["data"]["channel"] for number, one in stored.items()} == {
        "export-1": "web",
        "export-2": "call",
        "export-3": "web",
    }
    assert stored["export-2"]["data"]["text"] == "שלום, מדברת שירה"
    assert told["traits"]["city"]["value"] == "Haifa"
    assert told["figures"]["channels"]["call"]["wait_seconds"] == 12.5
    assert [(one["granted"], one["wording"]) for one in told["consents"]] == [(False, "No letters, please")]
    standing = [{name: one[name] for name in ("journey", "stage", "entered_at")} for one in told["journeys"]]
    assert standing == person["journeys"]
    assert [one["action"] for one in told["reads"]].count("export") == 1
    assert [one["action"] for one in again["reads"]].count("export") == 2
    assert {"lookup", "export"} <= {one["action"] for one in again["reads"]}
    assert "somebody.else" not in answer.text
