"""The facts of a line of a conversation, from what is known around it; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation.measures.facts import Fact, whole_seconds

ALONE_AFTER = timedelta(hours=24)
_LEAST_DIGITS = 4
_WORD = re.compile(r"[A-Za-z0-9-]{6,}")


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A line of a conversation with what held when it was counted.

    `article`: whose published answer the bot gives; `helped`, `rejected`: the article whose answer a customer's tap
    calls helpful or not. `asked_at`: of the bot's answer, the customer's latest line before it. `retold`: how many
    values in it stood in the ticket's run before. `is_strangers_first`: of a month, of a customer nobody knows.
    """

    at: datetime
    author: str
    tier: str
    channel: str
    topic: str = ""
    ticket_id: int = 0
    queue: str = ""
    article: str = ""
    helped: str = ""
    rejected: str = ""
    asked_at: datetime | None = None
    retold: int = 0
    is_strangers_first: bool = False


def values_in(text: str) -> frozenset[str]:
    """Return the numbers and codes in a text: words of 6 and more of A–Z, a–z, 0–9 and - with at least 4 digits."""
    words = _WORD.findall(text)
    return frozenset(word for word in words if sum(each.isdigit() for each in word) >= _LEAST_DIGITS)


def facts_of_line(line: CountedLine) -> Iterator[Fact]:
    """Yield the facts of a line of the customer or the bot."""
    fact = _fact(line)
    if line.author == "bot" and line.article:
        yield replace(fact, measure="bot_answered", part=line.article)
        if line.asked_at is not None:
            yield replace(fact, measure="bot_answer_time", value=whole_seconds(line.asked_at, line.at))
    if line.author != "customer":
        return
    yield replace(fact, measure="customer_line")
    for measure, article in (("bot_helped", line.helped), ("bot_rejected", line.rejected)):
        if article:
            yield replace(fact, measure=measure, part=article)
    if line.retold:
        yield replace(fact, measure="retold", value=line.retold)
    if line.is_strangers_first:
        yield replace(fact, measure="stranger_wrote")


def alone_fact(line: CountedLine, *, is_alone: bool) -> Fact:
    """Return whether the bot's answer of this line was all that its customer needed."""
    return replace(_fact(line), at=line.at + ALONE_AFTER, measure="bot_alone", value=int(is_alone))


def _fact(line: CountedLine) -> Fact:
    return Fact(
        at=line.at,
        measure="",
        value=1,
        ticket_id=line.ticket_id,
        tier=line.tier,
        queue=line.queue,
        topic=line.topic,
        channel=line.channel,
    )
