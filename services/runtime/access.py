"""Who may: people with bearer tokens (JWT) that carry roles."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey

from services.runtime.clock import Clock
from services.runtime.errors import Forbidden, Unauthenticated
from services.runtime.settings import Settings

ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
DEV_ALGORITHMS = ["HS256"]
REMEMBERED_TOKENS = 1_000


class Role(StrEnum):
    """What a person does here."""

    AGENT = "agent"
    OPS = "ops"
    STEWARD = "steward"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks; `subject` is the identity provider's name for them."""

    subject: str
    roles: frozenset[Role]

    def may(self, *roles: Role) -> bool:
        """Whether this person has one of the roles; an admin has them all."""
        return Role.ADMIN in self.roles or not self.roles.isdisjoint(roles)


_bearer = HTTPBearer(auto_error=False, scheme_name="PersonToken", description="A person's token with roles")


class Access:
    """Verifies tokens: against the identity provider's keys, or the loopback default's own."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._clock = clock
        self._key, self._algorithms = _verification_key(settings)
        self._signed = lru_cache(REMEMBERED_TOKENS)(self._decoded)  # the keys stay, so what they signed does too
        self._claims = jwt.JWTClaimsRegistry(
            now=lambda: int(clock.now().timestamp()),
            leeway=30,
            iss={"essential": True, "value": settings.oidc_issuer},
            aud={"essential": True, "value": settings.oidc_audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def person(self, token: str | None) -> Person:
        """The person that `token` speaks of. Raises Unauthenticated."""
        if not token or self._key is None:
            raise Unauthenticated("a bearer token is needed")
        try:
            claims = self._signed(token)
            self._claims.validate(claims)
        except (JoseError, ValueError) as error:
            raise Unauthenticated("the bearer token is not valid") from error
        said = claims.get("roles")
        stated = said if isinstance(said, list) else []
        return Person(str(claims["sub"]), frozenset(role for role in Role if role.value in stated))

    def _decoded(self, token: str) -> dict[str, Any]:
        assert self._key is not None
        claims: dict[str, Any] = jwt.decode(token, self._key, algorithms=self._algorithms).claims
        return claims

    def requires(self, *roles: Role) -> Callable[..., Awaitable[Person]]:
        """A FastAPI dependency: the person, who has one of `roles`. Raises Unauthenticated or Forbidden."""

        async def person(
            credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)] = None,
        ) -> Person:
            someone = self.person(credentials.credentials if credentials else None)
            if not someone.may(*roles):
                raise Forbidden(f"this needs one of the roles: {', '.join(roles)}")
            return someone

        return person


def _verification_key(settings: Settings) -> tuple[KeySet | OctKey | None, list[str]]:
    if settings.oidc_jwks_file:
        return KeySet.import_key_set(json.loads(settings.oidc_jwks_file.read_text())), ALGORITHMS
    if settings.dev_jwt_key_file:
        return OctKey.import_key(json.loads(settings.dev_jwt_key_file.read_text())), DEV_ALGORITHMS
    return None, []
