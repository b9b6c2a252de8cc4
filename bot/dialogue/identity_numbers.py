"""Identity and bank card numbers are starred in what comes in, and the customer is asked once not to send them."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.turn_context import TurnContext
from bot.messages import Edited, Incoming
from bot.transcript import message_store
from escalation.customers.identity_numbers import hide_identity_numbers

WORDING = "no_identity_numbers"


def without_numbers(message: Incoming) -> Incoming:
    """Return the message with such numbers starred, in its text and in the name of its file; `hides` tells of it."""
    text = hide_identity_numbers(message.text)
    file = message.file
    if file is not None:
        file = replace(file, name=hide_identity_numbers(file.name))
    mark = hide_identity_numbers(message.mark)
    if (text, file, mark) == (message.text, message.file, message.mark):
        return message
    return replace(message, text=text, file=file, mark=mark, hides=True)


def edit_without_numbers(edited: Edited) -> Edited:
    """Return the edit with such numbers starred, in the new text and in the whole message."""
    whole = without_numbers(edited.message) if edited.message is not None else None
    return replace(edited, text=hide_identity_numbers(edited.text), message=whole)


def ask_once(turn: TurnContext) -> None:
    """Ask the customer not to send such numbers, unless the conversation holds that request or an agent has it."""
    claimed = turn.ticket is not None and turn.ticket.state == "claimed"
    if not claimed and not message_store.was_said(turn.db, turn.conversation.id, WORDING):
        turn.say(WORDING)
