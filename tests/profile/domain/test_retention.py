from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.retention import KeepRule, keeps

RULES = [
    {"keep": "P900D"},
    {"source": "/web/*", "keep": "P30D"},
    {"source": "/web/shop/*", "keep": "P60D"},
    {"source": "/web/shop/main", "keep": "P90D"},
    {"source": "/web/shop/main", "channel": "chat", "keep": "P7D"},
    {"channel": "chat", "keep": "P365D"},
]


@pytest.mark.parametrize(
    ("source", "channel", "days"),
    [
        ("/call/main", "call", 900),
        ("/call/main", "chat", 365),
        ("/web/blog", "web", 30),
        ("/web/blog", "chat", 30),
        ("/web/shop/other", "web", 60),
        ("/web/shop/main", "web", 90),
        ("/web/shop/main", "chat", 7),
        ("/web", "web", 900),
    ],
)
def test_whoever_says_more_precisely_of_which_goes_first(source: str, channel: str, days: int) -> None:
    policy = IdentityPolicy.model_validate({"retention": RULES[::-1]})
    rule = keeps(policy.retention, source, channel)
    assert rule is not None
    assert rule.keep == timedelta(days=days)


def test_without_a_rule_everything_is_kept() -> None:
    assert IdentityPolicy().retention == ()
    policy = IdentityPolicy.model_validate({"retention": [{"channel": "chat", "keep": "P1D"}]})
    assert keeps(policy.retention, "/call/main", "call") is None


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"source": "/web/*/main", "keep": "P1D"}, "retention.0"),
        ({"source": "", "keep": "P1D"}, "retention.0.source"),
        ({"source": "/web/main"}, "retention.0.keep"),
        ({"keep": "P0D"}, "retention.0.keep"),
        ({"keep": "a while"}, "retention.0.keep"),
        ({"keep": "P1D", "kept": True}, "retention.0.kept"),
    ],
)
def test_a_rule_that_is_none_is_refused_by_name(rule: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        IdentityPolicy.model_validate({"retention": [rule]})
    assert ".".join(map(str, refused.value.errors()[0]["loc"])) == field


def test_two_rules_about_the_same_are_refused() -> None:
    with pytest.raises(ValidationError, match="two rules are about source '/web/\\*' and channel None"):
        IdentityPolicy.model_validate({"retention": [{"source": "/web/*", "keep": f"P{days}D"} for days in (1, 2)]})


def test_an_asterisk_stands_for_what_follows_and_nothing_else() -> None:
    rule = KeepRule(source="/web/[a-z]*", keep=timedelta(days=1))
    assert rule.covers("/web/[a-z]/main", "web")
    assert not rule.covers("/web/main", "web")
