"""What stewards may do about the golden record: pin one of the values that were stated, and take that back."""

from collections.abc import Callable
from uuid import UUID

import msgspec

from schemas.golden_record import golden
from services.profile.domain.policy import IdentityPolicy
from services.profile.pins.port import KeptPin, Pins, PinWish, Stated
from services.profile.pins.views import PinAnswer, PinRequest, PinsAnswer, PinView
from services.profile.reading import present
from services.profile.reading.mask import MASK
from services.profile.reading.port import Note, ProfileReads
from services.profile.reading.port import Person as Resolved
from services.profile.reading.present_traits import traits
from services.profile.reading.unknown import unknown
from services.profile.reading.views import WithdrawalRequest, WithdrawalView
from services.profile.store import Withdrawal
from services.runtime.access import Person
from services.runtime.clock import Clock
from services.runtime.errors import Contradicted, NotFound


class Pinning:
    """Pins and their withdrawals. Each is kept with its author and reason, and the look at the person noted."""

    def __init__(
        self, pins: Pins, reads: ProfileReads, policy: IdentityPolicy, clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self._pins = pins
        self._reads = reads
        self._policy = policy
        self._clock = clock
        self._new_id = new_id

    async def pins(self, profile_id: UUID, reader: Person) -> PinsAnswer:
        """All pins of a person. Raises NotFound."""
        live = await self._live(profile_id, "pins", reader)
        masked = not reader.may(*present.SEES_PERSONAL_DATA)
        return PinsAnswer(profile_id=live, items=[pin_view(kept, masked=masked) for kept in await self._pins.of(live)])

    async def pin(self, profile_id: UUID, asked: PinRequest, steward: Person) -> PinAnswer:
        """Pins a value. Raises NotFound for one that nobody stated of this person; Contradicted when it is pinned."""
        live = await self._live(profile_id, "pin", steward)
        stated = Stated(asked.trait, asked.source, asked.interaction)
        self._check_new(await self._reads.person(live), stated)
        wish = PinWish(self._new_id(), self._clock.now(), steward.subject, asked.reason)
        kept = await self._pins.put(live, stated, wish)
        if kept is None:
            raise NotFound("no such value stands: its source may have stated another since", field="interaction")
        return await self._answer(live, kept)

    async def unpin(self, profile_id: UUID, pin_id: UUID, asked: WithdrawalRequest, steward: Person) -> PinAnswer:
        """Takes a pin back. Raises NotFound; Contradicted when that was done already."""
        live = await self._live(profile_id, "unpin", steward)
        withdrawal = Withdrawal(steward.subject, asked.reason, self._clock.now())
        kept = await self._pins.withdraw(live, str(pin_id), withdrawal)
        if kept is None and any(pin_id == UUID(other.pin.id) for other in await self._pins.of(live)):
            raise Contradicted("this pin was withdrawn already", field="pin_id")
        if kept is None:
            raise NotFound("this person has no such pin", field="pin_id")
        return await self._answer(live, kept)

    async def _live(self, profile_id: UUID, action: str, person: Person) -> str:
        live = await self._reads.live(str(profile_id))
        if live is None:
            raise await unknown(self._reads, str(profile_id))
        await self._reads.note(Note(self._clock.now(), person.subject, sorted(person.roles), action), live)
        return live

    def _check_new(self, person: Resolved, stated: Stated) -> None:
        values = [value for one in person.holdings.values() for value in one.values().get(stated.trait, ())]
        for shown in golden(values, self._policy.trait(stated.trait))[:1]:
            if shown.pin and (shown.trait.source, shown.trait.event_id) == stated[1:]:
                raise Contradicted("this value is pinned already", field="interaction")

    async def _answer(self, live: str, kept: KeptPin) -> PinAnswer:
        person = await self._reads.person(live)
        shown = traits(person.holdings.values(), self._policy, masked=False)
        return PinAnswer(profile_id=live, pin=pin_view(kept, masked=False), trait=shown.get(kept.name))


def pin_view(kept: KeptPin, *, masked: bool) -> PinView:
    """A pin as the API shows it."""
    pin, trait = kept.pin, kept.pin.trait
    return PinView(
        id=pin.id,
        trait=kept.name,
        value=MASK if masked else msgspec.json.decode(trait.value),
        source=trait.source,
        interaction=trait.event_id,
        observed_at=trait.time,
        identifier=present.view(kept.key, masked=masked),
        author=pin.author,
        reason=pin.reason,
        made_at=pin.made_at,
        withdrawn=WithdrawalView(**kept.withdrawn._asdict()) if kept.withdrawn else None,
    )
