"""A ticket becomes a complaint, and a complaint that its customer reopens may be about whoever handled it."""

from __future__ import annotations

from bot.dialogue import handoff
from bot.dialogue.turn_context import TurnContext
from bot.transcript import conversations
from escalation.tickets import rerouting


def complain(turn: TurnContext, *, tells: bool) -> None:
    """Make the open ticket a complaint; `tells`: the customer hears so, and by when its result is promised.

    Where a person has said that it is none, staff are told, and the customer that it was added.
    """
    event = rerouting.turn_into_complaint(turn.db, turn.policy, turn.its_ticket().id, turn.now, _talks(turn))
    turn.ticket = event.ticket
    if tells and not event.ticket.complaint:
        turn.say("appended")
    elif tells:
        turn.say("complaint_added")
        handoff.tell_result(turn)
    turn.announce(event)


def complain_again(turn: TurnContext) -> None:
    """Close a reopened complaint that nobody holds to who handled it before, if the turn complains."""
    ticket = turn.its_ticket()
    if "complaint" in turn.reading.heard and ticket.complaint and ticket.reopened and ticket.state == "waiting":
        turn.ticket = rerouting.complain_again(turn.db, turn.policy, ticket.id, turn.now, _talks(turn))


def _talks(turn: TurnContext) -> list[int]:
    return conversations.talks_of(turn.db, turn.conversation.contact_id)
