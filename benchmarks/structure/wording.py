"""Chinese that stands outside the room of wording.

The rule: a string literal of `bot` with a Chinese character in it, parts of f-strings included, is a sentence or a
label for a person and belongs into `bot/wording`. Docstrings and the product's own name are none. What is meant to
stay elsewhere is named in `EXCEPTIONS`. The domains keep their refusals, so only `bot` is read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.structure.source import Function, Module

ROOM = "bot.wording"
PRODUCT = "Jiedai 接待"
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

_DEMO = frozenset({"*"})
_GAPS = frozenset({"_ASKS", "_OUTCRY", "_INTRODUCTION", "_SAYS_SOMETHING"})
_SCORES = frozenset({"_SCORE", "_score"})
_DATA_WORDS = frozenset(
    {"_WANTED"}
    | {"_ASKS", "_ASKS_STATE", "_ASKS_WHEN", "_BEGINS", "_CAN", "_CONSENT", "_CONTACT", "_COPIES", "_COPY"}
    | {"_DATA", "_DOES", "_END", "_ERASE", "_ERASES", "_FILLER", "_HOW", "_KEEP_NOT", "_KIND"}
    | {"_LINES", "_MARKS", "_MINE", "_NAMES_COPY", "_NEAR", "_NEEDS_A_PERSON", "_OTHER", "_OWN", "_PERSONAL"}
    | {"_POLITE", "_PRIVACY", "_REQUEST", "_STATE", "_STOPS", "_TAKES_BACK", "_TREATS", "_UNDO", "_WHEN"}
)
# Module → names at its top whose literals stay (`*`: all): the demo's story, and patterns that read customers' words.
EXCEPTIONS = {
    "bot.commands.demo": _DEMO,
    "bot.cli.demo": _DEMO,
    "bot.learning": _GAPS,
    "bot.dialogue.gap_capture": _GAPS,
    "bot.turns": _SCORES,
    "bot.dialogue.turn": _SCORES,
    "bot.web.linked_text": frozenset({"_FOUND", "_EXTENSION"}),
    "bot.dialogue.fixed_words": frozenset(
        {"_YES", "_NOTED", "_THANKS", "_GO_ON", "_WAITS", "_PART", "_CALLED_OFF", "_DROPPED", "_UNDONE"}
    ),
    "bot.dialogue.answer_words": frozenset(
        {"_SUBJECT", "_PLAN", "_TAIL", "_AGREES", "_OBJECTS", "_ACCEPTS", "_REFUSES", "_ASKS", "_CLAUSE"}
        | {"_OPEN", "_QUOTES", "_LATER", "_DOUBT", "_EASY"}
    ),
    "bot.dialogue.dimension_words": frozenset({"_NUMERALS", "_TWO", "_AND", "_SEPARATORS", "_UNIT", "_BETWEEN"}),
    "bot.dialogue.data_words": _DATA_WORDS,
    "bot.dialogue.survey_words": frozenset(
        {"_SURVEY", "_NO", "_DO", "_NEAR", "_WITHDRAWS", "_AGREES", "_ASKS", "_NOT", "_GIVEN", "_BACK", "_ANY"}
        | {"_TAKES_BACK", "_TAKES_BACK_THE_NO"}
    ),
    "bot.dialogue.contact_given": frozenset({"_SPOKEN", "_NUMERALS", "_CALLED", "_ELSEWHERE"}),
    "bot.dialogue.clause_weights": frozenset({"_OF_THE_DESK", "_DENIES", "_PRAISE"}),
    "bot.dialogue.matter": frozenset({"_GOES_ON"}),
    "bot.dialogue.plan_waiting": frozenset({"_THANKS"}),
}


@dataclass(frozen=True, slots=True)
class Literal:
    """Chinese where it should not be."""

    module: str
    line: int
    text: str


def misplaced(modules: Sequence[Module]) -> list[Literal]:
    """Every Chinese literal of these modules that is neither in the room of wording nor a named exception."""
    return [literal for module in modules if not _is_room(module.name) for literal in _misplaced(module)]


def _is_room(name: str) -> bool:
    return name == ROOM or name.startswith(f"{ROOM}.")


def _misplaced(module: Module) -> Iterator[Literal]:
    allowed = EXCEPTIONS.get(module.name, frozenset())
    if "*" in allowed:
        return
    for top in module.tree.body:
        if not _names(top) & allowed:
            for node in _literals(top):
                yield Literal(module.name, node.lineno, str(node.value))


def _names(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.Assign(targets=targets):
            return {target.id for target in targets if isinstance(target, ast.Name)}
        case ast.AnnAssign(target=ast.Name(id=name)):
            return {name}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case _:
            return set()


def _literals(top: ast.stmt) -> Iterator[ast.Constant]:
    docstrings = {id(node) for node in _docstrings(top)}
    for node in ast.walk(top):
        if isinstance(node, ast.Constant) and id(node) not in docstrings and _is_chinese(node.value):
            yield node


def _is_chinese(value: object) -> bool:
    return isinstance(value, str) and CHINESE.search(value.replace(PRODUCT, "")) is not None


def _docstrings(top: ast.stmt) -> Iterator[ast.expr]:
    """Strings that are statements: docstrings of modules, classes and functions."""
    for node in ast.walk(top):
        if isinstance(node, ast.Expr):
            yield node.value
        elif isinstance(node, Function | ast.ClassDef) and isinstance(node.body[0], ast.Expr):
            yield node.body[0].value
