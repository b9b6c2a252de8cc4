"""Knowledge bases with strangers' messages and what answers each, and the same with wrongly filed phrasings."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bot.files.knowledge_files import read_knowledge_file
from knowledge_base.articles import Article

HERE = Path(__file__).resolve().parent.parent
BLIND, SAMPLE = HERE / "benchmarks" / "blind", HERE / "knowledge_base" / "sample"
FAQ, PROPERTY = SAMPLE / "faq.yaml", BLIND / "property.yaml"
OWN = {
    "work": (FAQ, BLIND / "strangers_work.csv"),
    "report": (FAQ, BLIND / "strangers_report.csv"),
    "sample": (FAQ, SAMPLE / "messages.csv"),
    "property": (PROPERTY, BLIND / "property_messages.csv"),
}
PUBLIC = ("telecom5", "clinc10", "banking10")
STRANGERS = ("work", "report", "property")  # what people wrote who saw no phrasing


@dataclass(frozen=True, slots=True)
class StrangersMessage:
    """A message, the ids of the questions each of which answers it (empty: none does), and the hand that wrote it."""

    text: str
    expected: frozenset[str]
    hand: str = ""


@dataclass(frozen=True, slots=True)
class AskedBase:
    """A knowledge base and the messages asked of it."""

    name: str
    articles: tuple[Article, ...]
    messages: tuple[StrangersMessage, ...]


def read_base(name: str, folder: Path, half: str = "test") -> AskedBase | None:
    """Return one of `OWN`, or of `PUBLIC` from this folder with its `half`; None where the folder has none."""
    base, messages = OWN.get(name) or (folder / name / "kb.csv", folder / name / f"{half}.csv")
    if not messages.exists():
        return None
    articles = read_knowledge_file(base)
    asked = read_messages(messages, {article.id for article in articles})
    # Another set's hand of the same number is another person.
    return AskedBase(
        name, articles, tuple(replace(one, hand=f"{name} {one.hand}") if one.hand else one for one in asked)
    )


def read_messages(path: Path, known: Collection[str]) -> tuple[StrangersMessage, ...]:
    """Read the columns text, expected (ids joined by |) and hand, where there is one; raises ValueError."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (row["text"], frozenset(filter(None, row["expected"].split("|"))), row.get("hand") or "")
            for row in csv.DictReader(file)
        ]
    unknown = frozenset[str]().union(*(expected for _, expected, _ in rows)) - set(known)
    if unknown:
        raise ValueError(f"{path.name} expects {', '.join(sorted(unknown))}, which the knowledge base does not have.")
    return tuple(StrangersMessage(*row) for row in rows)


def wrongly_filed(articles: Sequence[Article], share: float, seed: int) -> tuple[Article, ...]:
    """Return the questions with this share of all phrasings, standard wordings too, moved to another one by chance.

    A question that would be left without a phrasing keeps its last.
    """
    random = Random(seed)
    phrasings = {article.id: list(article.phrasings) for article in articles}
    every = [(article.id, phrasing) for article in articles for phrasing in article.phrasings]
    for owner, phrasing in random.sample(every, round(share * len(every))):
        other = random.choice([name for name in phrasings if name != owner])
        if len(phrasings[owner]) > 1:
            phrasings[owner].remove(phrasing)
            phrasings[other].append(phrasing)
    return tuple(
        replace(article, question=phrasings[article.id][0], similar=tuple(phrasings[article.id][1:]))
        for article in articles
    )
