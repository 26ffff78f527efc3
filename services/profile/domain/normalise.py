"""Rule 1: identifiers in one form per namespace, and junk put aside with its reason."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.profile.domain.e164 import plain_e164
from services.profile.domain.policy import IdentityPolicy, Namespace

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
)
_INVISIBLE = re.compile(r"[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ZEROS = re.compile(r"[+\s().-]*0[0\s().-]*")
_NAMESPACE = re.compile(r"[a-z][a-z0-9_]{0,39}(:[a-z0-9_.-]{1,60})?")
_PHONE_SCHEME = re.compile(r"^(tel|sip|sips|whatsapp|callto):", re.IGNORECASE)
_NOBODY = frozenset({"null", "undefined", "noreply", "no-reply"})
_LONGEST = 320
REMEMBERED_NAMESPACES = 1_024


class Normaliser:
    """Brings identifiers into their one form, under a policy."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self._policy = policy
        self._rules = lru_cache(maxsize=REMEMBERED_NAMESPACES)(self._rules_of)

    def normalise(self, namespace: str, value: str, region: str | None) -> tuple[str | None, str | None]:
        """`(normal form, None)`, or `(None, reason)` when the value is junk; `region` is ISO 3166-1 alpha-2.

        Reasons: `namespace`, `junk`, `own`, `malformed`, `short`.
        """
        rules = self._rules(namespace)
        if rules is None:
            return None, "namespace"
        plain = value if value.isascii() else _INVISIBLE.sub("", unicodedata.normalize("NFKC", value))
        text = plain.strip()
        folded = text.casefold()
        if folded in self._policy.blocked or _ZEROS.fullmatch(text):
            return None, "junk"
        if not text.isprintable() and _CONTROL.search(text):
            return None, "malformed"
        if len(set(folded)) < rules.least_different_characters:
            return None, "junk"  # as it was written: +972 before 1111111 would make it look like more
        normal, reason = self._by_namespace(namespace, text, region, fold_case=rules.fold_case)
        if normal is None:
            return None, reason
        return self._judge(normal, folded, rules.least_different_characters)

    def _rules_of(self, namespace: str) -> Namespace | None:
        return self._policy.namespace(namespace) if _NAMESPACE.fullmatch(namespace) else None

    def _by_namespace(
        self, namespace: str, text: str, region: str | None, *, fold_case: bool
    ) -> tuple[str | None, str | None]:
        if namespace == "email":
            return _email(text)
        if namespace == "phone":
            return self._phone(text, region or self._policy.default_region)
        return (_folded(text) if fold_case else text), None

    def _phone(self, text: str, region: str) -> tuple[str | None, str | None]:
        if plain_e164(text):
            return text, None
        bare = _bare_number(text)
        digits = "".join(character for character in bare if character.isdigit())
        if not digits:
            return None, "malformed"
        if len(digits) < self._policy.shortest_phone_digits:
            return None, "short"
        if f"+{digits}" in self._policy.blocked:
            return None, "junk"
        return _e164(bare, region)

    def _judge(self, normal: str, judged: str, least_different: int) -> tuple[str | None, str | None]:
        """What the normal form says beyond the text that was judged already."""
        if normal != judged and (normal in self._policy.blocked or len(set(normal.casefold())) < least_different):
            return None, "junk"
        if normal in self._policy.own_identifiers:
            return None, "own"
        if len(normal) > _LONGEST:
            return None, "malformed"  # compatibility forms grow eighteenfold, past what an index takes
        return normal, None


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _email(text: str) -> tuple[str | None, str | None]:
    lowered = _without_scheme(_folded(text))
    if not _PLAIN_EMAIL.fullmatch(lowered) or "xn--" in lowered:
        try:
            found = validate_email(lowered, check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            return None, "malformed"
        lowered = _folded(found.normalized)
    if lowered.partition("@")[0] in _NOBODY:
        return None, "junk"
    return lowered, None


def _without_scheme(address: str) -> str:
    return address.removeprefix("mailto:").partition("?")[0] if address.startswith("mailto:") else address


def _bare_number(text: str) -> str:
    """Without the scheme, host and parameters of an address that holds a number."""
    return re.split("[@;?]", _PHONE_SCHEME.sub("", text), maxsplit=1)[0]


def _e164(bare: str, region: str) -> tuple[str | None, str | None]:
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None, "malformed"
    if not phonenumbers.is_possible_number(number):
        return None, "malformed"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
