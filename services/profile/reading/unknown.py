"""An id that answers with nobody: nobody ever had it, whoever did was erased, or nothing is left of them."""

from services.profile.reading.port import ProfileReads
from services.runtime.errors import Gone, NotFound


async def unknown(reads: ProfileReads, profile_id: str, field: str = "profile_id") -> NotFound | Gone:
    """What to raise about it."""
    if await reads.erased(profile_id):
        return Gone("whoever had this id was erased", field=field)
    if await reads.emptied(profile_id):
        return Gone("all that this profile knew was withdrawn or expired", field=field)
    return NotFound("no profile ever had this id", field=field)
