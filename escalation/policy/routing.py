"""Queue, topic and urgency of a message: the first matching route and the words of the policy; pure."""

from __future__ import annotations

from collections.abc import Iterator

from escalation.policy.model import Policy, Queue, Topic, Urgency

Place = tuple[int, int]  # where a word begins in a text, and where it ends


def route(policy: Policy, tier: str, topic: str | None, urgency: str) -> Queue:
    """Return the queue of the first route that matches; the last route matches everything."""
    line = next(line for line in policy.routes if line.matches(tier, topic, urgency))
    return policy.queues[line.queue]


def topic_of(policy: Policy, text: str, category: str | None) -> str | None:
    """Return the topic: a complaint first, then the matched article's category, then the longest word; else None."""
    spoken = text.casefold()
    heard = [(topic, _longest(topic.words, spoken)) for topic in policy.topics.values()]
    complaints = [(topic, length) for topic, length in heard if topic.complaint and (length or topic.id == category)]
    if complaints:
        return _best(complaints).id
    if category in policy.topics:
        return category
    named = [(topic, length) for topic, length in heard if length]
    return _best(named).id if named else None


def urgency_of(policy: Policy, text: str) -> Urgency:
    """Return the most pressing urgency one of whose words the message holds, else the default one.

    Words of an urgency below the default one cancel words they overlap: 「不着急用」 holds 「不着急」, so that its
    「急用」 does not count. Critical words are never cancelled.
    """
    spoken, every = text.casefold(), list(policy.urgencies.values())
    mild = every[: every.index(policy.urgencies[policy.default_urgency])]
    calm = [place for urgency in mild for place in _places(urgency.words, spoken)]
    for urgency in reversed(every):
        taken_back = [] if urgency.critical or urgency in mild else calm
        if any(not _is_taken_back(place, taken_back) for place in _places(urgency.words, spoken)):
            return urgency
    return policy.urgencies[policy.default_urgency]


def _is_taken_back(place: Place, calm: list[Place]) -> bool:
    """Whether a calming word begins before this one and reaches into it; one that only begins later is another."""
    return any(begins < place[0] < ends for begins, ends in calm)


def _places(words: tuple[str, ...], text: str) -> list[Place]:
    # Hardly any word is there: it is asked of each before any place is looked for.
    return [place for word in words if word in text for place in _places_of(word, text)]


def _places_of(word: str, text: str) -> Iterator[Place]:
    begins = text.find(word)
    while begins >= 0:
        yield begins, begins + len(word)
        begins = text.find(word, begins + 1)


def _longest(words: tuple[str, ...], text: str) -> int:
    return max([len(word) for word in words if word in text], default=0)


def _best(heard: list[tuple[Topic, int]]) -> Topic:
    """The topic with the longest word; of equals the one that the policy names first."""
    return max(heard, key=lambda each: each[1])[0]
