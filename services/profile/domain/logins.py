"""Who used a device when several people do: what names nobody else hangs on the login that is nearest in time."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple


class Login(NamedTuple):
    """An interaction that showed a device with somebody: an identifier that it hangs on. In the order of time."""

    time: datetime
    source: str
    id: str
    identifier: int


def nearest(moment: datetime, logins: Sequence[Login], lasts: timedelta) -> Login | None:
    """The login nearest to a moment, before or after it, if it is no further than `lasts`; `logins` are sorted.

    At one distance the earlier counts, at one time that with the lesser source and id. A function of the set.
    """
    after = bisect_left(logins, (moment,))
    near = [logins[after]] if after < len(logins) else []
    if after:
        near.append(logins[bisect_left(logins, (logins[after - 1].time,))])
    within = [login for login in near if abs(login.time - moment) <= lasts]
    return min(within, key=lambda login: (abs(login.time - moment), login), default=None)
