"""The matter of a conversation: what its customer has said of it, kept short however long the talk grows; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.dialogue.clause_weights import ClauseWeights
from bot.dialogue.understanding import understand, urgency_in
from bot.rules import Rules
from bot.transcript.conversations import Conversation
from bot.wording import matter_titles
from escalation.customers.starring import starred
from escalation.policy.model import Urgency
from escalation.policy.routing import route, topic_of
from knowledge_base.acts.reading import ClauseReading, Reading
from knowledge_base.matching.decide import PROBABLE
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import normalise

LINES, LONGEST = 20, 1_000  # lines and characters that are kept
_SURELY_ANOTHER = 0.8  # probability of a topic from which it is chosen over that of the act
_PLAIN, _NEARLY_CERTAIN = 0.85, 0.9  # probabilities of a pressing circumstance: in a new matter, and in an addition
LONGEST_LINE = 400  # characters of one of them
_GOES_ON = re.compile(
    "^(?:[哦噢嗯唉好的，,\\s]*)(?:那|再|又|还是|還是|不是|不对|不要|哎?不对|如果|要是|换|and |what about|then )"
    "|说错|說錯|呢[？?]?$",
    re.IGNORECASE,
)
_STANDS_ALONE = 8  # characters from which a question may begin a new matter by itself
_WISHES = frozenset({"person", "unsolved", "chase"})
_TAKEN_FOR_GRANTED = 0.8  # probability from which a courtesy is nothing else
_ABOUT, _ABOUT_IF_NAMED = 0.5, 0.3  # scores from which a clause is about a topic, whatever else it does


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
    return said.text if len(kept) == len(said.clauses) else "，".join(kept)


def _names_a_topic(rules: Rules, clause: ClauseReading) -> bool:
    """Whether a wish, or the report that something still does not work, also says what it is about."""
    doubtful = bool(clause.heard) and max(clause.chances.get(act, 1.0) for act in clause.heard) < _TAKEN_FOR_GRANTED
    if "withdrawal" in clause.heard or not (clause.heard & _WISHES or doubtful):
        return False
    named, topics = topic_of(rules.policy, normalise(clause.text), None) is not None, rules.acts.topics
    if topics is None:
        return named
    return max(topics.scores(clause.text).values(), default=0.0) >= (_ABOUT_IF_NAMED if named else _ABOUT)


def _since_answer(rules: Rules, matter: Matter, line: str, candidates: Sequence[Candidate]) -> Matter:
    """The matter, unless the line asks something else; what goes on from the answer (那按月呢) belongs to it."""
    best = candidates[0] if line and candidates else None
    if best is None or best.confidence < PROBABLE or _GOES_ON.search(line) or _names_little(rules, line):
        return matter
    asked, present = rules.topic(line, ()), rules.topic(matter.text, ())
    return matter if present in (best.article.category, asked) else Matter()


def _names_little(rules: Rules, line: str) -> bool:
    """Whether a line names no topic: in none of the policy's words, and too short for or unlike what was learned."""
    if topic_of(rules.policy, normalise(line), None) is not None:
        return False
    topics = rules.acts.topics
    if topics is None or len(normalise(line)) < _STANDS_ALONE:
        return len(normalise(line)) < _STANDS_ALONE
    return max(topics.scores(line).values(), default=0.0) < _ABOUT


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
    found = [urgency_in(policy, said.text, _plainly(said))]
    earlier = " ".join(line for line in matter.lines if line not in said.text)
    if earlier and not rules.urgency(earlier).critical:
        found.append(urgency_in(policy, earlier, _plainly(understand(rules, earlier))))
    told = [grade for grade in found if grade.id != policy.default_urgency and not grade.critical]
    return max(told or found[:1], key=lambda grade: grades.index(grade.id))


def urgency_of_addition(rules: Rules, said: Reading) -> Urgency:
    """Return the urgency of what was added to an open ticket; a circumstance in it counts where it is nearly certain.

    What was said before was graded when it was said, and a promise that was given is not changed for a guess.
    """
    clear = _where_clear(_where_clear(said, "urgency", _NEARLY_CERTAIN), "calm", _NEARLY_CERTAIN)
    grade = urgency_in(rules.policy, said.text, clear)
    grades = list(rules.policy.urgencies)
    usual = rules.policy.urgencies[rules.policy.default_urgency]
    return max(grade, usual, key=lambda each: grades.index(each.id))


def is_calm(rules: Rules, said: Reading) -> bool:
    """Whether a text says that there is no hurry, and nothing else that is pressing."""
    calm = said.chance("calm") >= _NEARLY_CERTAIN or urgency_in(rules.policy, said.text, Reading("")).id == _mildest(
        rules
    )
    return calm and not said.heard & {"chase", "complaint", "danger"} and said.chance("urgency") < _NEARLY_CERTAIN


def _mildest(rules: Rules) -> str:
    """The least pressing grade; the usual one is not it, where there is none below."""
    first = next(iter(rules.policy.urgencies))
    return first if first != rules.policy.default_urgency else ""


def _plainly(said: Reading) -> Reading:
    """The reading in which a circumstance is heard where it is plain or told twice, its absence where it is certain."""
    twice = sum("urgency" in clause.heard for clause in said.clauses) > 1
    return _where_clear(_where_clear(said, "urgency", 0.0 if twice else _PLAIN), "calm", _NEARLY_CERTAIN)


def _where_clear(said: Reading, act: str, chance: float) -> Reading:
    return said if said.chance(act) >= chance else said.without(act)


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


def topic_of_act(rules: Rules, topic: str, chances: Mapping[str, float]) -> str:
    """Return an act's topic; another one where that is nearly certain and somebody else answers for it.

    Who mentions a tender while the machine prints everything in pink has a fault, and buys nothing.
    """
    policy = rules.policy
    best = max(chances, key=lambda each: chances[each], default=topic)
    queues = {route(policy, policy.default_tier, each, policy.default_urgency).id for each in (topic, best)}
    wished = policy.topics[topic].act == "delete_data"
    return best if not wished and chances.get(best, 0.0) >= _SURELY_ANOTHER and len(queues) > 1 else topic


def title_of(rules: Rules, matter: Matter) -> str:
    """Return the matter's title, secrets starred; empty if nothing of it was said."""
    weigher = ClauseWeights(rules)
    return starred(matter_titles.title(matter.lines, weigher.weights, weigher.topics))


def gist_of(rules: Rules, matter: Matter) -> str:
    """Return what tells of the matter, in the words of its customer: without side remarks, reactions and courtesies."""
    told = matter_titles.telling(matter.lines, ClauseWeights(rules).weights)
    return "，".join(clause.text for clause, _ in told) or matter.text
