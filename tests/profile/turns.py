"""Histories of people who take turns on devices."""

from hypothesis import strategies as st

from tests.profile.histories import PLAIN, Details, Happened, History, cut, happened, shuffled
from tests.profile.policies import TIGHT
from tests.profile.spellings import Spelled

TABLETS = TIGHT[-1]
DEVICES = [Spelled("device", name, ("device", name)) for name in ("tablet-1", "tablet-2")]
PEOPLE = [Spelled("customer_id", f"c-100{n}", ("customer_id", f"c-100{n}")) for n in range(4)]
MAILS = [Spelled("email", f"{name}@example.com", ("email", f"{name}@example.com")) for name in ("dana", "avi", "noga")]
PHONE = Spelled("phone", "+972541234567", ("phone", "+972541234567"))

_device = st.sampled_from((*[(one, True) for one in DEVICES], (DEVICES[0], True), (DEVICES[0], False)))
_customer = st.sampled_from([(one, True) for one in (*PEOPLE[:2] * 8, *PEOPLE, PHONE)])
_mail = st.sampled_from([(one, True) for one in (*MAILS[:2] * 4, *MAILS, PHONE)])


def _stated(person: st.SearchStrategy[tuple[Spelled, bool]]) -> st.SearchStrategy[tuple[tuple[Spelled, bool], ...]]:
    return st.one_of(
        st.tuples(_device),
        st.tuples(person, _device),
        st.tuples(_device, st.just((PHONE, False))),
        st.tuples(_device, _device),
        st.just(()),
    )


_details = st.builds(
    Details,
    trust=st.just(0),
    trust_claims=st.just(False),
    born=st.none(),
    seconds=st.none(),
    revision=st.none(),
    source=st.integers(0, 2),
    name=st.sampled_from((None, None, 0, 2)),
    consents=st.lists(st.tuples(st.integers(0, 1), st.booleans()), max_size=1).map(tuple),
    conversation=st.sampled_from((None, None, None, 0)),
)
_named = st.builds(
    lambda details, name, born: details._replace(name=name, born=born),
    _details,
    st.sampled_from((None, 0, 0, 1, 2, 2)),
    st.sampled_from((None, None, None, 0, 1)),
)


@st.composite
def turns(draw: st.DrawFn) -> History:
    """People who take turns on two devices, two of them for sure; some interactions come in several contents.

    In half of the histories they log in by e-mail alone, and only what they state tells them apart.
    """
    by_mail = draw(st.booleans())
    stated, details_of = (_stated(_mail), _named) if by_mail else (_stated(_customer), _details)
    size = draw(st.integers(3, 14))
    revisions = draw(st.permutations(range(size)))
    those: list[Happened] = []
    sources: list[int] = []
    ids: list[int] = []
    for place in range(size):
        number = draw(st.sampled_from((place, place, place, *ids[-1:])))
        details = draw(details_of)
        sources.append(sources[ids.index(number)] if number in ids else details.source)
        ids.append(number)
        details = details._replace(source=sources[place], revision=revisions[place])
        those.append(happened(number, draw(st.integers(0, 6)), draw(stated), details))
    for person in (MAILS if by_mail else PEOPLE)[:2]:
        details = draw(details_of)._replace(conversation=None) if by_mail else PLAIN
        those.append(happened(len(those), draw(st.integers(0, 6)), [(person, True), (DEVICES[0], True)], details))
    again = draw(st.lists(st.integers(0, size - 1), max_size=size // 2))
    deliveries = shuffled([*range(len(those)), *again], draw(st.randoms(use_true_random=False)))
    return History(TABLETS, those, cut(deliveries, draw(st.sets(st.integers(1, len(deliveries)), max_size=6))))
