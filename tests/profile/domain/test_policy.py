import re
from pathlib import Path

import pytest

from services.profile.domain.policy import DEFAULT_BLOCKED, IdentityPolicy, Namespace
from services.profile.policy_file import load_policy
from services.runtime.errors import Rejected


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "identity.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_the_defaults_are_the_published_ones() -> None:
    policy = load_policy(None)
    assert {name: (rules.strength, rules.limit) for name, rules in policy.namespaces.items()} == {
        "customer_id": (1, 1),
        "loyalty_id": (2, 3),
        "email": (3, 5),
        "phone": (4, 5),
        "handle:*": (5, 10),
        "device": (9, 50),
    }
    assert policy.shared_after == 3


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    assert load_policy(written(tmp_path, "")) == IdentityPolicy()


def test_a_file_changes_what_it_states_and_no_more(tmp_path: Path) -> None:
    policy = load_policy(
        written(
            tmp_path,
            """
            namespaces:
              email: {limit: 2}
              passport: {strength: 1, limit: 2}
            shared_after: 5
            default_region: DE
            """,
        )
    )
    assert policy.namespace("email") == Namespace(strength=3, limit=2)
    assert policy.namespace("passport") == Namespace(strength=1, limit=2)
    assert policy.limit("phone") == 5
    assert (policy.shared_after, policy.default_region, policy.blocked) == (5, "DE", DEFAULT_BLOCKED)


def test_blocked_values_are_compared_whatever_their_case(tmp_path: Path) -> None:
    assert load_policy(written(tmp_path, "blocked: [Walk-In, N/A]")).blocked == {"walk-in", "n/a"}


def test_a_family_gives_its_rules_to_every_member_but_the_named(tmp_path: Path) -> None:
    policy = load_policy(written(tmp_path, "namespaces: {'handle:shopify': {strength: 2, limit: 1}}"))
    assert policy.limit("handle:shopify") == 1
    assert policy.limit("handle:whatsapp") == 10
    assert policy.namespace("shoe_size") is None


def test_the_published_example_is_valid(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "identity.md"
    (example,) = re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    policy = load_policy(written(tmp_path, example))
    assert policy.trait("address") == (("recency", "trust", "assurance"), {"/store/pos": 90})


def test_traits_take_from_the_general_rules_what_they_do_not_state(tmp_path: Path) -> None:
    policy = load_policy(
        written(
            tmp_path,
            """
            traits:
              "*": {order: [recency], trust: {/pos: 9, /web: 1}}
              address: {trust: {/web: 5}}
              name: {order: [assurance, trust]}
            """,
        )
    )
    assert policy.trait("city") == (("recency", "trust", "assurance"), {"/pos": 9, "/web": 1})
    assert policy.trait("address") == (("recency", "trust", "assurance"), {"/pos": 9, "/web": 5})
    assert policy.trait("name") == (("assurance", "trust", "recency"), {"/pos": 9, "/web": 1})
    assert load_policy(None).trait("name") == (("trust", "assurance", "recency"), {})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("namespaces: {email: {limit: 0}}", "namespaces.email.limit"),
        ("namespaces: {email: {strength: strong}}", "namespaces.email.strength"),
        ("namespaces: {email: {maximum: 3}}", "namespaces.email.maximum"),
        ("namespaces: {email: 3}", "namespaces.email"),
        ("namespaces: {passport: {limit: 1}}", "namespaces.passport.strength"),
        ("namespaces: [email]", "namespaces"),
        ("namespaces: null", "namespaces"),
        ("shared_after: 0", "shared_after"),
        ("shared_after: many", "shared_after"),
        ("share_after: 3", "share_after"),
        ("blocked: guest", "blocked"),
        ("default_region: Israel", "default_region"),
        ("shortest_phone_digits: 99", "shortest_phone_digits"),
        ("traits: {name: {order: [newest]}}", "traits.name.order.0"),
        ("traits: {name: {order: [trust, recency, trust]}}", "traits.name.order"),
        ("traits: {name: {order: []}}", "traits.name.order"),
        ("traits: {'*': {order: trust}}", "traits.*.order"),
        ("traits: {name: {trust: {/pos: high}}}", "traits.name.trust./pos"),
        ("traits: {name: {trust: {/pos: -1}}}", "traits.name.trust./pos"),
        ("traits: {name: {pin: Dana}}", "traits.name.pin"),
        ("traits: [name]", "traits"),
    ],
)
def test_an_invalid_file_is_refused_and_the_field_named(tmp_path: Path, text: str, field: str) -> None:
    with pytest.raises(Rejected, match=re.escape(field)) as refused:
        load_policy(written(tmp_path, text))
    assert refused.value.field == field


def test_a_wildcard_in_the_middle_of_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"'ha\*dle'"):
        load_policy(written(tmp_path, "namespaces: {'ha*dle': {strength: 1, limit: 1}}"))


@pytest.mark.parametrize("text", ["- a list", "just text", "namespaces: {", b"\xff\xfe\x00", "a: b: c"])
def test_what_is_no_mapping_is_refused_with_the_name_of_the_file(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(Rejected, match=r"identity\.yaml"):
        load_policy(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"nowhere\.yaml"):
        load_policy(tmp_path / "nowhere.yaml")
