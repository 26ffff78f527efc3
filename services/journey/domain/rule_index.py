"""What a rule needs before it can hold, read off its text: so most interactions evaluate almost no rule."""

from dataclasses import dataclass

from services.journey.domain.cel_syntax import Binary, Call, Items, Literal, Node
from services.journey.domain.rule_fields import Path, field_path


@dataclass(frozen=True, slots=True)
class Only:
    """A field must be one of `exact`, or begin with one of `prefixes`."""

    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def admits(self, value: str | None) -> bool:
        """Whether a rule with this need can hold for `value`."""
        return value is not None and (value in self.exact or value.startswith(self.prefixes))

    def either(self, other: "Only") -> "Only":
        """What one of two rules needs."""
        return Only(self.exact | other.exact, self.prefixes + other.prefixes)


def needs(node: Node, path: Path) -> Only | None:
    """What the field at `path` must be for the node to hold; None when that cannot be told. Never too little."""
    match node:
        case Binary(sign="&&", left=left, right=right):
            return needs(left, path) or needs(right, path)
        case Binary(sign="||", left=left, right=right):
            one, other = needs(left, path), needs(right, path)
            return one.either(other) if one and other else None
        case Binary(sign="==", left=left, right=right):
            return _equal(left, right, path) or _equal(right, left, path)
        case Binary(sign="in", left=left, right=Items(items=items)) if _reads(left, path):
            values = [item.value for item in items if isinstance(item, Literal) and isinstance(item.value, str)]
            return Only(frozenset(values)) if len(values) == len(items) else None
        case Call(name="startsWith", target=target, arguments=(Literal(value=str(prefix)),)) if _reads(target, path):
            return Only(prefixes=(prefix,))
        case _:
            return None


def _equal(field: Node, constant: Node, path: Path) -> Only | None:
    if _reads(field, path) and isinstance(constant, Literal) and isinstance(constant.value, str):
        return Only(frozenset({constant.value}))
    return None


def _reads(node: Node | None, path: Path) -> bool:
    found = None if node is None else field_path(node)
    return found is not None and found[0] == path
