"""An id that answers with nobody: nobody ever had it, or whoever did was erased."""

from services.profile.reading.port import ProfileReads
from services.runtime.errors import Gone, NotFound


async def unknown(reads: ProfileReads, profile_id: str) -> NotFound | Gone:
    """What to raise about it."""
    if await reads.erased(profile_id):
        return Gone("whoever had this id was erased", field="profile_id")
    return NotFound("no profile ever had this id", field="profile_id")
