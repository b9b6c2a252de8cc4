"""Where a matter goes, what it is about and how pressing it is: the policy's first matching line and its words."""

from __future__ import annotations

from escalation.policy import Policy, Queue, Topic, Urgency


def route(policy: Policy, tier: str, topic: str | None, urgency: str) -> Queue:
    """The queue of the first line of the routing table that matches; the last line matches everything."""
    line = next(line for line in policy.routes if line.matches(tier, topic, urgency))
    return policy.queues[line.queue]


def topic_of(policy: Policy, text: str, category: str | None) -> str | None:
    """What a message is about: a complaint before all, then the matched question's category, then the longest word."""
    spoken = text.casefold()
    heard = {topic: _longest(topic.words, spoken) for topic in policy.topics.values()}
    complaints = [topic for topic in heard if topic.complaint and (heard[topic] or topic.id == category)]
    if complaints:
        return _best(complaints, heard).id
    if category in policy.topics:
        return category
    named = [topic for topic in heard if heard[topic]]
    return _best(named, heard).id if named else None


def urgency_of(policy: Policy, text: str) -> Urgency:
    """How pressing a message is: the most pressing urgency one of whose words it holds."""
    spoken = text.casefold()
    for urgency in reversed(list(policy.urgencies.values())):
        if _longest(urgency.words, spoken):
            return urgency
    return policy.urgencies[policy.default_urgency]


def _longest(words: tuple[str, ...], text: str) -> int:
    return max((len(word) for word in words if word in text), default=0)


def _best(topics: list[Topic], heard: dict[Topic, int]) -> Topic:
    """The topic with the longest word; of equals the one that the policy names first."""
    return max(topics, key=lambda topic: heard[topic])
