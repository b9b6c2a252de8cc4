"""Answers to a checklist, and the score from 0 to 100 that they make by weights; pure."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.policy.supervision import Checklist, ChecklistItem
from escalation.supervision.refusals import SupervisionRefused

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
Answers = Mapping[str, str]  # by item: yes, no, na, or points as digits


def answers_of(item: ChecklistItem) -> tuple[str, ...]:
    """Return the answers that an item takes."""
    return tuple(map(str, range(item.up_to + 1))) if item.up_to else (YES, NO, NOT_APPLICABLE)


def checked(checklist: Checklist, given: Answers, *, whole: bool) -> dict[str, str]:
    """Return the answers in the checklist's order, without empty ones; `whole`: every item must have one.

    Raises SupervisionRefused (`unknown_item`, `bad_answer`, `unanswered`, `nothing_applies`).
    """
    items = {item.id: item for item in checklist.items}
    for name in given:
        if name not in items:
            raise SupervisionRefused("unknown_item", item=name, items=", ".join(items))
    found = {item.id: given[item.id] for item in checklist.items if given.get(item.id)}
    for name, answer in found.items():
        if answer not in answers_of(items[name]):
            known = ", ".join(answers_of(items[name]))
            raise SupervisionRefused("bad_answer", item=name, label=items[name].label, answers=known, answer=answer)
    if whole:
        _demand_whole(checklist, found)
    return found


def score_of(checklist: Checklist, answers: Answers) -> int:
    """Return the score: what the applicable items reach by weight, rounded half up; all of them must be answered."""
    applicable = [item for item in checklist.items if answers[item.id] != NOT_APPLICABLE]
    out_of = sum(item.weight * (item.up_to or 1) * _scale(item) for item in applicable)
    reached = sum(item.weight * _points(item, answers[item.id]) * _scale(item) for item in applicable)
    return (200 * reached + out_of) // (2 * out_of)


def is_met(item: ChecklistItem, answer: str) -> bool | None:
    """Whether an item is met; None where it does not apply."""
    if answer == NOT_APPLICABLE:
        return None
    return int(answer) >= item.met_from if item.up_to else answer == YES


def _points(item: ChecklistItem, answer: str) -> int:
    return int(answer) if item.up_to else int(answer == YES)


def _scale(item: ChecklistItem) -> int:
    """Makes points of different ranges comparable in whole numbers: 2520 is a multiple of 1 to 10."""
    return 2520 // (item.up_to or 1)


def _demand_whole(checklist: Checklist, found: Answers) -> None:
    for item in checklist.items:
        if item.id not in found:
            raise SupervisionRefused("unanswered", item=item.id, label=item.label)
    if all(answer == NOT_APPLICABLE for answer in found.values()):
        raise SupervisionRefused("nothing_applies")
