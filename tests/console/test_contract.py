import mock_people as people
import pytest
from contract import DOCUMENT, document
from mock_identity import MockIdentity
from mock_records import MockRecords
from mock_timeline import TIMELINE

from schemas.interaction import Interaction
from services.journey.views import JourneysView, ProfileJourneysView
from services.profile.pins.views import PinAnswer
from services.profile.reading.views import IdentityAnswer, LookupAnswer, Profile
from services.profile.records.interaction_views import InteractionAnswer


def test_the_console_is_built_for_what_the_origin_says() -> None:
    assert DOCUMENT.read_text() == document(), "python tests/console/contract.py, then npm run types"


@pytest.mark.parametrize("person", [people.DANA, people.YOSSI])
def test_the_invented_people_are_answered_as_real_ones(person: str) -> None:
    profile = people.PROFILES[person]
    Profile.model_validate(profile)
    LookupAnswer.model_validate({"profile": profile, "shared": True, "alternatives": people.ALTERNATIVES})
    IdentityAnswer.model_validate(people.IDENTITY[person])
    ProfileJourneysView.model_validate(
        {"profile_id": person, "segments": people.SEGMENTS[person], "items": people.JOURNEYS[person]}
    )


def test_the_invented_journeys_are_answered_as_real_ones() -> None:
    JourneysView.model_validate(people.DEFINITIONS)


@pytest.mark.parametrize("item", TIMELINE, ids=lambda item: item["id"])
def test_the_invented_contacts_are_interactions(item: dict[str, object]) -> None:
    told = {"profile_id", "interaction_number"}
    Interaction.model_validate({key: value for key, value in item.items() if key not in told})
    InteractionAnswer.model_validate(MockRecords(MockIdentity()).explanation(int(str(item["interaction_number"]))))


def test_invented_pins_are_answered_as_real_ones() -> None:
    identity = MockIdentity()
    records = MockRecords(identity)
    asked = {"trait": "name", "source": "/web/shop", "interaction": "w-33", "reason": "she said so"}
    pinned = PinAnswer.model_validate(records.pin(people.DANA, asked))
    Profile.model_validate(identity.profiles[people.DANA])
    PinAnswer.model_validate(records.unpin(people.DANA, pinned.pin.id, "a slip"))
    assert identity.profiles[people.DANA]["traits"]["name"]["value"] == "דנה כהן"
