"""Python's search for garbage, as processes like ours need it."""

import gc

YOUNG_OBJECTS = 200_000


def settle_garbage_collector() -> None:
    """Call it once all is loaded. Batches and requests make many objects and hardly a cycle.

    Searching as often as Python does by default was a third of the profile step.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 50)
