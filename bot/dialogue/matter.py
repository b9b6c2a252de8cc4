"""The matter of a conversation: what its customer has said of it, kept short however long the talk grows; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.dialogue.understanding import understand, urgency_in
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from bot.wording import matter_titles
from escalation.customers.personal_data import mask_phones
from escalation.policy.model import Urgency
from escalation.policy.routing import topic_of
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.decide import PROBABLE
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import normalise

LINES, LONGEST = 20, 1_000  # lines and characters that are kept
LONGEST_LINE = 400  # characters of one of them
_WISHES = frozenset({"person", "unsolved", "chase"})
_ABOUT, _ABOUT_IF_NAMED = 0.5, 0.3  # scores from which a clause is about a topic, whatever else it does
_KNOWN_WORD, _LIKE = 12.0, 20.0  # characters that a topic's word, and full likeness to a question, are worth in a title


@dataclass(frozen=True, slots=True)
class Matter:
    """What was said since the matter was raised, line by line; without greetings, wishes, bare answers and thanks."""

    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, as one text."""
        return " ".join(self.lines)


def matter_of(conversation: Conversation) -> Matter:
    """Return the matter that the conversation remembers."""
    return Matter(tuple(line for line in (conversation.question or "").split("\n") if line))


def with_line(matter: Matter, line: str) -> Matter:
    """Return the matter with a further line, unless it tells nothing or was said already.

    Of many lines the first and the latest are kept.
    """
    line = " ".join(line.split())[:LONGEST_LINE]
    if line in matter.lines or not matter_titles.says_something(line):
        return matter
    lines = [*matter.lines, line]
    while len(lines) > 1 and (len(lines) > LINES or sum(map(len, lines)) > LONGEST):
        del lines[min(1, len(lines) - 2)]
    return Matter(tuple(lines))


def remember(
    rules: Rules, conversation: Conversation, said: Reading, candidates: Sequence[Candidate], *, open_ticket: bool
) -> Conversation:
    """Return the conversation with what was said added to its matter.

    After an answer, a question of another topic begins a new matter, unless a ticket is open.
    """
    matter, line = matter_of(conversation), told_in(rules, said)
    if conversation.last_answer is not None and not open_ticket and "unsolved" not in said.heard:
        matter = _since_answer(rules, matter, line, candidates)
    return replace(conversation, question="\n".join(with_line(matter, line).lines) or None)


def told_in(rules: Rules, said: Reading) -> str:
    """Return what a text tells of the matter: all but courtesies and wishes, and of wishes those that name a topic."""
    kept = [clause.text for clause in said.clauses if clause.matter or _names_a_topic(rules, clause)]
    return said.text if len(kept) == len(said.clauses) else " ".join(kept)


def _names_a_topic(rules: Rules, clause: ClauseReading) -> bool:
    """Whether a wish, or the report that something still does not work, also says what it is about."""
    if not clause.heard & _WISHES or "withdrawal" in clause.heard:
        return False
    named, topics = topic_of(rules.policy, normalise(clause.text), None) is not None, rules.acts.topics
    if topics is None:
        return named
    return max(topics.scores(clause.text).values(), default=0.0) >= (_ABOUT_IF_NAMED if named else _ABOUT)


def _since_answer(rules: Rules, matter: Matter, line: str, candidates: Sequence[Candidate]) -> Matter:
    best = candidates[0] if line and candidates else None
    if best is None or best.confidence < PROBABLE:
        return matter
    return matter if best.article.category == rules.topic(matter.text, ()) else Matter()


def articles_for(rules: Rules, matter: Matter, tier: str, now: datetime) -> tuple[Candidate, ...]:
    """Return the articles that suit the matter: as a whole or by its latest line, whichever is more certain."""
    texts = dict.fromkeys([matter.text, *matter.lines[-1:]])
    found = [rules.rank(text, tier, now) for text in texts if text]
    return max(found, key=lambda ranked: ranked[0].confidence if ranked else 0.0, default=())


def urgency_of(rules: Rules, matter: Matter, said: Reading) -> Urgency:
    """Return the most pressing urgency of what was said just now and of the matter before it.

    A danger in what was said before was taken up, or denied, when it was said, and makes nothing pressing by itself.
    """
    policy, grades = rules.policy, list(rules.policy.urgencies)
    found = [urgency_in(policy, said.text, said)]
    earlier = " ".join(line for line in matter.lines if line not in said.text)
    if earlier and not rules.urgency(earlier).critical:
        found.append(urgency_in(policy, earlier, understand(rules, earlier)))
    told = [grade for grade in found if grade.id != policy.default_urgency and not grade.critical]
    return max(told or found[:1], key=lambda grade: grades.index(grade.id))


def suggested_answer(
    rules: Rules, candidates: Sequence[Candidate], rejected: Sequence[str], urgency: str
) -> str | None:
    """Return the answer that staff are shown: a probable one that was not rejected; none in a danger."""
    best = candidates[0] if candidates else None
    if best is None or best.confidence < PROBABLE or rules.policy.urgency_of(urgency).critical:
        return None
    return best.article.answer if best.article.id not in rejected else None


def considered(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return the best candidates as a ticket keeps them."""
    return [
        {
            "id": one.article.id,
            "question": one.article.question,
            "confidence": one.confidence,
            "answer": one.article.answer,
            "phrasing": one.phrasing,
            "sources": list(one.sources),
        }
        for one in candidates[:5]
    ]


def title_of(rules: Rules, matter: Matter) -> str:
    """Return the matter's title, telephone numbers starred; empty if nothing of it was said."""
    return mask_phones(matter_titles.title(matter.lines, lambda clause: _weight(rules, clause)))


def _weight(rules: Rules, clause: str) -> float:
    """How much a clause tells of the matter, about in characters."""
    named = topic_of(rules.policy, normalise(clause), None) is not None
    index = rules.index
    near = float(index.inverted.likeness(index.inverted.vector(index.prepare(clause).parts)).max(initial=0.0))
    return min(len(clause), 20) + _KNOWN_WORD * named + _LIKE * near
