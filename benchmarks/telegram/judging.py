"""Hold what stands in the chats against what was asked: how soon, in which order, what is missing, what came twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.tables import percentile
from benchmarks.telegram.questions import Pool
from benchmarks.telegram.server import Asked, Said
from bot.wording.telegram_customers import MAYBE_TWICE


@dataclass(frozen=True, slots=True)
class Verdict:
    """`waits`: seconds from the instant a question was due to its reply, of those that have one."""

    asked: int
    waits: tuple[float, ...]
    lost: int
    reordered: int
    doubled: int
    unlabelled: int  # of those doubled, without the remark that they may be
    others: int  # messages that answer no question, such as asking whether it helped

    def ms(self, share: float) -> float:
        """A percentile of the waits, in milliseconds."""
        return round(percentile(self.waits, share) * 1e3, 1) if self.waits else float("nan")

    def as_json(self) -> dict[str, float]:
        """The figures."""
        found = {f"p{round(share * 100)}_ms": self.ms(share) for share in (0.5, 0.95, 0.99)}
        counted = {"asked": self.asked, "lost": self.lost, "reordered": self.reordered, "doubled": self.doubled}
        return found | counted | {"unlabelled": self.unlabelled, "others": self.others}


def judge(asked: Sequence[Asked], said: Sequence[Said], pool: Pool) -> Verdict:
    """Each chat for itself; no chat asks for the same answer twice."""
    article_of = pool.article_of
    questions: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for one in asked:
        questions[one.chat].append((article_of[one.text], one.at))
    waits: list[float] = []
    lost = reordered = doubled = unlabelled = others = 0
    replies = _replies(said, pool)
    for chat, theirs in questions.items():
        place = {article: number for number, (article, _) in enumerate(theirs)}
        due = dict(theirs)
        first: dict[str, float] = {}
        for article, at, labelled in replies.pop(chat, []):
            if article not in place:
                others += 1
            elif article in first:
                doubled += 1
                unlabelled += not labelled
            else:
                first[article] = at
        waits += [at - due[article] for article, at in first.items()]
        lost += len(place) - len(first)
        reordered += sum(place[later] < place[earlier] for earlier, later in pairwise(first))
    others += sum(map(len, replies.values()))
    return Verdict(len(asked), tuple(waits), lost, reordered, doubled, unlabelled, others)


def _replies(said: Sequence[Said], pool: Pool) -> dict[int, list[tuple[str, float, bool]]]:
    """By chat, in order: the article of the reply (or nothing), when, and whether it says it may be a repeat."""
    found: dict[int, list[tuple[str, float, bool]]] = defaultdict(list)
    for one in said:
        plain = one.text.removeprefix(MAYBE_TWICE)
        found[one.chat].append((pool.answers.get(plain.strip(), ""), one.at, plain != one.text))
    return found
