"""What happens in a conversation when the time set for its customer is up."""

from __future__ import annotations

from bot.dialogue.acts import RaiseUrgency, Safety, Say
from bot.dialogue.customer import locked_ticket
from bot.dialogue.execute import execute
from bot.dialogue.handoff import hand_over
from bot.dialogue.rereading import read_again
from bot.dialogue.turn_context import TurnContext


def time_is_up(turn: TurnContext) -> None:
    """Go on after the time set: as in a danger if nobody said whether there is one, otherwise with a person.

    A ticket that waits is read again.
    """
    asked_for_danger = turn.conversation.awaiting == "danger"
    awaited = turn.conversation.awaiting
    turn.ticket = locked_ticket(turn.db, turn.conversation)
    turn.remember(awaiting=None, hand_over_at=None)
    if turn.ticket is None or not turn.ticket.is_open:
        hand_over(turn, "critical" if asked_for_danger else "bot_held_long_enough")
    elif asked_for_danger:
        execute(turn, (RaiseUrgency(), Safety(), Say("handed_off_critical")))
    else:
        turn.remember(awaiting=awaited)
        read_again(turn)


def turn_has_come(turn: TurnContext) -> None:
    """Hand over what had to wait for its turn, unless a person is concerned with the customer by now."""
    turn.ticket = locked_ticket(turn.db, turn.conversation)
    reason = turn.conversation.turn_for or ""
    if turn.ticket is not None and turn.ticket.is_open:
        turn.remember(turn_at=None, turn_for=None)
    else:
        hand_over(turn, reason)
