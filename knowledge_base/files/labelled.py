"""Tables for evaluations: lists of phrasings, and messages labelled with the id of their article; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge_base.articles import Article
from knowledge_base.files.faults import FaqFaultCollector

PHRASING_LIST = ("id", "question")
MESSAGES = ("text", "expected")

Rows = Iterable[tuple[int, Mapping[str, str | None]]]  # line, and cells by column; None: its fault is known already


@dataclass(frozen=True, slots=True)
class LabelledMessage:
    """A customer's message, and the id of the article that answers it; None: no article does."""

    text: str
    expected: str | None


def read_phrasings(rows: Rows, faults: FaqFaultCollector) -> tuple[Article, ...]:
    """Return the questions of a table with the columns id and question; raises CatalogueFaults."""
    phrasings: dict[str, list[str]] = {}
    for line, cells in rows:
        name, question = cells["id"], cells["question"]
        if name == "":
            faults.add(line, '"id" is empty; give the id of the question that this phrasing asks.')
        if question == "":
            faults.add(line, '"question" is empty; write it as a customer would ask it.')
        phrasings.setdefault(name or "", []).append(question or "")
    faults.raise_if_any()
    return tuple(Article(name, "", first, tuple(rest), "") for name, (first, *rest) in phrasings.items())


def read_messages(rows: Rows, known: Collection[str], faults: FaqFaultCollector) -> tuple[LabelledMessage, ...]:
    """Return the messages of a table with the columns text and expected, an id of `known`; raises CatalogueFaults."""
    found = []
    advice: dict[str, str] = {}
    for line, cells in rows:
        text, expected = cells["text"], cells["expected"]
        if text == "":
            faults.add(line, '"text" is empty; write what the customer wrote.')
        if expected and expected not in known:
            advice[expected] = advice.get(expected) or _advice(expected, known)
            faults.add(line, f'The knowledge base has no question "{expected}"; {advice[expected]}')
        found.append(LabelledMessage(text or "", expected or None))
    faults.raise_if_any()
    return tuple(found)


def _advice(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else "leave it empty if nothing there answers the message."
