"""After a ticket is resolved: follow-up question, rating, its reason, closing."""

from __future__ import annotations

from datetime import datetime

from bot.delivery.customer_messages import is_without_channel
from bot.dialogue import danger_replies, dimensions
from bot.dialogue.turn_context import TurnContext
from bot.transcript.conversations import fresh_matter, save_conversation
from bot.wording.buttons import rating_buttons
from escalation.policy.model import Policy
from escalation.tickets import dissatisfaction, ending, service_reports, ticket_store, undoing
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ratings import solution_of
from escalation.working_hours.working_time import NeverOpenError

JUST_SOLVED = "just_solved"  # awaited until the resolution can no longer be taken back


def after_resolution(turn: TurnContext) -> None:
    """Set the timer after which the customer is asked whether all is well, for the resolution may be taken back.

    Saves the conversation. Where nobody can be written to, the ticket only closes in time.
    """
    wait, present = turn.policy.dialogue.undo_within, turn.conversation.ticket_id
    ticket = turn.its_ticket()
    others = present not in (None, ticket.id) and ticket_store.get_ticket(turn.db, present or 0).is_open
    if is_without_channel(turn.db, turn.conversation):
        if not others:
            at = turn.now + turn.policy.dialogue.reopen_within
            turn.remember(ticket_id=ticket.id, awaiting=None, follow_up_at=at)
            save_conversation(turn.db, turn.conversation, turn.now)
    elif others or not wait:
        ask_anything_else(turn)
    else:
        turn.remember(ticket_id=ticket.id, awaiting=JUST_SOLVED, follow_up_at=turn.now + wait)
        save_conversation(turn.db, turn.conversation, turn.now)


def ask_anything_else(turn: TurnContext) -> None:
    """Ask whether all is well and set the timer after which a rating is asked for; saves the conversation.

    While another matter of the customer's is the present one, what they say next is about that: nothing is asked.
    """
    goes_on, ticket = turn.conversation.ticket_id, turn.its_ticket()
    turn.remember(ticket_id=ticket.id)
    turn.say("anything_else")
    if goes_on not in (None, ticket.id) and ticket_store.get_ticket(turn.db, goes_on).is_open:
        return
    turn.conversation = fresh_matter(turn.conversation)
    turn.remember(awaiting="more", follow_up_at=turn.now + turn.policy.dialogue.rating_delay)
    save_conversation(turn.db, turn.conversation, turn.now)


def go_on(turn: TurnContext) -> None:
    """Take back a resolution of a moment ago, for its customer goes on writing; its holder hears so."""
    event = undoing.undo_resolution(turn.db, turn.policy, turn.its_ticket().id, turn.now)
    turn.ticket = event.ticket
    turn.remember(awaiting=None, follow_up_at=None)
    turn.announce(event)


def follow_up(turn: TurnContext) -> None:
    """Continue after a resolution when the timer is due: ask for a rating within rating hours, or close."""
    ticket = turn.its_ticket()
    turn.remember(follow_up_at=None)
    if ticket.state == "waiting" and turn.policy.urgency_of(ticket.urgency).critical:
        turn.say(danger_replies.still_calling(turn))
    if ticket.state != "resolved":
        return
    if turn.conversation.awaiting == JUST_SOLVED:
        ask_anything_else(turn)
        return
    end = (ticket.resolved_at or turn.now) + turn.policy.dialogue.reopen_within
    if turn.now >= end or turn.conversation.awaiting == "reason":
        close(turn)
    elif is_to_rate(ticket) and turn.conversation.awaiting == "more":
        if not hour_allows_rating(turn.policy, turn.now):
            turn.remember(follow_up_at=min(_next_hour_for_rating(turn.policy, turn.now, end), end))
            return
        ask_rating(turn)
        turn.remember(follow_up_at=end)
    else:
        turn.remember(follow_up_at=end)


def ask_rating(turn: TurnContext) -> None:
    """Ask for a rating from 1 to 5."""
    ticket = turn.its_ticket()
    turn.say("ask_rating", rating_buttons(ticket.id, solution_of(ticket)))
    turn.remember(awaiting="rating")


def rate(turn: TurnContext, score: int, *, asks: bool = True) -> None:
    """Store the rating; `asks`: for its reason too."""
    keep(turn, score)
    if not asks:
        return
    more, buttons = dimensions.offer(turn)
    turn.say("ask_reason", buttons, then=more)
    wait = turn.policy.dialogue.rating_delay
    turn.remember(awaiting="reason", raised_at=None, follow_up_at=turn.now + wait)


def rate_again(turn: TurnContext, score: int) -> None:
    """Store another rating of a solution that has one, and say so; the same one again changes nothing."""
    if turn.its_ticket().rating == score:
        turn.say("rated_again", score=str(score))
        return
    keep(turn, score)
    turn.say("rated_changed", score=str(score))


def keep(turn: TurnContext, score: int) -> None:
    """Store the rating of the turn's ticket, and let staff hear of a low one; nothing is said."""
    turn.ticket, unhappy = dissatisfaction.rate(turn.db, turn.policy, turn.its_ticket().id, score, turn.now)
    service_reports.add_rating(turn.db, turn.policy, turn.ticket, turn.now)
    if unhappy is not None:
        turn.announce(unhappy)


def close(turn: TurnContext) -> None:
    """Close the resolved ticket, and stop waiting for its customer."""
    ticket = turn.its_ticket()
    if ticket.state == "resolved":
        turn.announce(ending.close(turn.db, turn.policy, ticket.id, turn.now))
    turn.remember(awaiting=None, follow_up_at=None, raised_at=None)
    if (other := ticket_store.open_ticket_of(turn.db, turn.conversation.id)) is not None:
        turn.remember(ticket_id=other)  # another matter of theirs goes on


def may_be_rated(ticket: Ticket) -> bool:
    """Whether a ticket may be rated, once or again: it has ended, a person served it, and nobody withdrew it."""
    return not ticket.is_open and not ticket.is_withdrawn and ticket.first_contact_at is not None


def is_to_rate(ticket: Ticket) -> bool:
    """Whether its customer is asked for a rating: not amid a complaint, and once."""
    return may_be_rated(ticket) and ticket.rating is None and not ticket.complaint


def _next_hour_for_rating(policy: Policy, now: datetime, end: datetime) -> datetime:
    try:
        return policy.calendars[policy.dialogue.rating_hours].next_opening(now)
    except NeverOpenError:  # a mistake in a calendar: nobody is asked, and the matter ends all the same
        return end


def hour_allows_rating(policy: Policy, now: datetime) -> bool:
    """Whether the policy's rating hours include `now`."""
    return policy.calendars[policy.dialogue.rating_hours].is_open(now)
