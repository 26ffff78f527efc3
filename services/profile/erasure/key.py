"""The installation's secret under which the erased are known again."""

from services.profile.domain.tombstones import Engraver
from services.runtime.settings import Settings


def engraver_of(settings: Settings) -> Engraver | None:
    """The maker of tombstones; None where no secret is set."""
    key = settings.erasure_key
    return None if key is None else Engraver(key.get_secret_value().encode())
