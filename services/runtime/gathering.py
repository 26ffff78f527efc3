"""How long a consumer lets records gather between batches that are not full.

On a machine that is not busy, whatever waits delays somebody for nothing. On one that is, small batches are what makes
it so: a batch of two costs nearly what one of fifty does. How much of the time a consumer is at work tells the one from
the other, and since larger batches leave it less to do, it finds the size that keeps it from being at work throughout.
"""

EASY, BUSY = 0.7, 0.9
"""Shares of the time at work: up to the one nothing has to gather, from the other as much as may."""
LONGEST_SECONDS = 0.25
"""From the begin of a batch to that of the next, unless the batch takes longer."""
OVER_SECONDS = 1.0
"""The time that the share is of, more or less: what is past counts less and less."""


class Gathering:
    """Of one consumer, whose batches end one after the other."""

    def __init__(self) -> None:
        self._share = 0.0
        self._last_end = 0.0

    def after(self, began: float, ended: float) -> float:
        """From the begin of a batch until the next may begin. All in seconds of one clock."""
        since = max(ended - self._last_end, ended - began)
        self._last_end = ended
        if since > 0:
            self._share += min(1.0, since / OVER_SECONDS) * ((ended - began) / since - self._share)
        return LONGEST_SECONDS * min(1.0, max(0.0, (self._share - EASY) / (BUSY - EASY)))
