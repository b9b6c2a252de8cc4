"""Article: a question with similar questions, its answer, and who may see it when."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Article:
    """A question that the company answers.

    `category` is a topic of the policy. An empty `tiers` means every tier; `valid_from`/`valid_until` are aware UTC
    instants, the second exclusive. `night_answer` replaces `answer` outside the customer's service hours.
    """

    id: str
    category: str
    question: str
    similar: tuple[str, ...]
    answer: str
    tiers: tuple[str, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    night_answer: str | None = None

    @property
    def phrasings(self) -> tuple[str, ...]:
        """Return every known phrasing of the question, the standard one first."""
        return (self.question, *self.similar)


DIGEST = "="  # begins a digest that stands for an id


def digest_of(article_id: str) -> str:
    """Return what stands for an id where it has no room: 17 characters, the same for the same id."""
    return DIGEST + hashlib.sha256(article_id.encode()).hexdigest()[:16]
