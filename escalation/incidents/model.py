"""Service interruptions: what may be declared and ended, and which tickets one affects; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.policy.model import Policy
from escalation.refusals import EscalationRefusal
from escalation.staff import Staff

LONGEST_TITLE = 64  # characters, as many as the column holds
LONGEST_NOTICE = 500
LONGEST_WORD = 20
MOST_WORDS = 30

REFUSALS = {
    "forbidden": "Only a lead or a manager may declare or end a service interruption.",
    "no_title": "The interruption has no title; say in a few words what is interrupted.",
    "long_title": "The title is longer than {longest} characters; shorten it.",
    "no_notice": "There is no notice; write what every customer concerned is told.",
    "long_notice": "The notice is longer than {longest} characters; shorten it.",
    "no_end_notice": "There is no closing text; write what everybody who was told of the interruption is told now.",
    "names_inside": 'Customers read the text; it must not name a tier or a queue, found "{name}".',
    "touches_nothing": "The interruption touches nothing; name a topic, or words by which customers speak of it.",
    "unknown_topic": 'The topic "{topic}" is not in the policy; it has {topics}.',
    "short_word": 'The word "{word}" is in too many messages; write at least two characters.',
    "long_word": 'The word "{word}" is longer than {longest} characters; customers would never write just that.',
    "many_words": "There are more than {most} words; keep those by which customers speak of it.",
    "topic_taken": 'Interruption {number} ("{title}") touches the topic "{topic}" already; end it first.',
    "word_taken": 'Interruption {number} ("{title}") touches the word "{word}" already; end it first.',
    "not_found": "There is no interruption {number}; `jiedai incident list` shows those there are.",
    "ended": 'Interruption {number} ("{title}") has ended already; everybody is told once only.',
}


class IncidentRefused(EscalationRefusal):
    """A declaration or an end that is refused; `code` and `values` make its sentence in any language."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(REFUSALS[code].format(**values))
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """An interruption to be declared. `words` are as messages are compared: half width, lower case, 简体."""

    title: str
    topics: tuple[str, ...]
    words: tuple[str, ...]
    notice: str


@dataclass(frozen=True, slots=True)
class Incident:
    """A declared interruption, running until it has ended. All instants are aware UTC."""

    id: int
    title: str
    topics: tuple[str, ...]
    words: tuple[str, ...]
    notice: str
    declared_at: datetime
    declared_by: int
    ended_at: datetime | None
    ended_by: int | None
    end_notice: str | None


def affecting(incidents: Iterable[Incident], topics: Collection[str], text: str) -> tuple[Incident, ...]:
    """Return the interruptions of these topics, or with one of their words in the (normalised) text."""
    return tuple(one for one in incidents if _touches(one, topics, text))


def _touches(incident: Incident, topics: Collection[str], text: str) -> bool:
    plain = text.replace(" ", "")
    return any(topic in topics for topic in incident.topics) or any(word in plain for word in incident.words)


def check_draft(policy: Policy, who: Staff, draft: IncidentDraft, running: Sequence[Incident]) -> None:
    """Check a declaration by `who`; raises IncidentRefused when it may not be made.

    `running` are the interruptions that have not ended: two must not affect the same topic or word.
    """
    _demand_lead(who)
    if not draft.title:
        raise IncidentRefused("no_title")
    if len(draft.title) > LONGEST_TITLE:
        raise IncidentRefused("long_title", longest=LONGEST_TITLE)
    _check_text(policy, draft.notice, "no_notice")
    _check_reach(policy, draft)
    _check_overlap(draft, running)


def check_end(policy: Policy, who: Staff, number: int, incident: Incident | None, text: str) -> Incident:
    """Return the interruption; raises IncidentRefused when `who` may not end it now with this text."""
    _demand_lead(who)
    if incident is None:
        raise IncidentRefused("not_found", number=number)
    if incident.ended_at is not None:
        raise IncidentRefused("ended", number=number, title=incident.title)
    _check_text(policy, text, "no_end_notice")
    return incident


def _demand_lead(who: Staff) -> None:
    if not who.may("incidents"):
        raise IncidentRefused("forbidden")


def _check_text(policy: Policy, text: str, missing: str) -> None:
    if not text:
        raise IncidentRefused(missing)
    if len(text) > LONGEST_NOTICE:
        raise IncidentRefused("long_notice", longest=LONGEST_NOTICE)
    named = max((name for name in (*policy.tiers, *policy.queues) if name in text), key=len, default=None)
    if named is not None:
        raise IncidentRefused("names_inside", name=named)


def _check_reach(policy: Policy, draft: IncidentDraft) -> None:
    if not draft.topics and not draft.words:
        raise IncidentRefused("touches_nothing")
    for topic in draft.topics:
        if topic not in policy.topics:
            raise IncidentRefused("unknown_topic", topic=topic, topics=", ".join(policy.topics))
    if len(draft.words) > MOST_WORDS:
        raise IncidentRefused("many_words", most=MOST_WORDS)
    for word in draft.words:
        if len(word) < 2:
            raise IncidentRefused("short_word", word=word)
        if len(word) > LONGEST_WORD:
            raise IncidentRefused("long_word", word=word, longest=LONGEST_WORD)


def _check_overlap(draft: IncidentDraft, running: Sequence[Incident]) -> None:
    for other in running:
        named = {"number": other.id, "title": other.title}
        for topic in draft.topics:
            if topic in other.topics:
                raise IncidentRefused("topic_taken", topic=topic, **named)
        for word in draft.words:
            if word in other.words:
                raise IncidentRefused("word_taken", word=word, **named)
