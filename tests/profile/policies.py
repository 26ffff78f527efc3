"""Policies so tight that contests and sharing are the rule and not the exception."""

from collections.abc import Mapping
from datetime import timedelta

from services.profile.domain.policy import IdentityPolicy, Namespace

STRENGTHS = {"customer_id": 1, "loyalty_id": 2, "email": 3, "phone": 4, "handle:*": 5, "device": 9}


def tight(shared_after: int = 1, login_lasts: timedelta | None = None, **limits: int) -> IdentityPolicy:
    """Limits are 1 unless told; `handle` stands for `handle:*`. Logins on devices say nothing unless they last."""
    namespaces = {name: _namespace(name, limits) for name in STRENGTHS}
    lasting = namespaces["device"].model_copy(update={"login_lasts": login_lasts})
    return IdentityPolicy(namespaces={**namespaces, "device": lasting}, shared_after=shared_after)


def _namespace(name: str, limits: Mapping[str, int]) -> Namespace:
    return Namespace(strength=STRENGTHS[name], limit=limits.get(name.partition(":")[0], 1), fold_case=name != "device")


TIGHT = (
    tight(),
    tight(shared_after=2),
    tight(email=2, phone=2, handle=2, device=3),
    tight(shared_after=2, loyalty_id=2, email=3, phone=2, handle=3, device=3),
    tight(shared_after=3, email=2, phone=3, device=2),
    tight(shared_after=2, login_lasts=timedelta(days=1), email=2),
)
