"""An article as plain JSON, and fingerprints by which two versions of one, or of all, are told apart; pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from knowledge_base.articles import Article

ABSENT = "-"  # the fingerprint of a question that is not there


def entry_of(article: Article) -> dict[str, Any]:
    """Return an article as JSON can hold it; instants in ISO 8601."""
    return {
        "id": article.id,
        "category": article.category,
        "question": article.question,
        "similar": list(article.similar),
        "answer": article.answer,
        "tiers": list(article.tiers),
        "valid_from": article.valid_from.isoformat() if article.valid_from else None,
        "valid_until": article.valid_until.isoformat() if article.valid_until else None,
        "night_answer": article.night_answer,
    }


def article_of(entry: Mapping[str, Any]) -> Article:
    """Return the article of what `entry_of` returned."""
    instants = {
        name: datetime.fromisoformat(entry[name]) if entry[name] else None for name in ("valid_from", "valid_until")
    }
    lists = {name: tuple(entry[name]) for name in ("similar", "tiers")}
    return Article(**{**entry, **instants, **lists})


def fingerprint(article: Article | None) -> str:
    """Return 16 characters that are the same for the same content; ABSENT for none."""
    return _digest([entry_of(article)]) if article is not None else ABSENT


def content_digest(articles: Iterable[Article]) -> str:
    """Return 16 characters that are the same for the same articles in the same order."""
    return _digest([entry_of(article) for article in articles])


def _digest(entries: list[dict[str, Any]]) -> str:
    plain = json.dumps(entries, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()[:16]
