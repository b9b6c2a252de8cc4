"""Carry out a topic's step over the network, and record a failure."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from sqlalchemy import Connection

from bot.delivery.corrections import LONGEST_CAPTION
from bot.telegram.api.client import Client
from bot.telegram.api.places import NO_THREAD
from bot.telegram.desk.errors import NO_CHAT, NO_FORUM, NO_MESSAGE, RIGHTS, group_failed, is_definite, means
from bot.telegram.desk.mirror import TopicMessage
from bot.telegram.desk.steps import TopicStep
from bot.telegram.desk.topic_needs import CloseOrReopen, MakeTopic, Pin, Rename, ShowCard
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync import group_rate, topic_groups, work_queue
from bot.topic_sync.work_queue import LONGEST_PAUSE, PAUSE
from bot.wording import transcript
from bot.wording.telegram_customers import MAYBE_TWICE
from bot.wording.topic_faults import NO_PIN
from bot.wording.utf16 import cut

log = logging.getLogger(__name__)


async def perform(client: Client, step: TopicStep) -> list[int]:
    """Carry out the step; returns the ids of the messages sent, or of the thread created."""
    chat, thread = step.chat, step.topic.thread or 0
    match step.what:
        case MakeTopic(name):
            return [await client.topics.make(chat, name)]
        case ShowCard(words, markup, number=None):
            told = _labelled(words, step).within()
            return [await client.send(chat, told.text, markup, thread=thread, entities=told.entities)]
        case ShowCard(words, markup, number=number):
            assert number is not None, "the other case is above"
            await client.edit(chat, number, words.text, markup, words.entities)
        case TopicMessage():
            return await _say(client, step, step.what)
        case Rename(name):
            await client.topics.rename(chat, thread, name)
        case CloseOrReopen(closed):
            await client.topics.set_closed(chat, thread, closed=closed)
        case Pin(number):
            await client.topics.pin(chat, number)
    return []


async def _say(client: Client, step: TopicStep, piece: TopicMessage) -> list[int]:
    numbers = list[int]()
    try:
        async for number in _pieces(client, step, piece):
            numbers.append(number)
    except TelegramBadRequest as error:
        # Of a copy, what is missing may be its source, or a right to pictures alone: words will tell.
        group = () if piece.copies or piece.file or piece.known else (*RIGHTS, *NO_CHAT)
        if means(error, (*NO_THREAD, *NO_FORUM, *group, "TOPIC_CLOSED")):
            raise
        # The customer took it back, it may not be copied, …: that there was something is said all the same.
        log.warning("Telegram: a message for ticket %d is only mentioned there.", step.topic.ticket_id)
        instead = piece.instead or transcript.UNSAYABLE
        numbers.append(await client.send(step.chat, instead, thread=step.topic.thread))
    return numbers


async def _pieces(client: Client, step: TopicStep, piece: TopicMessage) -> AsyncIterator[int]:
    chat, thread, words = step.chat, step.topic.thread, piece.words
    if step.retried:
        words = _labelled(words or RichText(), step)
    if words is not None:
        how: dict[str, Any] = {"thread": thread, "entities": words.entities, "quiet": piece.quiet}
        yield await client.send(chat, words.text, reply_to=piece.reply_to, **how)
    if piece.copies:
        copied = await client.copy(chat, piece.source, piece.copies, thread=thread)
        for number in copied:
            yield number
        if len(copied) < len(piece.copies):  # the Bot API leaves out what it cannot copy
            yield await client.send(chat, transcript.PARTLY, thread=thread)
    elif piece.known is not None:
        file, caption = piece.known, cut(piece.caption, LONGEST_CAPTION)
        how = {"caption": caption, "thread": thread}
        yield await client.files.send(chat, file.reference or "", file.name, file.mime, **how)
    elif piece.file is not None:
        yield await client.send_file(chat, *piece.file, thread=thread)


def record_failure(db: Connection, step: TopicStep, error: Exception, why: str, now: datetime) -> None:
    """Record a failed step; `why` is the error's text without the token."""
    if step.messages:
        group_rate.record_sent(db, step.chat, now, step.messages)
    ticket, chat = step.topic.ticket_id, step.chat
    if isinstance(error, TelegramBadRequest) and means(error, NO_THREAD):
        log.warning("Telegram: the topic of ticket %d is gone; it is made once more.", ticket)
        work_queue.complete_step(db, ticket, step.leased, now, **work_queue.reset_deleted_topic(db, step.topic))
    elif isinstance(error, TelegramBadRequest) and means(error, NO_MESSAGE):
        work_queue.complete_step(db, ticket, step.leased, now, card=None, pinned=False, shown=None)
    elif isinstance(error, TelegramBadRequest) and means(error, ("TOPIC_CLOSED",)):
        work_queue.complete_step(db, ticket, step.leased, now, closed=True)
    elif isinstance(step.what, Pin) and isinstance(error, TelegramBadRequest) and means(error, RIGHTS):
        topic_groups.set_trouble(db, chat, NO_PIN, now)
        work_queue.complete_step(db, ticket, step.leased, now)
    elif not group_failed(db, chat, error, now):
        attempts = step.topic.attempts
        ambiguous = step.retried or not is_definite(error)
        pause = min(PAUSE * 2.0 ** min(attempts, 6), LONGEST_PAUSE)
        work_queue.put_off(db, ticket, step.leased, now, pause, why, ambiguous=ambiguous)
    else:
        work_queue.put_off(db, ticket, step.leased, now, 0.0, why, ambiguous=step.retried)


def _labelled(words: RichText, step: TopicStep) -> RichText:
    return words.after(MAYBE_TWICE) if step.retried else words
