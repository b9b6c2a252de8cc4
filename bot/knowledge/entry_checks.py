"""What a question must be to be taken into the draft; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from bot.messages import BotRefusal
from escalation.policy.model import Policy
from knowledge_base.articles import Article
from knowledge_base.matching.index import key_of
from knowledge_base.text.normalise import FILLERS

LONGEST_QUESTION = 200  # characters, as of what is made of a gap
LONGEST_ANSWER = 4_000
MOST_PHRASINGS = 200

SENTENCES = {
    "no_question": "The question is empty; write it as a customer would ask it.",
    "no_words": 'The question "{text}" holds no words; write it as a customer would ask it.',
    "long_question": 'The question "{text}" is longer than {longest} characters; ask it in one sentence.',
    "many_phrasings": "There are {found} phrasings; {longest} at most.",
    "no_answer": "The answer is empty; write what the customer is to read.",
    "long_answer": "The answer is longer than {longest} characters; shorten it.",
    "unknown_category": 'The category "{category}" is not in the policy.',
    "unknown_tier": 'The tier "{tier}" is not in the policy.',
    "period": "The end of the validity must be later than its beginning.",
    "instant": '"{found}" is no date and time.',
    "exists": '"{text}" asks the same as "{phrasing}" under question "{question}"; keep it under one question.',
    "gone": "There is no such question any more.",
    "no_revision": "There is no revision {number}.",
    "in_force": "Revision {number} is the one in force.",
    "no_draft": "There is no draft.",
    "no_change": "The draft changes nothing.",
    "behind": "Revision {number} was published since the draft was begun; bring the draft up to date first.",
    "unchecked": "The draft was not checked as it is now; check it first.",
    "lost": "Messages that must keep their answers would lose them.",
    "conflict": "Say for every question that both sides changed which version counts.",
    "moved": "Somebody changed the draft or published meanwhile; look at it again.",
}


class EntryRefused(BotRefusal):
    """What cannot be done with a question or the draft; `code` and `values` let a caller word it otherwise."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(SENTENCES[code].format(**values))
        self.code, self.values = code, values


def new_id(question: str) -> str:
    """Return an id for a new question: the same for the same question, so that its history goes on."""
    return "q-" + hashlib.sha256(question.encode(errors="replace")).hexdigest()[:8]


def entry_faults(article: Article, policy: Policy) -> Iterator[EntryRefused]:
    """Yield what is wrong with a question by itself."""
    yield from _wording_faults(article)
    for answer in (article.answer, article.night_answer or ""):
        if len(answer) > LONGEST_ANSWER:
            yield EntryRefused("long_answer", longest=f"{LONGEST_ANSWER:,}")
    if not article.answer.strip():
        yield EntryRefused("no_answer")
    if article.category not in policy.topics:
        yield EntryRefused("unknown_category", category=article.category)
    yield from (EntryRefused("unknown_tier", tier=tier) for tier in article.tiers if tier not in policy.tiers)
    if article.valid_from and article.valid_until and article.valid_until <= article.valid_from:
        yield EntryRefused("period")


def faults_in(articles: Iterable[Article], policy: Policy, most: int) -> list[tuple[Article, EntryRefused]]:
    """Return the first faults of these questions, each with its question."""
    found = ((article, fault) for article in articles for fault in entry_faults(article, policy))
    return list(islice(found, most))


def _wording_faults(article: Article) -> Iterator[EntryRefused]:
    if not article.question:
        yield EntryRefused("no_question")
    if len(article.phrasings) > MOST_PHRASINGS:
        yield EntryRefused("many_phrasings", found=str(len(article.phrasings)), longest=str(MOST_PHRASINGS))
    for text in article.phrasings[: MOST_PHRASINGS + 1]:
        if len(text) > LONGEST_QUESTION:
            yield EntryRefused("long_question", text=f"{text[:30]}…", longest=str(LONGEST_QUESTION))
        elif text and not key_of(text, FILLERS):
            yield EntryRefused("no_words", text=text)


def clash_of(article: Article, others: Iterable[Article], fillers: Iterable[str]) -> EntryRefused | None:
    """Return the refusal of a phrasing that stands under another question too; None if none does."""
    fillers = tuple(fillers)
    mine = {key: text for text in article.phrasings for key in _keys(text, fillers)}
    for other in others:
        if other.id == article.id:
            continue
        for said in other.phrasings:
            if text := next((mine[key] for key in _keys(said, fillers) if key in mine), None):
                return EntryRefused("exists", text=text, phrasing=said, question=other.question)
    return None


def _keys(text: str, fillers: tuple[str, ...]) -> tuple[str, ...]:
    """The text as files are compared, and as messages are."""
    return (key_of(text, FILLERS), key_of(text, fillers))
