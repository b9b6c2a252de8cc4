"""The adapter's own replies to what it cannot take in; danger in its words is taken in before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.dialogue.understanding import understand
from bot.messages import MAX_TEXT, Incoming
from bot.rules import Rules
from bot.telegram.parsing.customers import TELEGRAM, AutoReply
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.channel_message_ids import remember_for
from bot.transcript.conversations import Conversation
from bot.transcript.line_meta import NewLineMeta
from bot.wording import marks, telegram_customers
from bot.wording.phrases import in_script, say
from bot.wording.refusals import FILE_KIND


def danger_in(rules: Rules, wish: AutoReply) -> tuple[Incoming, AutoReply] | None:
    """Return a refused message's part that tells of a danger, as a message, and the reply that is due after it.

    None if nothing in it does.
    """
    starts = range(0, len(wish.words), MAX_TEXT // 2)
    parts = (wish.words[start : start + MAX_TEXT] for start in starts)
    told = next((part for part in parts if "danger" in _acts(rules, part)), None)
    if told is None:
        return None
    whole = len(wish.words) <= MAX_TEXT
    mark = wish.mark if whole else marks.SEPARATOR.join(filter(None, (wish.mark, marks.CUT)))
    said = Incoming(TELEGRAM, wish.address, wish.key, "text", text=told, number=wish.number, mark=mark)
    kept = wish.line if wish.line != told and wish.line else ""
    return said, replace(wish, key=f"{wish.key}:refused", line=kept, number=None)


def _acts(rules: Rules, words: str) -> frozenset[str]:
    reading = understand(rules, words)
    return reading.heard | reading.doubted


def send_auto_reply(db: Connection, rules: Rules, wish: AutoReply, now: datetime) -> None:
    """Send the adapter's own reply, once; a refused message leaves a line in the transcript."""
    conversation = conversations.lock_conversation(db, TELEGRAM, wish.address, now)
    if not processed_keys.remember_key(db, TELEGRAM, wish.key, now):
        return
    goes_on = wish.album is not None and message_store.is_of_album(db, conversation.id, wish.album)
    if wish.line:
        about: NewLineMeta = {"refused": True}
        if wish.mark:
            about["mark"] = wish.mark
        if wish.album is not None:
            about["album"] = wish.album
        line = message_store.add_message(db, conversation, "customer", wish.line, now, **about)
        processed_keys.note_message(db, TELEGRAM, wish.key, line)
        remember_for(db, wish.address, wish.number, line)
    if not goes_on:  # one sentence for an album
        send_to_customer(db, conversation, _sentence(rules, wish, conversation), now)


def _sentence(rules: Rules, wish: AutoReply, conversation: Conversation) -> str:
    match wish.wording:
        case "unsupported":
            return in_script(telegram_customers.UNSUPPORTED, conversation.language)
        case "file_too_large":
            return in_script(telegram_customers.FILE_TOO_LARGE, conversation.language)
        case "file_kind":
            return in_script(FILE_KIND, conversation.language)
        case wording:
            return say(rules.policy, wording, conversation.language)
