"""The list of questions: what is in the draft or was retired, searched and filtered, with how each is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from escalation.measures.article_use import ArticleUse, article_use
from escalation.measures.periods import ReportPeriod, day_of
from escalation.policy.model import Policy
from knowledge_base.adjusting.judged_store import judged_by_article
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index
from knowledge_base.revisions import revision_store
from knowledge_base.text.normalise import normalise

DAYS = 90  # of which use is counted
STATES = ("changed", "live", "future", "over", "retired")
SORTS = ("asked", "unhelpful", "precision")
_KEPT = 65_536  # normalised texts


@dataclass(frozen=True, slots=True)
class QuestionUse:
    """Times an answer was given, what customers said of it, and how many judged answers were right."""

    counted: ArticleUse = field(default_factory=ArticleUse)
    right: int = 0
    judged: int = 0

    @property
    def precision(self) -> float | None:
        """The share of judged answers that were right, 0 to 1; None without any."""
        return self.right / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question of the list. `changed` says how the draft differs from what is published: new, changed, retired."""

    article: Article
    state: str  # live | future | over | retired
    changed: str
    use: QuestionUse


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """What is asked for; empty texts ask for nothing."""

    words: str = ""
    topic: str = ""
    tier: str = ""
    state: str = ""
    sort: str = ""


def read_questions(db: Connection, policy: Policy, now: datetime, *, retired: bool = False) -> list[ListedQuestion]:
    """Return all questions of the draft, or of what is published without one, and those retired in the draft.

    `retired`: those retired in earlier revisions too. The number of queries does not depend on that of questions.
    """
    published = {one.id: one for one in revision_store.load_published(db)[1]}
    draft = revision_store.find_draft(db)
    shown = {one.id: one for one in revision_store.load_revision(db, draft.id)} if draft is not None else published
    gone = [one for name, one in published.items() if name not in shown]
    if retired:
        known = {*shown, *published}
        gone += [one for one in revision_store.latest_versions(db) if one.id not in known]
    today = day_of(now, policy.zone)
    counted = article_use(db, ReportPeriod(today - timedelta(days=DAYS - 1), today))
    judged = judged_by_article(db)

    def listed(article: Article, state: str) -> ListedQuestion:
        use = QuestionUse(counted.get(article.id, ArticleUse()), *judged.get(article.id, (0, 0)))
        return ListedQuestion(article, state, _changed(published.get(article.id), shown.get(article.id)), use)

    return [*(listed(one, _state(one, now)) for one in shown.values()), *(listed(one, "retired") for one in gone)]


def chosen(questions: Iterable[ListedQuestion], asked: QuestionFilter, index: Index) -> list[ListedQuestion]:
    """Return the questions that are asked for, in the order that is asked for."""
    fits = _search(asked.words, index)
    found = [each for each in questions if _is_chosen(each, asked) and fits(each.article)]
    keys: Mapping[str, Callable[[ListedQuestion], float]] = {
        "asked": lambda each: -each.use.counted.given,
        "unhelpful": lambda each: -each.use.counted.rejected,
        "precision": lambda each: each.use.precision if each.use.precision is not None else 2.0,
    }
    return sorted(found, key=keys[asked.sort]) if asked.sort in keys else found


def _is_chosen(each: ListedQuestion, asked: QuestionFilter) -> bool:
    if asked.topic and each.article.category != asked.topic:
        return False
    if asked.tier and each.article.tiers and asked.tier not in each.article.tiers:
        return False
    if asked.state == "changed":
        return bool(each.changed)
    return each.state == asked.state if asked.state else each.state != "retired" or bool(each.changed)


def _changed(published: Article | None, drafted: Article | None) -> str:
    if published == drafted:
        return ""
    return "new" if published is None else "retired" if drafted is None else "changed"


def _state(article: Article, now: datetime) -> str:
    if article.valid_from is not None and article.valid_from > now:
        return "future"
    return "over" if article.valid_until is not None and article.valid_until <= now else "live"


def _search(words: str, index: Index) -> Callable[[Article], bool]:
    """Each word stands somewhere in the texts, as written or as the matcher reads it: pinyin, homophones."""
    ways = [_ways(words, index)]
    wanted = [_ways(word, index) for word in words.split()]

    def fits(article: Article) -> bool:
        texts = [_plain(text) for text in (article.id, *article.phrasings, article.answer)]
        return any(all(_stands(way, texts) for way in each) for each in (ways, wanted))

    return fits if words else lambda _: True


def _ways(words: str, index: Index) -> set[str]:
    restored = index.prepare(words).sentence if index.entries else words
    return {way for way in (_plain(words), _plain(restored)) if way}


def _stands(ways: Iterable[str], texts: Sequence[str]) -> bool:
    return any(way in text for way in ways for text in texts)


@lru_cache(maxsize=_KEPT)
def _plain(text: str) -> str:
    return normalise(text).replace(" ", "")
