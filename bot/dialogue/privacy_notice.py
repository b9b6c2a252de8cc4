"""The privacy notice stands beside the conversation, never before it: told once per version, after what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery import outbox
from bot.rules import Rules
from bot.transcript.addresses import APART, PAGES
from bot.transcript.conversations import Conversation
from bot.transcript.notices_shown import record_shown
from bot.wording import privacy_notice as words
from bot.wording.phrases import in_script


def is_due(rules: Rules, conversation: Conversation) -> bool:
    """Whether this conversation has not been shown the notice in force, and can be."""
    privacy = rules.policy.notice
    return privacy is not None and conversation.notice_version != privacy.version and conversation.channel != APART


def with_notice(
    db: Connection, rules: Rules, conversation: Conversation, now: datetime, *, silent: bool = False
) -> Conversation:
    """Return the conversation, told of the notice if that is due; the caller saves it.

    Not while fragments are gathered, nor while the bot is `silent`, for a person has the floor.

    Web pages have it below their box, so there it is only recorded; a messenger is sent a sentence, which is no line of
    the conversation: what was just offered stays what was said last.
    """
    if silent or conversation.held_until is not None or not is_due(rules, conversation):
        return conversation
    sentence = words.SHOWN if conversation.notice_version is None else words.CHANGED
    if conversation.channel not in PAGES:
        text = in_script(sentence, conversation.language)
        outbox.post(db, conversation.channel, conversation.address, text, now)
    return as_shown(db, rules, conversation, now)


def as_shown(db: Connection, rules: Rules, conversation: Conversation, now: datetime) -> Conversation:
    """Record that the notice in force was shown here, and return the conversation, which the caller saves."""
    privacy = rules.policy.notice
    if privacy is None or conversation.notice_version == privacy.version:
        return conversation
    record_shown(db, conversation.id, privacy.version, conversation.channel, now)
    return replace(conversation, notice_version=privacy.version)
