"""Likely duplicates of a person as an export tells them: what each field says, and of the other person only the id."""

from services.profile.duplicates.queue import lines
from services.profile.records.export_views import LikelyDuplicate, LikelyLine, LikelyState
from services.profile.records.port import LikelyRow

LEAST = 0.01
"""What is less likely is in nobody's queue."""


def likely(row: LikelyRow, own: str) -> LikelyDuplicate:
    """A pair, seen from the person `own` of its two."""
    first = row.ends[0] == own
    return LikelyDuplicate(
        profile_id=row.other(own),
        state=_state(row),
        weight=row.compared.shown.weight,
        probability=row.compared.shown.probability,
        lines=[
            LikelyLine(field=line.field, level=line.level, value=line.a if first else line.b, bits=line.weight)
            for line in lines(row.compared)
        ],
    )


def _state(row: LikelyRow) -> LikelyState:
    if row.decided:
        return "decided"
    return "queued" if row.compared.shown.probability >= LEAST else "unlikely"
