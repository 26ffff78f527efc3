"""Python's search for garbage, as processes like ours need it."""

import gc

REQUESTS, BATCHES = 200_000, 2_000_000
"""How many more objects than before may live until Python searches: those of a batch are many, and hardly a cycle."""


def settle_garbage_collector(young_objects: int) -> None:
    """Call it once all is loaded. Searching as often as Python does by default was a third of the profile step."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(young_objects, 20, 50)
