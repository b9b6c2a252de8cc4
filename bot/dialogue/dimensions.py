"""Scores of the dimensions of a solution: they are offered after the overall one, kept, and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialogue.turn_context import TurnContext
from bot.messages import Button
from bot.wording import surveys as words
from bot.wording.buttons import dimension_buttons
from bot.wording.phrases import in_script
from bot.wording.ratings import dimensions_in_words
from escalation.tickets import dissatisfaction
from escalation.tickets.ratings import solution_of


def offer(turn: TurnContext) -> tuple[str, Sequence[Button]]:
    """Return the sentence and the buttons that a confirmed score is followed by; empty where no dimension is rated."""
    if not turn.policy.surveys.dimensions:
        return "", ()
    ticket = turn.its_ticket()
    buttons = dimension_buttons(turn.policy, ticket.id, solution_of(ticket), turn.conversation.language)
    return words.ASK_DIMENSIONS, buttons


def rate_dimensions(turn: TurnContext, scores: Mapping[str, int], wrong: Sequence[str] = ()) -> None:
    """Keep scores of the turn's ticket by dimension, and say what was kept; `wrong`: what was said and is no score."""
    said = []
    if scores:
        before = dissatisfaction.rate_dimensions(turn.db, turn.its_ticket().id, scores, turn.now)
        said.append(confirmed(turn.policy.surveys.dimensions, before, scores))
    said += [words.OUT_OF_RANGE.format(said=each) for each in wrong[:1]]
    turn.send(in_script("\n".join(said), turn.conversation.language))


def confirmed(labels: Mapping[str, str], before: Mapping[str, int], scores: Mapping[str, int]) -> str:
    """Return the sentence for scores by dimension; `before`: what counted until now."""
    told = dimensions_in_words(labels, scores)
    if all(before.get(name) == score for name, score in scores.items()):
        return words.AGAIN.format(scores=told)
    changed = any(name in before for name in scores)
    return (words.CHANGED if changed else words.KEPT).format(scores=told)
