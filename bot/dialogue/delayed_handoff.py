"""A hand-off beyond its budgets: the customer hears when their turn comes, and it comes by itself."""

from __future__ import annotations

from datetime import datetime

from bot.auth.budgets.ledger import spend
from bot.auth.budgets.purses import User, charges
from bot.auth.budgets.rate import AHEAD
from bot.dialogue import danger_replies
from bot.dialogue.turn_context import TurnContext
from bot.notifications.storm import tell_if_time
from bot.transcript import conversations, delayed_alarms
from bot.transcript.conversations import Conversation
from bot.wording.budgets import by_telephone
from bot.wording.moments import from_then_on


def may_hand_over(turn: TurnContext, reason: str, *, critical: bool) -> bool:
    """Charge a hand-off to its budgets; beyond them tell the customer when their turn comes, and return False.

    A turn within the hour is kept: the hand-off then happens by itself. In a danger the safety text and the telephone
    number are said at once, and staff are told that it could call nobody yet.
    """
    if turn.conversation.origin is not None:
        conversations.write_origin(turn.db, turn.conversation)
    kept = _turn_kept(turn.conversation, critical=critical)
    at = kept if kept is not None else _spend(turn, critical=critical)
    if at <= turn.now:
        turn.remember(turn_at=None, turn_for=None)
        return True
    is_kept = at <= turn.now + AHEAD
    if is_kept:
        turn.remember(turn_at=at, turn_for="critical" if critical else reason)
    _tell(turn, at, critical=critical, is_kept=is_kept)
    if critical:
        delayed_alarms.keep(turn.db, turn.conversation.id, turn.now)
        tell_if_time(turn.db, turn.rules, turn.now)
    return False


def _turn_kept(conversation: Conversation, *, critical: bool) -> datetime | None:
    """The turn that was told; that of an ordinary hand-off keeps no danger waiting."""
    is_enough = not critical or conversation.turn_for == "critical"
    return conversation.turn_at if is_enough else None


def _spend(turn: TurnContext, *, critical: bool) -> datetime:
    conversation, budgets = turn.conversation, turn.policy.budgets
    user = User(conversation.channel, conversation.address, conversation.contact_id, conversation.origin or "")
    # Apart from one another: ordinary hand-offs of neighbours must not hold up a danger.
    due = charges(budgets, user, "alarms" if critical else "handoffs")
    return spend(turn.db, due, turn.now, AHEAD)


def _tell(turn: TurnContext, at: datetime, *, critical: bool, is_kept: bool) -> None:
    if critical:
        turn.say(danger_replies.first_text_for(turn))
    wording = f"{'danger' if critical else 'handoff'}_{'delayed' if is_kept else 'refused'}"
    call = by_telephone(turn.policy, urgent=critical)
    turn.say(wording, then=call, by=from_then_on(turn.policy, at, turn.now))
