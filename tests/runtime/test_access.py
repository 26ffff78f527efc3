import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.security import HTTPAuthorizationCredentials
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from services.runtime.access import Access, Person, Role
from services.runtime.errors import Forbidden, Unauthenticated
from services.runtime.settings import Settings

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECOND = int(NOW.timestamp())
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
DEV = OctKey.generate_key(256)
CLAIMS: dict[str, Any] = {
    "iss": "https://login.example.com",
    "aud": "kesher",
    "sub": "dana",
    "exp": SECOND + 600,
    "roles": ["agent"],
}


class StoppedClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture
def access(tmp_path: Path) -> Access:
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(KeySet([RSA, EC]).as_dict(private=False)))
    return Access(Settings(oidc_jwks_file=keys, oidc_issuer="https://login.example.com"), StoppedClock())


@pytest.fixture
def dev_access(tmp_path: Path) -> Access:
    key = tmp_path / "dev.json"
    key.write_text(json.dumps(DEV.as_dict(private=True)))
    return Access(Settings(dev_jwt_key_file=key), StoppedClock())


def token(claims: Any = CLAIMS, *, key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid, **header}, claims, key, algorithms=[alg])


def without(name: str) -> dict[str, Any]:
    return {claim: value for claim, value in CLAIMS.items() if claim != name}


def by_hand(header: object, claims: object, signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def with_secret(secret: bytes) -> str:
    """Signed by HMAC, as if a published key were a shared one."""
    signed = by_hand({"alg": "HS256", "kid": "rsa"}, CLAIMS).rpartition(".")[0]
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
def test_a_token_of_the_identity_provider_names_the_person(access: Access, key: Any, alg: str) -> None:
    assert access.person(token(key=key, alg=alg)) == Person("dana", frozenset({Role.AGENT}))


def test_a_token_that_was_good_is_refused_once_it_has_expired(tmp_path: Path, dev_access: Access) -> None:
    class MovingClock:
        at = NOW

        def now(self) -> datetime:
            return self.at

    clock = MovingClock()
    access = Access(Settings(dev_jwt_key_file=tmp_path / "dev.json"), clock)
    given = jwt.encode({"alg": "HS256"}, {**CLAIMS, "iss": "kesher-dev"}, DEV)
    assert [access.person(given) for _ in range(2)] == [access.person(given)] * 2
    clock.at += timedelta(hours=1)
    with pytest.raises(Unauthenticated):
        access.person(given)


def test_one_of_several_audiences_is_enough(access: Access) -> None:
    assert access.person(token({**CLAIMS, "aud": ["other", "kesher"]})).subject == "dana"


def test_a_token_just_expired_is_let_pass_for_clocks_that_differ(access: Access) -> None:
    assert access.person(token({**CLAIMS, "exp": SECOND - 10})).subject == "dana"


PUBLIC_PEM = RSA.as_pem(private=False)
WRONG: dict[str, Callable[[], str | None]] = {
    "none": lambda: None,
    "empty": lambda: "",
    "no-jwt": lambda: "hello",
    "three-empty-parts": lambda: "..",
    "not-ascii": lambda: "שלום.שלום.שלום",
    "another-key-of-the-same-name": lambda: token(key=OTHER),
    "unknown-key": lambda: token(kid="other"),
    "other-issuer": lambda: token({**CLAIMS, "iss": "https://evil.example.com"}),
    "other-audience": lambda: token({**CLAIMS, "aud": "another-service"}),
    "expired": lambda: token({**CLAIMS, "exp": SECOND - 60}),
    "not-yet": lambda: token({**CLAIMS, "nbf": SECOND + 600}),
    "no-issuer": lambda: token(without("iss")),
    "no-audience": lambda: token(without("aud")),
    "no-expiry": lambda: token(without("exp")),
    "no-subject": lambda: token(without("sub")),
    "expiry-is-text": lambda: token({**CLAIMS, "exp": "tomorrow"}),
    "subject-is-empty": lambda: token({**CLAIMS, "sub": ""}),
    "unsigned": lambda: by_hand({"alg": "none"}, CLAIMS),
    "unsigned-with-a-key": lambda: by_hand({"alg": "none", "kid": "rsa"}, CLAIMS),
    "public-key-as-secret": lambda: with_secret(PUBLIC_PEM),
    "public-key-in-one-line-as-secret": lambda: with_secret(PUBLIC_PEM.strip()),
    "public-jwk-as-secret": lambda: with_secret(json.dumps(RSA.as_dict(private=False)).encode()),
    "empty-secret": lambda: with_secret(b""),
    "claims-are-a-list": lambda: by_hand({"alg": "RS256", "kid": "rsa"}, [CLAIMS], b"x" * 256),
    "header-is-a-list": lambda: by_hand(["RS256"], CLAIMS, b"x" * 256),
    "no-algorithm": lambda: by_hand({"kid": "rsa"}, CLAIMS, b"x" * 256),
    "algorithm-is-a-number": lambda: by_hand({"alg": 5, "kid": "rsa"}, CLAIMS, b"x" * 256),
    "key-name-is-a-list": lambda: by_hand({"alg": "RS256", "kid": ["rsa"]}, CLAIMS, b"x" * 256),
    "critical-header": lambda: by_hand({"alg": "RS256", "kid": "rsa", "crit": ["b64"], "b64": False}, CLAIMS, b"x"),
    "other-claims-under-the-same-signature": lambda: _with_other_claims(token()),
    "signature-cut": lambda: token()[:-4],
}


def _with_other_claims(good: str) -> str:
    header, _, signature = good.split(".")
    claims = base64.urlsafe_b64encode(json.dumps({**CLAIMS, "roles": ["admin"]}).encode()).rstrip(b"=").decode()
    return f"{header}.{claims}.{signature}"


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_whatever_is_wrong_with_a_token_is_unauthenticated(access: Access, wrong: Callable[[], str | None]) -> None:
    with pytest.raises(Unauthenticated):
        access.person(wrong())


@pytest.mark.parametrize(
    "roles", [None, [], "admin", {"admin": True}, ["root", "ADMIN"], [["admin"]], [{"a": 1}], [None, 5]], ids=repr
)
def test_roles_that_are_none_of_ours_give_nothing(access: Access, roles: object) -> None:
    assert access.person(token({**CLAIMS, "roles": roles})).roles == frozenset()


def test_known_roles_beside_unknown_ones_count(access: Access) -> None:
    person = access.person(token({**CLAIMS, "roles": ["agent", "payroll", "ops"]}))
    assert person.roles == {Role.AGENT, Role.OPS}


def test_a_development_token_serves_the_loopback_default(dev_access: Access) -> None:
    claims = {**CLAIMS, "iss": "kesher-dev", "roles": ["steward"]}
    good = jwt.encode({"alg": "HS256"}, claims, DEV, algorithms=["HS256"])
    assert dev_access.person(good) == Person("dana", frozenset({Role.STEWARD}))
    with pytest.raises(Unauthenticated):
        dev_access.person(token({**claims}))
    with pytest.raises(Unauthenticated):
        dev_access.person(by_hand({"alg": "none"}, claims))


def test_without_any_key_nobody_is_known() -> None:
    with pytest.raises(Unauthenticated):
        Access(Settings(), StoppedClock()).person(token())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("needed", Role)
def test_a_person_may_what_their_role_may_and_an_admin_everything(role: Role, needed: Role) -> None:
    assert Person("dana", frozenset({role})).may(needed) == (role in {needed, Role.ADMIN})


def test_a_person_without_roles_may_nothing() -> None:
    assert not Person("dana", frozenset()).may(*Role)


async def test_a_route_asks_for_any_one_of_its_roles(access: Access) -> None:
    requires = access.requires(Role.OPS, Role.STEWARD)
    for roles, allowed in ((["ops"], True), (["steward"], True), (["admin"], True), (["agent"], False), ([], False)):
        credentials = HTTPAuthorizationCredentials(scheme="Bearer", credentials=token({**CLAIMS, "roles": roles}))
        if allowed:
            assert (await requires(credentials)).subject == "dana"
        else:
            with pytest.raises(Forbidden, match="ops, steward"):
                await requires(credentials)
    with pytest.raises(Unauthenticated):
        await requires(None)
