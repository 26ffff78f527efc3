import mock_people as people
import pytest
from contract import DOCUMENT, document
from mock_timeline import TIMELINE

from schemas.interaction import Interaction
from services.journey.views import JourneysView, ProfileJourneysView
from services.profile.views import IdentityAnswer, LookupAnswer, Profile


def test_the_console_is_built_for_what_the_origin_says() -> None:
    assert DOCUMENT.read_text() == document(), "python tests/console/contract.py, then npm run types"


@pytest.mark.parametrize("person", [people.DANA, people.YOSSI])
def test_the_invented_people_are_answered_as_real_ones(person: str) -> None:
    profile = people.PROFILES[person]
    Profile.model_validate(profile)
    LookupAnswer.model_validate({"profile": profile, "shared": True, "alternatives": people.ALTERNATIVES})
    IdentityAnswer.model_validate(people.IDENTITY[person])
    ProfileJourneysView.model_validate({"profile_id": person, "items": people.JOURNEYS[person]})


def test_the_invented_journeys_are_answered_as_real_ones() -> None:
    JourneysView.model_validate(people.DEFINITIONS)


@pytest.mark.parametrize("item", TIMELINE, ids=lambda item: item["id"])
def test_the_invented_contacts_are_interactions(item: dict[str, object]) -> None:
    Interaction.model_validate({key: value for key, value in item.items() if key != "profile_id"})
