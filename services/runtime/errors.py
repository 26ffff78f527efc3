"""Errors, named by what the shell does about them.

KesherError
├── Rejected      the sender's fault: 4xx, names the field, never tried again
│   ├── Unauthenticated   401
│   ├── Forbidden         403
│   ├── NotFound          404
│   ├── Contradicted      409
│   ├── Gone              410
│   ├── TooLarge          413
│   └── TooMany           429 with Retry-After
├── Invalid       a message that no retry will make processable: dead-lettered
└── Unavailable   something we need is away: tried again with back-off; 503 with Retry-After over HTTP
"""


class KesherError(Exception):
    """Base of every error with a meaning here; the message is fit for the person who caused it."""


class Rejected(KesherError):
    """The sender must change something; `field` names what, as a dotted path."""

    status = 400

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Unauthenticated(Rejected):
    """Nobody we know: no credentials, or wrong ones."""

    status = 401


class Forbidden(Rejected):
    """Known, but not allowed to do this."""

    status = 403


class NotFound(Rejected):
    """There is no such thing."""

    status = 404


class Contradicted(Rejected):
    """It cannot be as things stand; the message says what stands in the way."""

    status = 409


class Gone(Rejected):
    """There was such a thing, and there is no more."""

    status = 410


class TooLarge(Rejected):
    """The body or one of its items exceeds a published limit."""

    status = 413


class TooMany(Rejected):
    """The sender is over its rate; try again after `retry_after` seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Invalid(KesherError):
    """A message that no retry will make processable: put it aside, visible and replayable."""


class Unavailable(KesherError):
    """A dependency is away; the same request may succeed after `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after
