"""A turn that goes on with a talk: what is heard in it."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.matter import matter_of
from bot.dialogue.ranked_turn import RankedCandidates
from bot.transcript.conversations import Conversation
from escalation.tickets.lifecycle import Ticket
from knowledge_base.acts.going_on import when_going_on


def as_later_turn(conversation: Conversation, ticket: Ticket | None, ranked: RankedCandidates) -> RankedCandidates:
    """Return the turn, read as one that goes on with a talk, if it does."""
    goes_on = (ticket is not None and ticket.is_open) or conversation.last_answer or matter_of(conversation).lines
    if not goes_on:
        return ranked
    asked = frozenset({conversation.awaiting} if conversation.awaiting else ())
    return replace(ranked, reading=when_going_on(ranked.reading, asked))
