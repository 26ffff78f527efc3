"""What erasures must come to: a world in which what was erased never was."""

from collections.abc import Callable, Collection, Iterable

from services.profile.domain.policy import IdentityPolicy
from services.profile.domain.sighting import Key
from services.profile.erasure.erase import Eraser, ErasureWish, seal
from services.profile.memory_unit import MemoryTables
from services.profile.step import ProfileStep
from services.profile.store import ErasingUnit, Erasure, Store
from services.profile.wire import decode
from tests.profile.running import ENGRAVER, NOW
from tests.support.identity import Decided, Ends, Identifier, Said, batch_rule, hung, latest, ranked

STEWARD = "steward@example.com"


def eraser(step: ProfileStep, new_id: Callable[[], str]) -> Eraser:
    return Eraser(step, ENGRAVER, new_id, lambda: NOW)


async def erase(store: Store, of: Eraser, profile: str, reason: str = "she asked") -> Erasure:
    """Erases whoever has this id now. Raises Rejected."""

    async def all_of(unit: ErasingUnit) -> Erasure:
        person = await unit.whole(profile)
        return (await of.erase(unit, ErasureWish(profile, reason, STEWARD, seal(person)))).erasure

    return await store.run_alone(all_of)


class World:
    """What was said and is not erased, and who was: the plain telling of what the eraser does."""

    def __init__(self, policy: IdentityPolicy) -> None:
        self.policy = policy
        self.said: list[Said] = []
        self.decided: list[Decided] = []
        self.erased: set[tuple[str, str]] = set()
        self.gone: set[Identifier] = set()
        self.silenced: set[tuple[str, str | None]] = set()

    def hear(self, those: Iterable[Said]) -> None:
        """What comes after its erasure does not count, nor do mentions of the erased."""
        heard = [self._struck(one, self.gone) for one in those if not self._falls(one)]
        self.said = latest([*self.said, *heard])

    def erase(self, person: Ends, met: Collection[Identifier]) -> None:
        """Takes a person's interactions out, and whoever of the person is nobody else."""
        theirs = [one for one, anchor, _ in hung(self.said, self.policy) if anchor in person]
        own = {(one.source, one.id) for one in theirs}
        self.erased |= own
        self.said = [one for one in self.said if (one.source, one.id) not in own]
        while gone := self._nobody_elses(person, set(met) - self.gone) - self.gone:
            self.gone = self.gone | gone
            self.said = [self._struck(one, gone) for one in self.said]
            self.decided = [one for one in self.decided if not one.ends & gone]
        spoken = {(one.source, one.conversation) for one in self.said if one.identifiers}
        self.silenced |= {(one.source, one.conversation) for one in theirs if one.conversation} - spoken

    def _nobody_elses(self, person: Ends, met: set[Identifier]) -> set[Identifier]:
        truth = batch_rule(self.said, self.policy, self.decided, met)
        return set(person).difference(*(profile for profile in truth.profiles if not profile <= person))

    def _falls(self, one: Said) -> bool:
        anchors = [identifier for identifier, _ in ranked(one, self.policy)[:1]]
        silent = not one.identifiers and (one.source, one.conversation) in self.silenced
        return silent or (one.source, one.id) in self.erased or not self.gone.isdisjoint(anchors)

    @staticmethod
    def _struck(one: Said, gone: Collection[Identifier]) -> Said:
        return one._replace(identifiers=tuple(each for each in one.identifiers if each[0] not in gone))


def check_forgotten(tables: MemoryTables, step: ProfileStep, world: World) -> None:
    """Nothing that is kept names who was erased."""
    gone = {Key(*one) for one in world.gone}
    assert gone.isdisjoint(tables.identifiers)
    bodies = [one.body for one in tables.interactions.values()] + list(tables.variants.values())
    for body in bodies:
        assert gone.isdisjoint(step.spot(decode(body)).sighting.keys)
    assert world.erased.isdisjoint(tables.interactions)
    known = tables.keys.keys()
    assert known >= {end for one in tables.decisions.values() for end in (one.a, one.b)}
    assert known >= {end for p in tables.links for end in p}
    assert known >= {node for node, *_ in tables.traits}
    assert known >= {node for node, claims in tables.claims.items() if claims}
    assert known >= {line.identifier for line in tables.consents.values()}
    numbers = {one.id for one in tables.interactions.values()}
    assert numbers >= {number for number, _ in tables.variants}
    assert numbers >= {number for number, _ in tables.consents}
