"""Read what an evaluation needs: lists of phrasings, and messages with the id of the question that answers them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from knowledge_base.articles import Article
from knowledge_base.catalogue import read_faq
from knowledge_base.faq_csv import decoded, records
from knowledge_base.faults import Faults

PHRASING_LIST = ("id", "question")
MESSAGES = ("text", "expected")

_OF_AN_FAQ = {"category", "answer"}  # a CSV file that names one of these is an FAQ file, not a list of phrasings

_Lines = list[tuple[int, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer wrote, and the question that answers it; None: nothing in the knowledge base does."""

    text: str
    expected: str | None


def read_knowledge(path: Path) -> tuple[Article, ...]:
    """The questions of an FAQ file (YAML, CSV, XLSX), or of a CSV list of phrasings: columns id and question."""
    if path.suffix.lower() != ".csv":
        return read_faq(path)
    faults = Faults(str(path))
    lines = _lines(path, faults)
    if lines and _OF_AN_FAQ & set(_names(lines[0][1])):
        return read_faq(path)
    phrasings: dict[str, list[str]] = {}
    for line, (name, question) in _cells(lines, PHRASING_LIST, "question", faults):
        if not name:
            faults.add(line, '"id" is empty; give the id of the question that this phrasing asks.')
        if not question:
            faults.add(line, '"question" is empty; write it as a customer would ask it.')
        phrasings.setdefault(name, []).append(question)
    faults.raise_if_any()
    return tuple(Article(name, "", first, tuple(rest), "") for name, (first, *rest) in phrasings.items())


def read_messages(path: Path, known: Collection[str]) -> tuple[Message, ...]:
    """Labelled messages from a CSV file (columns text and expected); every id must be one of the known."""
    faults = Faults(str(path))
    found = []
    advice: dict[str, str] = {}
    for line, (text, expected) in _cells(_lines(path, faults), MESSAGES, "message", faults):
        if not text:
            faults.add(line, '"text" is empty; write what the customer wrote.')
        if expected and expected not in known:
            advice[expected] = advice.get(expected) or _advice(expected, known)
            faults.add(line, f'The knowledge base has no question "{expected}"; {advice[expected]}')
        found.append(Message(text, expected or None))
    faults.raise_if_any()
    return tuple(found)


def _advice(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f'did you mean "{near[0]}"?' if near else "leave it empty if nothing there answers the message."


def _lines(path: Path, faults: Faults) -> _Lines:
    try:
        content = path.read_bytes()
    except OSError as error:
        faults.add(1, f"The file can't be read ({error.strerror}); give the path of a readable file.")
        return []
    text = decoded(content)
    if text is None:
        faults.add(1, "The file is neither UTF-8 nor GBK; save it as UTF-8.")
        return []
    return [(line, cells) for line, cells in records(text, faults) if any(cell.strip() for cell in cells)]


def _cells(lines: _Lines, columns: tuple[str, str], noun: str, faults: Faults) -> Iterator[tuple[int, tuple[str, str]]]:
    """The two cells of every line that matter, whatever stands in further columns."""
    if faults.found:
        return
    if not lines:
        faults.add(1, f"The file is empty; it must hold at least one {noun}.")
        return
    names = _names(lines[0][1])
    for column in columns:
        if column not in names:
            faults.add(lines[0][0], f'The column "{column}" is missing; the first line must name {", ".join(columns)}.')
    if faults.found:
        return
    if len(lines) == 1:
        faults.add(lines[0][0], f"The file names its columns but holds no {noun}; it must hold at least one.")
    one, other = (names.index(column) for column in columns)
    for line, cells in lines[1:]:
        if any(cell.strip() for cell in cells[len(names) :]):
            faults.add(
                line,
                f"The line has {len(cells)} cells but the first line names {len(names)} columns; "
                "put quotes around a cell that holds a comma.",
            )
            continue
        padded = [*cells, *[""] * (len(names) - len(cells))]
        yield line, (padded[one].strip(), padded[other].strip())


def _names(cells: Sequence[str]) -> list[str]:
    return [cell.strip().lower() for cell in cells]
