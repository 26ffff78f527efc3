"""What is older than it would be kept when it comes: it is not stored, so a replay of the log brings nothing back."""

from collections.abc import Sequence
from datetime import datetime

from services.profile.domain.retention import KeepRule, keeps
from services.profile.work import Spotted

EXPIRED = "expired"


def unexpired(batch: Sequence[Spotted], rules: Sequence[KeepRule], now: datetime) -> list[Spotted]:
    """What is left of a batch; what is not gets its outcome. What states a consent is kept."""
    left = []
    for one in batch:
        envelope, data = one.incoming.envelope, one.incoming.data
        rule = None if data.consents else keeps(rules, envelope.source, data.channel)
        if rule is not None and envelope.time < rule.before(now):
            one.outcome = EXPIRED
        else:
            left.append(one)
    return left
