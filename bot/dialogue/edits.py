"""`revise`: process a customer's edit of an earlier message, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue import intake
from bot.dialogue.customer import customer_of
from bot.dialogue.identity_numbers import edit_without_numbers
from bot.dialogue.intake import Receipt
from bot.dialogue.ranked_turn import RankedCandidates, join_fragments
from bot.dialogue.understanding import understand
from bot.messages import Edited, File, Incoming
from bot.rules import Rules
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.conversations import Conversation
from bot.transcript.edits import keep_latest
from bot.transcript.message_store import Message


def prepare(db: Connection, rules: Rules, edited: Edited, now: datetime) -> tuple[str, str]:
    """As `intake.prepare` for an edit: the text to rank and its tier; an empty text if nothing is to be judged anew."""
    edited = edit_without_numbers(edited)
    conversation = conversations.find_conversation(db, edited.channel, edited.address)
    line = _line_of(db, conversation, edited) if conversation is not None else None
    if line is None:
        whole = edited.message
        return intake.prepare(db, rules, whole, now) if whole is not None and whole.text else ("", "")
    assert conversation is not None, "it has this line"
    fragments = message_store.pending(db, conversation.id)
    tier = customer_of(db, rules, conversation, now)[1].tier
    texts = [edited.text if each.id == line.id else each.words for each in fragments]
    return (join_fragments(texts) if line.id in {each.id for each in fragments} else ""), tier


def revise(db: Connection, rules: Rules, edited: Edited, ranked: RankedCandidates | None, now: datetime) -> Receipt:
    """Store the new version beside the first.

    The bot considers it only while the message is still among the held fragments, or if the edit is critical and the
    message was not. An edit of a message never received is processed as the message itself.
    """
    edited = edit_without_numbers(edited)
    conversation = conversations.lock_conversation(db, edited.channel, edited.address, now)
    if not processed_keys.remember_key(db, edited.channel, edited.key, now):
        return Receipt(conversation.id, None, duplicate=True)
    line, whole = _line_of(db, conversation, edited), edited.message
    if line is None:
        return _take_in(db, rules, conversation, edited, ranked, now)
    if whole is not None and whole.file is not None and _is_another(line, whole.file):
        album = whole.album if edited.further else None
        other = replace(whole, key=edited.key, number=None, reply_to=edited.number, album=album)
        receipt = intake.store_and_answer(db, rules, conversation, other, None, now)
    else:
        if keep_latest(db, line, edited.text, edited.order, now):
            _consider(db, rules, conversation, line, edited, ranked, now)
        receipt = Receipt(conversation.id, line.id, duplicate=False)
    _take_further(db, rules, edited, now)
    return receipt


def _take_further(db: Connection, rules: Rules, edited: Edited, now: datetime) -> None:
    """Take in the files that stand after the first in the message as edited, each that was not there before."""
    for part in edited.further:
        conversation = conversations.lock_conversation(db, edited.channel, edited.address, now)
        known = processed_keys.message_of_key(db, part.channel, part.key)
        line = message_store.get_message(db, known) if known is not None else None
        if part.file is None or (line is not None and not _is_another(line, part.file)):
            continue
        key = part.key if line is None else f"{edited.key}:{part.key.rpartition(':')[2]}"
        if processed_keys.remember_key(db, part.channel, key, now):
            other = replace(part, key=key, reply_to=edited.number)
            intake.store_and_answer(db, rules, conversation, other, None, now)


def _line_of(db: Connection, conversation: Conversation, edited: Edited) -> Message | None:
    """The line that the message became, if it was received."""
    found = processed_keys.message_of_key(db, edited.channel, edited.original)
    line = message_store.get_message(db, found) if found is not None else None
    return line if line is not None and line.conversation_id == conversation.id else None


def _take_in(
    db: Connection,
    rules: Rules,
    conversation: Conversation,
    edited: Edited,
    ranked: RankedCandidates | None,
    now: datetime,
) -> Receipt:
    if edited.message is None:
        return Receipt(conversation.id, None, duplicate=False)
    processed_keys.remember_key(db, edited.channel, edited.original, now)
    receipt = intake.store_and_answer(
        db, rules, conversation, edited.message, ranked, now, overtaken=True, edited=list(edited.order)
    )
    _take_further(db, rules, edited, now)
    return receipt


def _consider(
    db: Connection,
    rules: Rules,
    conversation: Conversation,
    line: Message,
    edited: Edited,
    ranked: RankedCandidates | None,
    now: datetime,
) -> None:
    if _brings_danger(rules, line, edited.text):
        message_store.hold_back(db, line.id)
    elif line.id not in {each.id for each in message_store.pending(db, conversation.id)}:
        return
    said = Incoming(edited.channel, edited.address, edited.key, "text", text=edited.text)
    intake.take_turn(db, rules, conversation, said, ranked, now)


def _brings_danger(rules: Rules, line: Message, text: str) -> bool:
    return "danger" in understand(rules, text).heard - understand(rules, line.words).heard


def _is_another(line: Message, file: File) -> bool:
    """Whether the file was replaced; its reference does not tell, for one file has several."""
    return (line.meta.get("file"), line.meta.get("size")) != (file.name, file.size)
