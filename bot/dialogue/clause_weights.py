"""How much each clause tells of a matter: faults, questions and facts much, reactions and waiting nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.rules import Rules
from bot.wording.title_clauses import TitleClause
from escalation.policy.routing import topic_of
from knowledge_base.acts.polarity import polarity_of
from knowledge_base.text.normalise import normalise

log = logging.getLogger(__name__)

_UNREAD = 0.5  # what a clause is worth where nothing was learned
_WORD, _LIKE, _CODE, _ASKS = 0.3, 0.4, 0.2, 0.3  # a topic's word, likeness to a question, a model's name, a question
# Acts that are matters, and what each is worth.
_TELL = {"danger": 0.6, "delete_data": 0.6, "feedback": 0.5, "sales_lead": 0.4, "complaint": 0.4, "urgency": 0.3}
# Acts that say nothing of one, nor of what was asked; a chase or a wish may yet name what it is about.
_SILENT = ("greeting", "thanks", "yes", "no", "small_talk", "bot_question", "calm", "callback_number", "identity_claim")
_MAY_NAME = ("chase", "person", "withdrawal", "unsolved")
_ASIDE = 1.0  # what a clause loses that is about the answer, or says what is not so
_SENTENCE = 5  # characters
_LONG, _SURELY = 10, 0.9  # characters of a clause whose courtesy must be surer than another one's
_SHORT, _FEW = 0.2, 4  # what a clause of fewer characters loses that names nothing
_HEARD = 0.6  # probability from which an act counts
_ABOUT = 0.35  # score from which a clause is about a topic
_CLEARLY = 0.7  # score from which its topic may begin another matter
_FOREIGN = 0.15  # … if the former topic has less
# About the answer and not about the matter: who waits, for whom, and what the bot just said.
_OF_THE_DESK = re.compile(
    "^(?:我们?|那我|咱)?(?:就|都)?(?:还)?(?:在(?:这|那)[里儿边]?)?(?:一直)?等(?:着|你|您|到|电话|回复)"
    "|(?:什么时候|多久|何时|几点|啥时候|幾時)[^，]{0,6}(?:联系|回复|回电|打来|来电|打电话|有人)"
    "|有[没沒]?有?人(?:接|管|理|follow|跟进|处理|處理|上班)|^(?:谁|誰)(?:跟|叫|让)你|^(?:你|您)(?:别|不要|能不能别)|^(?:别|莫|不要)(?:给我|跟我|再?问|扯)"
    "|^(?:快点|赶紧|搞快)|^(?:我)?(?:不|没)(?:会|太)?(?:清楚|知道|晓得|记得)(?:了)?$"
    "|^(?:你们?)?千?万?别(?:误会|见怪|介意|生气)|^(?:你们?)?(?:慢慢|先忙|记一下|记下)"
    "|^(?:叫|让|讓|请|喊)[^，]{0,8}(?:打|联系|回电|来电|聯絡)|\\*{5,}|^any update|contact 我|过点了|没影"
)
_DENIES = re.compile("^(?:并)?不是|^唔係|^並不是")  # what it is not: the next clause says what it is
_PRAISE = re.compile(
    "(?:师傅|師傅|工程师|小哥|小伙|小[一-鿿]|客服|经理|老师|姑娘|他|她|服务).*(?:不错|很好|真好|挺好|耐心|负责|专业|厉害|热情|表扬|点赞|周到)"
)
_FIGURE = re.compile("(?<![0-9])[0-9]{1,4}(?![0-9])")  # no telephone number
_CODE_OR_NUMBER = re.compile("[A-Za-z]+-?[0-9]+|[0-9]{2,}")


@dataclass(slots=True)
class ClauseWeights:
    """Weighs clauses in one batch by what was learned of acts and topics, and by the company's words and questions."""

    rules: Rules
    _scores: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def weights(self, clauses: Sequence[TitleClause]) -> list[float]:
        """Return the weight of each clause, about 0 for one that tells nothing and 1 for one that tells much."""
        texts = [clause.text for clause in clauses]
        acts = self._acts(texts)
        about = self._topics(texts)
        return [self._weight(each, acts.get(each.text, {}), about[each.text]) for each in clauses]

    def topics(self, clauses: Sequence[TitleClause]) -> list[str | None]:
        """Return each clause's topic if it is clear, else None; what clings to the clause before has none."""
        found: list[str | None] = []
        present: str | None = None
        scores = self._topics([clause.text for clause in clauses])
        for clause in clauses:
            topic = _clear_topic(scores[clause.text], present)
            present = topic or present
            found.append(topic)
        return found

    def _weight(self, clause: TitleClause, acts: Mapping[str, float], topics: Mapping[str, float]) -> float:
        about = min(1.0, max(topics.values(), default=_UNREAD))
        named = topic_of(self.rules.policy, normalise(clause.text), None) is not None
        told = about + _WORD * named + _LIKE * self._likeness(clause.text)
        told += _CODE * bool(_CODE_OR_NUMBER.search(clause.text))
        told += _ASKS * (clause.asks or polarity_of(clause.text).asked)
        told += sum(worth * acts[act] for act, worth in _TELL.items() if acts.get(act, 0.0) >= _HEARD) * _long(clause)
        if _PRAISE.search(clause.text):
            return told + _TELL["feedback"]
        names = named or about >= _ABOUT or _FIGURE.search(clause.text) is not None
        told -= _silence(acts, clause.text, names=names) + _SHORT * (len(clause.text) < _FEW and not named)
        return told - (_ASIDE if _OF_THE_DESK.search(clause.text) or _denies(clause) else 0.0)

    def _likeness(self, text: str) -> float:
        """To the question that it is likest."""
        index = self.rules.index
        return float(index.inverted.likeness(index.inverted.vector(index.prepare(text).parts)).max(initial=0.0))

    def _acts(self, texts: Sequence[str]) -> dict[str, Mapping[str, float]]:
        head = self.rules.acts.head
        if head is None:
            return {}
        try:
            looked = head.look(texts)
        except Exception:
            log.exception("clauses could not be read for acts")
            return {}
        return {text: dict(zip(head.names, looked[text][0].tolist(), strict=True)) for text in texts}

    def _topics(self, texts: Sequence[str]) -> dict[str, Mapping[str, float]]:
        unread = [text for text in dict.fromkeys(texts) if text not in self._scores]
        try:
            reader = self.rules.acts.topics
            found = reader.scores_of(unread) if reader is not None and unread else [{} for _ in unread]
        except Exception:
            log.exception("the topics of clauses could not be read")
            found = [{} for _ in unread]
        self._scores |= dict(zip(unread, found, strict=True))
        return self._scores


def _long(clause: TitleClause) -> bool:
    """Whether a clause is long enough to be more than an exclamation."""
    return len(clause.text) >= _SENTENCE


def _denies(clause: TitleClause) -> bool:
    return _DENIES.search(clause.text) is not None and not clause.asks


def _silence(acts: Mapping[str, float], text: str, *, names: bool) -> float:
    """What a clause loses for acts that say nothing of a matter."""
    silent = max((acts.get(act, 0.0) for act in _SILENT), default=0.0)
    wishes = max((acts.get(act, 0.0) for act in _MAY_NAME), default=0.0)
    lost = silent if silent >= (_HEARD if len(text) < _LONG else _SURELY) else 0.0
    return max(lost, (0.15 if names else wishes) if wishes >= _HEARD else 0.0)


def _clear_topic(scores: Mapping[str, float], present: str | None) -> str | None:
    best = max(scores, key=lambda topic: scores[topic], default=None)
    if best is None or scores[best] < _CLEARLY:
        return None
    return best if present is None or best == present or scores.get(present, 0.0) < _FOREIGN else present
