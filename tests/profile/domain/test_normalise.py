# ruff: noqa: RUF001 -- other scripts are the subject
import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.e164 import plain_e164
from services.profile.domain.normalise import Normaliser
from services.profile.domain.policy import DEFAULT_BLOCKED, IdentityPolicy

POLICY = IdentityPolicy(own_identifiers=frozenset({"+97235550000", "service@kesher.example"}))
normalise = Normaliser(POLICY).normalise
NAMESPACES = ("customer_id", "loyalty_id", "email", "phone", "handle:whatsapp", "device")


@pytest.mark.parametrize(
    ("written", "region", "normal"),
    [
        ("+972541234567", None, "+972541234567"),
        ("054-123-4567", None, "+972541234567"),
        ("054/1234567", None, "+972541234567"),
        ("00972541234567", None, "+972541234567"),
        ("+972 (0)54-1234567", None, "+972541234567"),
        ("020 7946 0958", "GB", "+442079460958"),
        ("(415) 555-0123", "US", "+14155550123"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("tel:+972-54-1234567", None, "+972541234567"),
        ("TEL:+972541234567;phone-context=example.com", None, "+972541234567"),
        ("tel:+972541234567?source=web", None, "+972541234567"),
        ("whatsapp:+972541234567", None, "+972541234567"),
        ("sip:+972541234567@pbx.example.com", None, "+972541234567"),
        ("SIPS:0541234567@10.0.0.1;transport=tls", None, "+972541234567"),
        ("972541234567@s.whatsapp.net", None, "+972541234567"),
        ("054-1234567 ext 12", None, "+972541234567"),
        ("054-1234567 x12", None, "+972541234567"),
        ("054-1234567;ext=12", None, "+972541234567"),
        ("٠٥٤١٢٣٤٥٦٧", None, "+972541234567"),
        ("۰۵۴۱۲۳۴۵۶۷", None, "+972541234567"),
        ("０５４−１２３−４５６７", None, "+972541234567"),
        ("\u200f054-1234567\u200f", None, "+972541234567"),
        ("\u202a+972 54 123 4567\u202c", None, "+972541234567"),
        ("\u061c054\u2066-1234567\u2069", None, "+972541234567"),
        ("054\u00a0123\u00a04567", None, "+972541234567"),
        ("054-4444444", None, "+972544444444"),
    ],
)
def test_a_phone_has_one_form_however_it_is_written(written: str, region: str | None, normal: str) -> None:
    assert normalise("phone", written, region) == (normal, None)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("anonymous", "junk"),
        ("Restricted", "junk"),
        ("+266696687", "junk"),
        ("266696687", "junk"),
        ("tel:+266696687", "junk"),
        ("+7378742833", "junk"),
        ("+2562533", "junk"),
        ("+86282452253", "junk"),
        ("0000000", "junk"),
        ("000-000-0000", "junk"),
        ("1111111", "junk"),
        ("999-999-9999", "junk"),
        ("1234", "short"),
        ("sip:2001@pbx.example.com", "short"),
        ("+972 3 55", "short"),
        ("sip:alice@example.com", "malformed"),
        ("client:alice", "malformed"),
        ("+9725412345678901234", "malformed"),
        ("+999123456789", "malformed"),
        ("1234567890123456789", "malformed"),
        ("03-555-0000", "own"),
    ],
)
def test_what_is_no_customers_phone_is_put_aside(written: str, reason: str) -> None:
    assert normalise("phone", written, None) == (None, reason)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Dana.Cohen@Example.COM", "dana.cohen@example.com"),
        ("  dana@example.com ", "dana@example.com"),
        ("dana+tag@example.com", "dana+tag@example.com"),
        ("mailto:dana@example.com", "dana@example.com"),
        ("MAILTO:Dana@example.com?subject=Hello", "dana@example.com"),
        ("dana＠example.com", "dana@example.com"),
        ("\u202bdana@example.com\u202c", "dana@example.com"),
        ("dana\u200b@example.com", "dana@example.com"),
        ("o'neil?@example.com", "o'neil?@example.com"),
        ("דנה@example.com", "דנה@example.com"),
        ("x@пример.com", "x@пример.com"),
        ("x@ПРИМЕР.com", "x@пример.com"),
        ("x@xn--e1afmkfd.com", "x@пример.com"),
        ("X@XN--E1AFMKFD.com", "x@пример.com"),
        ("dana@example.test", "dana@example.test"),
    ],
)
def test_an_address_has_one_form_however_it_is_written(written: str, normal: str) -> None:
    assert normalise("email", written, None) == (normal, None)


def test_dots_in_an_address_tell_people_apart() -> None:
    assert normalise("email", "d.ana@example.com", None) != normalise("email", "dana@example.com", None)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("null@example.com", "junk"),
        ("No-Reply@example.com", "junk"),
        ("undefined@xn--e1afmkfd.com", "junk"),
        ("n/a", "junk"),
        ("dana@ex..com", "malformed"),
        ("dana@localhost", "malformed"),
        ("dana@", "malformed"),
        ("@example.com", "malformed"),
        ("Dana <dana@example.com>", "malformed"),
        ("dana@[127.0.0.1]", "malformed"),
        ("dana example.com", "malformed"),
        ("Service@Kesher.example", "own"),
    ],
)
def test_what_is_no_customers_address_is_put_aside(written: str, reason: str) -> None:
    assert normalise("email", written, None) == (None, reason)


@pytest.mark.parametrize(
    ("namespace", "written", "normal"),
    [
        ("customer_id", "C-1001", "c-1001"),
        ("customer_id", "Ｃ－１００１", "c-1001"),
        ("loyalty_id", " Card 17 ", "card 17"),
        ("handle:whatsapp", "972541234567", "972541234567"),
        ("handle:instagram", "@DanaCohen", "@danacohen"),
        ("handle:x", "Straße-9", "strasse-9"),
        ("device", "AbC-dEf", "AbC-dEf"),
        ("device", "\ufeffAbC-dEf", "AbC-dEf"),
        ("customer_id", "ﬁ-1001", "fi-1001"),
        ("customer_id", "לקוח-17", "לקוח-17"),
    ],
)
def test_other_identifiers_are_folded_but_devices(namespace: str, written: str, normal: str) -> None:
    assert normalise(namespace, written, None) == (normal, None)


@pytest.mark.parametrize("value", sorted(DEFAULT_BLOCKED))
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_blocked_values_are_junk_everywhere_in_any_case(namespace: str, value: str) -> None:
    for written in (value, value.upper(), f" {value}\u200f"):
        assert normalise(namespace, written, None) == (None, "junk")


@pytest.mark.parametrize("value", ["aaaa", "1212", "A-a-A", "11", "x"])
def test_fewer_than_three_different_characters_are_junk(value: str) -> None:
    assert normalise("customer_id", value, None) == (None, "junk")


@pytest.mark.parametrize(
    "namespace", ["shoe_size", "handles:x", "", "customer", "handle:X", "handle:a\0b", "handle:", "handle:" + "x" * 61]
)
def test_a_namespace_that_is_not_configured_is_put_aside(namespace: str) -> None:
    assert normalise(namespace, "abc-123", None) == (None, "namespace")


@pytest.mark.parametrize("value", ["abc\x00def", "abc\ndef", "abc\x1bdef", "\ufdfa" * 300])
def test_what_a_database_could_not_hold_is_malformed(value: str) -> None:
    for namespace in ("customer_id", "handle:x", "device"):
        assert normalise(namespace, value, None) == (None, "malformed")


def test_a_namespace_may_be_told_not_to_count_characters() -> None:
    policy = IdentityPolicy.model_validate(
        {"namespaces": {"customer_id": {"strength": 1, "limit": 1, "least_different_characters": 1}}}
    )
    assert Normaliser(policy).normalise("customer_id", "7", None) == ("7", None)


_texts = st.text(max_size=30) | st.text("0123456789+-() .@xextABCabcדנה٠١٢\u200f", max_size=20) | st.emails()


@given(namespace=st.sampled_from(NAMESPACES), written=_texts)
def test_a_normal_form_is_its_own_normal_form(namespace: str, written: str) -> None:
    normal, reason = normalise(namespace, written, None)
    assert (normal is None) == (reason is not None)
    if normal is not None:
        assert normalise(namespace, normal, "US") == (normal, None)


@given(namespace=st.sampled_from([n for n in NAMESPACES if n != "device"]), written=_texts)
def test_nothing_is_case_sensitive_by_accident(namespace: str, written: str) -> None:
    assert normalise(namespace, written.casefold(), None) == normalise(namespace, written, None)


@given(
    namespace=st.sampled_from(NAMESPACES),
    written=st.text("0123456789abcdefXYZ@.-+", max_size=20),
    marks=st.lists(st.tuples(st.integers(0, 20), st.sampled_from("\u200e\u200f\u061c\u2066\u2069\ufeff\u00ad"))),
)
def test_marks_nobody_sees_change_nothing(namespace: str, written: str, marks: list[tuple[int, str]]) -> None:
    marked = written
    for place, mark in marks:
        marked = marked[:place] + mark + marked[place:]
    assert normalise(namespace, marked, None) == normalise(namespace, written, None)


@given(
    code=st.sampled_from(["1", "7", "20", "33", "39", "44", "49", "52", "54", "55", "86", "91", "972", "970", "800"])
    | st.integers(1, 999).map(str),
    national=st.text("0123456789", max_size=15),
)
def test_the_short_cut_says_only_what_the_full_parse_says(code: str, national: str) -> None:
    text = f"+{code}{national}"
    if plain_e164(text):
        number = phonenumbers.parse(text, "IL")
        assert phonenumbers.is_possible_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == text
