"""Close a gap: publish its question as a similar one or a new article, or dismiss it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import Connection

from bot.knowledge.gap_settling import settle
from bot.knowledge.kept_talks import Replay, no_talks
from bot.knowledge.publishing import NotPublished, Proposal, carry_out, propose
from bot.knowledge.shown_gaps import shown_gaps
from bot.rules import Rules
from bot.storage.database import Database
from knowledge_base.articles import Article
from knowledge_base.files.faults import suggestion
from knowledge_base.gaps.clustering import Cluster, cluster, masked_part
from knowledge_base.gaps.gap_store import Settled
from knowledge_base.matching.index import key_of
from knowledge_base.revisions import revision_store
from knowledge_base.text.normalise import FILLERS

LONGEST_QUESTION = 200
LONGEST_ANSWER = 4_000
TRIES = 3  # when others publish at the same time

REFUSALS = {
    "gone": "There is no open gap {number}; `jiedai kb gaps` lists those there are.",
    "unknown_article": 'There is no question "{article}"; {hint}',
    "unknown_category": 'The category "{category}" is not in the policy; {hint}',
    "no_wording": 'Gap {number} ("{text}") holds masked data; say without it how the question is asked.',
    "masked": '"{text}" holds masked data; say without it how the question is asked.',
    "masked_answer": "The answer holds masked data ({text}); write it without, as every customer may read it.",
    "no_words": 'The question "{text}" holds no words; write it as a customer would ask it.',
    "long_question": 'The question "{text}" is longer than {longest} characters; ask it in one sentence.',
    "long_answer": "The answer is longer than {longest} characters; shorten it.",
    "exists": '"{text}" asks the same as "{phrasing}" under question "{article}"; keep it under one question.',
    "exists_here": '"{text}" asks the same as "{phrasing}", which question "{article}" holds already.',
    "no_answer": "Nobody has answered gap {number} yet; write the answer.",
    "changed_since": 'Question "{question}" was changed since; take back there what is not wanted.',
    "broken": "This would change what must stay as it is:\n{sentences}",
}


class GapRefused(NotPublished):
    """A gap that cannot be closed this way; `code` and `values` let a caller word it in another language."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(REFUSALS[code].format(**values))
        self.code, self.values = code, values


@dataclass(frozen=True, slots=True)
class AsSimilar:
    """Add the wordings (default: the gap's own) to an existing article as similar questions."""

    article_id: str
    wordings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AsNew:
    """Make a new article: the first wording is its question, the rest similar questions.

    Without an `answer` an agent's reply to the gap is taken.
    """

    category: str
    wordings: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The result of `accept`: the revision, the article, the wordings added, and how many messages the gap had."""

    revision: int
    article: Article
    added: tuple[str, ...]
    messages: int


def find(database: Database, rules: Rules, number: int, until: int | None = None) -> Cluster:
    """Return the open gap with this number; raises GapRefused ("gone") if there is none.

    `until`: only messages up to this id count, for later ones have not been shown to the person who decides.
    """
    gaps = [gap for gap in database.read_now(shown_gaps) if until is None or gap.id <= until]
    found = next((one for one in cluster(gaps, rules.index, ranked=0) if number in one.gaps), None)
    if found is None:
        raise GapRefused("gone", number=str(number))
    return found


def accept(
    database: Database,
    rules: Rules,
    number: int,
    how: AsSimilar | AsNew,
    *,
    author: str,
    now: datetime,
    until: int | None = None,
    replay: Replay = no_talks,
) -> Accepted:
    """Publish the gap's question and settle the gap in one transaction. Slow: call it off the event loop.

    Raises NotPublished when the revision is refused or others keep publishing (TRIES attempts), GapRefused for the gap.
    """
    for _ in range(TRIES):
        gap = find(database, rules, number, until)
        based_on, articles = database.read_now(revision_store.load_published)
        article, added = (
            _similar(rules, gap, articles, how) if isinstance(how, AsSimilar) else _new(rules, gap, articles, how)
        )
        everything = tuple(article if one.id == article.id else one for one in articles)
        if article not in everything:
            everything = (*articles, article)
        try:
            proposal = propose(database, rules, everything, based_on=based_on, now=now, replay=replay)
            demand_unbroken(proposal)
            note = f'gap {gap.id}: "{added[0]}" → {article.id}'
            revision = _write(database, proposal, gap, article.id, note, author, now)
        except NotPublished:
            if database.read_now(revision_store.current_revision) == based_on:
                raise
            continue  # somebody published meanwhile: this is a small step, and still right upon theirs
        return Accepted(revision, article, added, gap.count)
    raise NotPublished("Others are publishing at this very moment; try again.")


def dismiss(
    database: Database, rules: Rules, number: int, *, author: str, now: datetime, until: int | None = None
) -> Cluster:
    """Settle the gap without an answer; raises GapRefused if it is not open."""
    gap = find(database, rules, number, until)
    database.write_now(_settle, gap, "dismissed", author, now, None)
    return gap


def _write(
    database: Database, proposal: Proposal, gap: Cluster, article: str, note: str, author: str, now: datetime
) -> int:
    def settled(db: Connection, _revision: int) -> None:
        _settle(db, gap, "accepted", author, now, article)

    return carry_out(database, proposal, note=note, author=author, now=now, also=settled)


def _settle(db: Connection, gap: Cluster, state: Settled, author: str, now: datetime, article: str | None) -> None:
    if not settle(db, gap, state, author, now, article):
        raise GapRefused("gone", number=str(gap.id))  # a colleague was faster


def _similar(
    rules: Rules, gap: Cluster, articles: Sequence[Article], how: AsSimilar
) -> tuple[Article, tuple[str, ...]]:
    article = next((one for one in articles if one.id == how.article_id), None)
    if article is None:
        raise GapRefused("unknown_article", article=how.article_id, hint=_near(how.article_id, articles))
    added = _wordings(rules, gap, articles, how.wordings, article.id)
    return replace(article, similar=(*article.similar, *added)), added


def _new(rules: Rules, gap: Cluster, articles: Sequence[Article], how: AsNew) -> tuple[Article, tuple[str, ...]]:
    topics = tuple(rules.policy.topics)
    if how.category not in topics:
        raise GapRefused("unknown_category", category=how.category, hint=suggestion(how.category, topics))
    question, *similar = added = _wordings(rules, gap, articles, how.wordings)
    name = _free_id(f"gap-{gap.id}", {one.id for one in articles})
    return Article(name, how.category, question, tuple(similar), _answer(gap, how.answer)), added


def _wordings(
    rules: Rules, gap: Cluster, articles: Iterable[Article], given: Iterable[str], here: str = ""
) -> tuple[str, ...]:
    """The wordings to add, each valid, new and once."""
    wanted = [tidy for wording in given if (tidy := " ".join(wording.split()))]
    if not wanted and "*" in gap.text:
        raise GapRefused("no_wording", number=str(gap.id), text=gap.text)
    owners = {key: (one, said) for one in articles for said in one.phrasings for key in _keys(rules, said)}
    added: dict[tuple[str, ...], str] = {}
    for wording in wanted or [gap.text]:
        _demand_sound(gap, wording)
        for key in _keys(rules, wording):
            if key in owners:
                owner, said = owners[key]
                code = "exists_here" if owner.id == here else "exists"
                raise GapRefused(code, text=wording, phrasing=said, article=owner.id, question=owner.question)
        added.setdefault(_keys(rules, wording), wording)
    return tuple(added.values())


def _keys(rules: Rules, text: str) -> tuple[str, ...]:
    """The text as files are compared, and as messages are."""
    return (key_of(text, FILLERS), key_of(text, rules.index.fillers))


def _demand_sound(gap: Cluster, wording: str) -> None:
    if masked_part(wording, " ".join((gap.text, *gap.examples))):
        raise GapRefused("masked", text=wording)
    if len(wording) > LONGEST_QUESTION:
        raise GapRefused("long_question", text=f"{wording[:30]}…", longest=str(LONGEST_QUESTION))
    if not key_of(wording, FILLERS):
        raise GapRefused("no_words", text=wording)


def _answer(gap: Cluster, given: str) -> str:
    answer = given.strip() or (gap.reply or "").strip()
    if not answer:
        raise GapRefused("no_answer", number=str(gap.id))
    if part := masked_part(answer, gap.reply or ""):
        raise GapRefused("masked_answer", text=part)
    if len(answer) > LONGEST_ANSWER:
        raise GapRefused("long_answer", longest=str(LONGEST_ANSWER))
    return answer


def _near(wanted: str, articles: Iterable[Article]) -> str:
    near = get_close_matches(wanted.lower(), [one.id for one in articles], n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else "`jiedai kb export FILE` writes all of them to a file."


def _free_id(wanted: str, taken: set[str]) -> str:
    return wanted if wanted not in taken else _free_id(f"{wanted}-again", taken)


def demand_unbroken(proposal: Proposal) -> None:
    """Raise GapRefused, naming what would go otherwise, if a proposal breaks what must stay."""
    if not proposal.broken:
        return
    names = "、".join(f"「{text}」" for text in (*(one.text for one in proposal.lost), *proposal.broken_talks))
    raise GapRefused("broken", sentences="\n".join(proposal.broken), texts=names)
