"""Rule 1: identifiers in one form per namespace, and junk put aside with its reason."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.profile.domain.e164 import plain_e164
from services.profile.domain.policy import IdentityPolicy

CACHE = 65_536

_PLAIN_EMAIL = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}"
)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ZEROS = re.compile(r"[+\s().-]*0[0\s().-]*")
_PHONE_SCHEME = re.compile(r"^(tel|sip|sips|whatsapp|callto):", re.IGNORECASE)


class Normaliser:
    """Brings identifiers into their one form, under a policy."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self._policy = policy
        self.normalise = lru_cache(maxsize=CACHE)(self._normalise)

    def _normalise(self, namespace: str, value: str, region: str | None) -> tuple[str | None, str | None]:
        """`(normal form, None)`, or `(None, reason)` when the value is junk; `region` is ISO 3166-1 alpha-2.

        Reasons: `namespace`, `junk`, `own`, `malformed`, `short`.
        """
        rules = self._policy.namespace(namespace)
        if rules is None:
            return None, "namespace"
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", value)).strip()
        if text.casefold() in self._policy.blocked or _ZEROS.fullmatch(text):
            return None, "junk"
        normal, reason = self._by_namespace(namespace, text, region, fold_case=rules.fold_case)
        if normal is None:
            return None, reason
        return self._judge(normal, rules.least_different_characters)

    def _by_namespace(
        self, namespace: str, text: str, region: str | None, *, fold_case: bool
    ) -> tuple[str | None, str | None]:
        if namespace == "email":
            return _email(text)
        if namespace == "phone":
            return _phone(text, region or self._policy.default_region, self._policy.shortest_phone_digits)
        return (text.casefold() if fold_case else text), None

    def _judge(self, normal: str, least_different: int) -> tuple[str | None, str | None]:
        if normal in self._policy.blocked or len(set(normal.casefold())) < least_different:
            return None, "junk"
        if normal in self._policy.own_identifiers:
            return None, "own"
        return normal, None


def _email(text: str) -> tuple[str | None, str | None]:
    lowered = text.removeprefix("mailto:").casefold()
    if _PLAIN_EMAIL.fullmatch(lowered):
        return (
            (None, "junk")
            if lowered.partition("@")[0] in {"null", "undefined", "noreply", "no-reply"}
            else (lowered, None)
        )
    try:
        found = validate_email(lowered, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None, "malformed"
    return found.normalized.casefold(), None


def _phone(text: str, region: str, shortest: int) -> tuple[str | None, str | None]:
    if plain_e164(text):
        return text, None
    bare = _PHONE_SCHEME.sub("", text).partition("@")[0].partition(";")[0]
    digits = sum(character.isdigit() for character in bare)
    if not digits:
        return None, "malformed"
    if digits < shortest:
        return None, "short"
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return None, "malformed"
    if not phonenumbers.is_possible_number(number):
        return None, "malformed"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), None
