from schemas.catalogue import INTERACTION_TYPES
from services.journey.domain.measures.blueprint import (
    BACK_STAGE,
    FRONT_STAGE,
    Behind,
    Lane,
    Served,
    System,
    blueprint,
    lane_of,
)
from services.journey.domain.measures.journey_map import Average, Cell
from services.journey.domain.measures.story import DOINGS
from tests.journey.domain.measures.test_journey_map import CALL, CHAT, GONE, NONE, WHAT

SENT = Cell("one", "email.sent", "email", 4, NONE, NONE, NONE, NONE, 0.0)
RANG = Cell("one", "call.rang", "call", 2, NONE, NONE, NONE, NONE, 0.0)
FEW = Served("one", "billing", Average(1, 30.0), NONE, NONE)
MANY = Served("one", None, Average(3, 90.0), NONE, NONE)
ELSEWHERE = Served("gone", "desk", Average(9, 9.0), NONE, NONE)


def test_each_stage_has_its_lanes_the_most_frequent_first() -> None:
    behind = Behind([FEW, ELSEWHERE, MANY], [System("one", "/a", 2), System("one", "/b", 7), System("gone", "/c", 9)])
    one, two = blueprint(WHAT, [RANG, CALL, GONE, SENT, CHAT], behind)
    assert one.touchpoints == {Lane.CUSTOMER: [CHAT, CALL], Lane.FRONT_STAGE: [SENT], Lane.BACK_STAGE: [RANG]}
    assert (one.served, [each.system for each in one.systems]) == ([MANY, FEW], ["/b", "/a"])
    assert (two.key, two.served, two.systems) == ("two", [], [])
    assert two.touchpoints == {lane: [] for lane in Lane}


def test_lanes_do_not_overlap_and_are_of_the_catalogue() -> None:
    assert FRONT_STAGE.isdisjoint(BACK_STAGE)
    assert set(INTERACTION_TYPES) >= FRONT_STAGE | BACK_STAGE
    assert {lane_of(type_) for type_ in DOINGS - FRONT_STAGE - BACK_STAGE} == {Lane.CUSTOMER}


def test_what_a_source_named_itself_the_customer_did() -> None:
    assert lane_of("warranty.asked") is Lane.CUSTOMER
