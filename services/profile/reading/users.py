"""Who uses a device that several people use, where they are few enough to be named."""

from collections.abc import Iterable, Mapping, Sequence

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.reading.port import LinkRow, ProfileReads

MOST_NAMED = 5
"""Of a device that more are linked to, nobody is named."""

Users = Mapping[Key, Sequence[Key]]
"""Devices with the identifiers that were met on them; with none where there are too many."""


def device_of(row: LinkRow, policy: IdentityPolicy) -> Key | None:
    """The end of a link that is a device of several people."""
    return next((end for end in row.shared if policy.login_lasts(end.namespace)), None)


async def users(reads: ProfileReads, held: Iterable[LinkRow], policy: IdentityPolicy) -> Users:
    """The devices of several people among the ends of held links."""
    devices = sorted({device for row in held if (device := device_of(row, policy))})
    met = await reads.met_with(devices, MOST_NAMED + 1)
    return {device: _named(met.get(device, ()), policy) for device in devices}


def _named(met: Sequence[Key], policy: IdentityPolicy) -> Sequence[Key]:
    return [one for one in met if not policy.login_lasts(one.namespace)] if len(met) <= MOST_NAMED else ()
