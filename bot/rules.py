"""The rules in force: policy, vault and knowledge base index, replaced together."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from escalation.policy.model import Policy, Urgency
from escalation.policy.routing import topic_of, urgency_of
from escalation.vault import Vault
from knowledge_base.acts.builder import ActReaderBuilder
from knowledge_base.acts.head import sentence_of
from knowledge_base.acts.reader import ActReader
from knowledge_base.adjusting.decision import shifted
from knowledge_base.articles import DIGEST, Article, digest_of
from knowledge_base.matching.categories import category_scores
from knowledge_base.matching.decide import PROBABLE, Verdict, decide
from knowledge_base.matching.index import Index
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.matching.ranking import Candidate, is_visible, rank
from knowledge_base.model.calibration import Thresholds
from knowledge_base.text.normalise import normalise

log = logging.getLogger(__name__)

_OF_QUESTIONS, _OF_A_WORD, _OF_AN_ARTICLE = 0.2, 0.1, 0.1  # what counts beside what was learned of topics
_ABOUT_NOTHING = 0.25  # a lower score names no topic
_SPREAD = 0.1  # a score higher by so much is e times as probable

QUICK = 1_000  # articles among which a text is ranked in about a millisecond


@dataclass(frozen=True, slots=True)
class Rules:
    """One consistent set of rules, replaced as a whole when a part changes."""

    policy: Policy
    vault: Vault
    index: Index
    staff_chat: str = ""  # where staff also read notices outside the console; empty: nowhere
    topic_groups: tuple[
        int, ...
    ] = ()  # forum groups in which each ticket has a topic of its own; empty: there is no such desk
    index_builder: IndexBuilder = IndexBuilder()  # noqa: RUF009  # frozen; how the next revision becomes an index
    act_builder: ActReaderBuilder | None = None  # how the reader of acts is learned; None: it is not
    acts: ActReader = ActReader()  # noqa: RUF009  # frozen; it knows the policy's words alone until a head is learned
    shift: float = 0.0  # by how much real use has moved the threshold for answering
    emergency: str = ""  # why everything goes to people at once; empty: it does not
    console: str = ""  # the address of this service, for links in messages to staff

    @property
    def takes_thought(self) -> bool:
        """Whether ranking is slow enough to be done before the transaction, so that it does not prolong locks.

        With few articles it is done inside: finding out beforehand what to rank would cost more than ranking.
        """
        return len(self.index.articles) > QUICK

    def rank(self, text: str, tier: str, now: datetime) -> tuple[Candidate, ...]:
        """Return the articles this tier may see, ranked by confidence.

        None if matching fails, so that a person answers.
        """
        try:
            return rank(text, self.index, tier=tier, now=now)
        except Exception:
            log.exception("a message could not be matched")
            return ()

    @property
    def learned(self) -> Thresholds:
        """The thresholds learned from the knowledge base alone, which meet the policy's precision."""
        figures = self.policy.dialogue
        return self.index.thresholds(figures.precision, figures.suggest_precision, figures.foreign)

    @property
    def thresholds(self) -> Thresholds:
        """The confidences from which to answer and to suggest: as learned, and moved by what became of answers."""
        return shifted(self.learned, self.shift)

    def decide(self, candidates: Sequence[Candidate]) -> Verdict:
        """Return the verdict: answer, suggest several, or don't know."""
        thresholds = self.thresholds
        return decide(candidates, thresholds.answer_at, thresholds.suggest_at, self.policy.dialogue.suggestions)

    def likely(self, candidates: Sequence[Candidate]) -> Candidate | None:
        """Return the best candidate if its confidence reaches the threshold for suggestions."""
        best = candidates[0] if candidates else None
        return best if best is not None and best.confidence >= self.thresholds.suggest_at else None

    def topic(self, text: str, candidates: Sequence[Candidate], *, complaint: bool = False) -> str | None:
        """Return a matter's topic by its meaning; None if it is about none.

        A complaint's topic is the complaint whatever its words: 「气死我了」 names no topic. Where no topics have been
        learned: the matched article's category, else by the policy's words, else a likely category.
        """
        complaints = [topic.id for topic in self.policy.topics.values() if topic.complaint]
        named = topic_of(self.policy, normalise(text), None)
        if complaints and (complaint or named in complaints):
            return named if named in complaints else complaints[0]
        if self.acts.topics is not None:
            chances = self.topic_chances(text, candidates)
            return max(chances, key=lambda topic: chances[topic], default=None)
        likely = self.likely(candidates)
        matched = likely is not None and likely.confidence >= PROBABLE
        found = topic_of(self.policy, normalise(text), likely.article.category if likely and matched else None)
        return found or (likely.article.category if likely else None)

    def topic_chances(self, text: str, candidates: Sequence[Candidate] = ()) -> Mapping[str, float]:
        """Return the probability of each topic that is no complaint, 0 to 1; empty if the text is about none.

        By the meaning of the text, all questions of each category, the policy's words and the articles found for it.
        """
        calm = [topic for topic in self.policy.topics.values() if not topic.complaint]
        try:
            learned = self.acts.topics.scores(text) if self.acts.topics is not None else {}
            asked = category_scores(text, self.index)
        except Exception:
            log.exception("the topic of a matter could not be read")
            learned, asked = {}, {}
        plain = normalise(text).casefold()
        scores = {
            topic.id: learned.get(topic.id, 0.0)
            + (_OF_QUESTIONS if topic.id in learned else 1.0) * asked.get(topic.id, 0.0)
            + _OF_A_WORD * any(word in plain for word in topic.words)
            + sum(_of_article(each) for each in candidates if each.article.category == topic.id)
            for topic in calm
        }
        if max(scores.values(), default=0.0) < _ABOUT_NOTHING:
            return {}
        odds = {topic: math.exp(score / _SPREAD) for topic, score in scores.items()}
        return {topic: found / sum(odds.values()) for topic, found in odds.items()}

    def urgency(self, text: str) -> Urgency:
        """Return a text's urgency by the policy's words."""
        return urgency_of(self.policy, normalise(text))

    def read_ahead(self, texts: Sequence[str]) -> None:
        """Encode these messages and their clauses in one batch; a caching encoder keeps them until they are ranked."""
        parts = [part for text in texts for part in self.acts.sentences(text)] if self.acts.head is not None else []
        self.index.read_ahead(texts, [sentence_of(part) for part in parts])

    def named(self, article: str) -> str:
        """Return the id of the published article that a button names; the name itself if it is no digest of one."""
        if not article.startswith(DIGEST):
            return article
        return next((each.id for each in self.index.articles if digest_of(each.id) == article), article)

    def article(self, article_id: str, tier: str, now: datetime) -> Article | None:
        """Return a published article by its id or what a button names it, if this tier may see it now."""
        article_id = self.named(article_id)
        found = next((article for article in self.index.articles if article.id == article_id), None)
        return found if found is not None and is_visible(found, tier, now) else None


def _of_article(candidate: Candidate) -> float:
    """What an article found speaks for its category: word for word it decides."""
    return 1.0 if candidate.exact else _OF_AN_ARTICLE * candidate.confidence
