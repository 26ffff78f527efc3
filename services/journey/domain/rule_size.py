"""How large a value is that a rule reads: what decides how long the rule takes."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

CHARACTERS_PER_UNIT = 50
"""Going through so much text takes about as long as one more value."""
DEEPEST = 30
"""Levels of lists in lists; what is nested deeper is taken for endless."""
ENDLESS = 10**9


class Size(NamedTuple):
    """`items` of a list or a map, or characters of a text; `weight` is how many values it holds in all, itself too."""

    items: int
    weight: int


Shape: TypeAlias = tuple[Size, ...]
"""The largest size at each level of lists in lists; the last one holds for all levels below."""

ONE: Shape = (Size(0, 1),)
UNBOUNDED: Shape = (Size(ENDLESS, ENDLESS),)


def text_of(characters: int) -> Shape:
    """The shape of a text."""
    return (Size(characters, 1 + characters // CHARACTERS_PER_UNIT),)


def below(shape: Shape) -> Shape:
    """What the shape says of the items of a list."""
    return shape[1:] or shape


def either(one: Shape, other: Shape) -> Shape:
    """A shape that both fit into."""
    return tuple(_largest(levels) for levels in _side_by_side(one, other))


def joined(one: Shape, other: Shape) -> Shape:
    """The shape of one list or text put behind the other."""
    whole = Size(one[0].items + other[0].items, one[0].weight + other[0].weight)
    return (whole, *either(below(one), below(other)))


def fits(shape: Shape, into: Shape) -> bool:
    """Whether no level is larger."""
    return all(one.items <= most.items and one.weight <= most.weight for one, most in _side_by_side(shape, into))


def shape_of(value: Any, most: int) -> Shape:
    """The shape of a value as JSON has them; UNBOUNDED where it weighs more than `most`: it is looked at no further."""
    if isinstance(value, str):
        return text_of(len(value))
    if not isinstance(value, dict | list):
        return ONE
    levels: list[tuple[int, int]] = []
    if _weigh(value, 0, levels, most) > most:
        return UNBOUNDED
    return tuple(Size(*level) for level in levels)


def _weigh(value: dict[str, Any] | list[Any], depth: int, levels: list[tuple[int, int]], most: int) -> int:
    """The weight, or anything above `most`; notes the largest items and weights of each level."""
    if depth == DEEPEST:
        return ENDLESS
    while len(levels) < depth + 2:
        levels.append((0, 1))
    weight, longest = 1, 0
    for part in value if isinstance(value, list) else chain(value, value.values()):
        if isinstance(part, str):
            longest = max(longest, len(part))
            weight += 1 + len(part) // CHARACTERS_PER_UNIT
        else:
            weight += _weigh(part, depth + 1, levels, most - weight) if isinstance(part, dict | list) else 1
        if weight > most:
            return weight
    items, below_it = levels[depth], levels[depth + 1]
    levels[depth] = max(items[0], len(value)), max(items[1], weight)
    levels[depth + 1] = max(below_it[0], longest), max(below_it[1], 1 + longest // CHARACTERS_PER_UNIT)
    return weight


def _side_by_side(one: Shape, other: Shape) -> Iterator[tuple[Size, Size]]:
    for level in range(max(len(one), len(other))):
        yield one[min(level, len(one) - 1)], other[min(level, len(other) - 1)]


def _largest(sizes: tuple[Size, Size]) -> Size:
    one, other = sizes
    return Size(max(one.items, other.items), max(one.weight, other.weight))
