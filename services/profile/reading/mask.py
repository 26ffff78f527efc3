"""How personal data is hidden from those who may not see it."""

MASK = "•••"


def hide(value: str) -> str:
    """An identifier of which only the end can be seen: enough to tell two of them apart."""
    return MASK + value[-2:]
