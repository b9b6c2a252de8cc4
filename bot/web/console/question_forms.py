"""The form of a question: filled from an article or from what was typed, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from bot.knowledge.entry_checks import EntryRefused, new_id
from bot.web.console.access import field
from bot.wording.sanitise import clean
from knowledge_base.articles import Article

TEXTS = ("id", "question", "similar", "answer", "night_answer", "category", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What stands in the form."""

    texts: Mapping[str, str]
    tiers: tuple[str, ...] = ()


def form_of(article: Article, zone: ZoneInfo) -> EntryForm:
    """Return the form as it shows an article; instants to the minute, in the zone."""
    texts = {"id": article.id, "question": article.question, "similar": "\n".join(article.similar)}
    texts |= {"answer": article.answer, "night_answer": article.night_answer or "", "category": article.category}
    texts |= {name: _shown(getattr(article, name), zone) for name in ("valid_from", "valid_until")}
    return EntryForm(texts, article.tiers)


def empty_form(question: str = "", category: str = "") -> EntryForm:
    """Return the form of a new question."""
    return EntryForm({**dict.fromkeys(TEXTS, ""), "question": question, "category": category})


def typed_form(form: FormData) -> EntryForm:
    """Return the form as it was filled in."""
    texts = {name: clean(field(form, name)).replace("\r\n", "\n") for name in TEXTS}
    return EntryForm(texts, tuple(clean(tier) for tier in form.getlist("tiers") if isinstance(tier, str)))


def article_from(typed: EntryForm, current: Article | None, zone: ZoneInfo) -> Article:
    """Return the article of a filled form; raises EntryRefused for an instant that cannot be read."""
    texts = typed.texts
    lines = (" ".join(line.split()) for line in texts["similar"].split("\n"))
    question = " ".join(texts["question"].split())
    return Article(
        id=texts["id"] or new_id(question),
        category=texts["category"],
        question=question,
        similar=tuple(dict.fromkeys(line for line in lines if line and line != question)),
        answer=texts["answer"].strip(),
        tiers=typed.tiers,
        valid_from=_instant(texts["valid_from"], current.valid_from if current else None, zone),
        valid_until=_instant(texts["valid_until"], current.valid_until if current else None, zone),
        night_answer=texts["night_answer"].strip() or None,
    )


def _instant(text: str, current: datetime | None, zone: ZoneInfo) -> datetime | None:
    if text == _shown(current, zone):
        return current  # to the second, as a file may have it
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise EntryRefused("instant", found=text[:30]) from None
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _shown(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at is not None else ""
