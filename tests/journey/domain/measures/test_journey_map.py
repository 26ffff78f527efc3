from schemas.journey_definition import JourneyDefinition
from services.journey.domain.measures.drop_off import DropOff
from services.journey.domain.measures.funnel import StagePart
from services.journey.domain.measures.journey_map import Average, Cell, Figures, journey_map
from services.journey.domain.measures.pain_points import PainPoint

WHAT = JourneyDefinition.model_validate(
    {
        "key": "rounds",
        "version": 1,
        "title": {"en": "Rounds"},
        "stages": [{"key": "one", "when": "true"}, {"key": "two", "when": "true"}],
    }
)
NONE = Average()
CALL = Cell("one", "call.ended", "call", 3, Average(2, 1.0), Average(3, 90.0), NONE, NONE, 2.0, ["/call"], ["billing"])
CHAT = Cell("one", "chat.message.received", "chat", 9, Average(2, 2.0), NONE, NONE, NONE, 0.0, ["/chat"])
GONE = Cell("gone", "call.ended", "call", 3, NONE, NONE, NONE, NONE, 0.0)
FUNNEL = [StagePart("one", 5, 6, 1, 2), StagePart("two", 4, 4, 0, 0)]
DROP_OFF = [DropOff("one", reached=6, abandoned=3), DropOff("two", reached=0, abandoned=0)]
PAIN = PainPoint("long_wait", "one", 2, 1, 2.0, 1)


def test_a_stage_is_the_sum_of_its_touchpoints_the_most_frequent_first() -> None:
    one, two = journey_map(WHAT, Figures([CALL, CHAT, GONE], FUNNEL, DROP_OFF, [PAIN]))
    assert one.touchpoints == [CHAT, CALL]
    assert one.together.interactions == 12
    assert one.together.emotion.mean == 0.75
    assert one.together.wait == Average(3, 90.0)
    assert one.together.effort == 2.0
    assert (one.together.sources, one.together.queues) == (["/call", "/chat"], ["billing"])
    assert (one.funnel, one.dropped, one.pain_points) == (FUNNEL[0], 0.5, [PAIN])
    assert (two.together.interactions, two.together.emotion.mean, two.dropped) == (0, None, None)
