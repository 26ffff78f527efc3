"""Channel switches: whether a customer had been at it on another channel just before a contact.

1 for a contact if the last thing that the customer did, within 24 hours before it, was on another channel, else 0. Its
mean is the share of contacts that came over from elsewhere. After Dixon, Toman and DeLisi, The Effortless Experience,
2013: having to change channels is among what makes service laborious.
"""

from collections.abc import Iterator

from services.journey.domain.measures.story import Contact, Fact, Story


def channel_switches(story: Story) -> Iterator[Fact]:
    """0 or 1, at the beginning of each contact."""
    return (Fact(contact.first, float(came_over(story, contact))) for contact in story.contacts)


def came_over(story: Story, contact: Contact) -> bool:
    """Whether the contact follows something that the customer did on another channel."""
    before = story.before(contact.first)
    return before is not None and story.timeline[before].kind.channel != contact.channel
