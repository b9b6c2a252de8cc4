"""Texts the bot sends: what every way of sending has in common, and sendMessage."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.reading import flag, integer, objects
from tests.fakes.telegram.refusals import Json, Refusal, bad
from tests.fakes.telegram.state import SentMessage, State
from tests.fakes.telegram.updates import AT
from tests.fakes.telegram.wording import read_markup, read_text


class Sending(State):
    """Sends."""

    def _do_sendMessage(self, given: Json) -> Json:  # noqa: N802  # named as the method
        chat = self._open_chat(given)
        text, entities = read_text(given)
        content: Json = {"text": text}
        if entities:
            content["entities"] = entities
        return self._send("sendMessage", chat, given, content).raw

    def _open_chat(self, given: Json, messages: int = 1) -> Chat:
        """The chat, if something can be sent to it now."""
        chat = self._chat(given)
        if chat.private:
            self._check_reachable(chat)
        elif chat.members[self.bot_id].get("can_send_messages") is False:
            raise bad("not enough rights to send text messages to the chat")
        self._meter(chat.id, messages)
        return chat

    def _send(self, method: str, chat: Chat, given: Json, content: Json) -> Message:
        """Put a message into the chat, in its topic, under what it answers, with its buttons."""
        thread = self._thread(chat, given)
        raw: Json = {"message_id": 0, "date": AT, "chat": chat.raw, "from": self.bot}
        if chat.direct:
            raw["direct_messages_topic"] = {"topic_id": integer(given, "direct_messages_topic_id")}
        if thread is not None:
            raw["message_thread_id"], raw["is_topic_message"] = thread, True
        answered = self._answered(chat, given)
        if answered is not None:
            raw["reply_to_message"] = answered.quoted
        elif thread is not None:
            raw["reply_to_message"] = chat.messages[thread].quoted
        raw |= content
        markup = read_markup(given, private=chat.private)
        if "inline_keyboard" in markup:
            raw["reply_markup"] = markup
        raw["message_id"] = next(chat.numbers)
        sent = self._keep(chat, raw, mine=True)
        self._note(method, sent, markup, answered)
        return sent

    def _note(self, method: str, sent: Message, markup: Json, answered: Message | None) -> None:
        raw = sent.raw
        entities = raw.get("entities") or raw.get("caption_entities") or ()
        reply_to = answered.number if answered is not None else None
        more: Any = (
            sent.thread,
            reply_to,
            sent.number,
            entities,
            method,
            sent.at,
            raw.get("business_connection_id", ""),
        )
        self.sent.append(SentMessage(sent.chat, sent.text, markup, *more))

    def _thread(self, chat: Chat, given: Json) -> int | None:
        """The topic a message goes to; None is the chat itself, in a forum its General topic."""
        thread = integer(given, "message_thread_id", 0)
        if chat.direct != bool(integer(given, "direct_messages_topic_id", 0)):
            raise bad("direct messages topic must be specified in direct messages chats, and nowhere else")
        if not thread:
            if chat.forum and chat.general_closed:
                self._check_closed(chat)
            return None
        topic = chat.topics.get(thread) if chat.has_topics else None
        if topic is None or topic.deleted:
            raise bad("message thread not found")
        if topic.closed:
            self._check_closed(chat)
        return thread

    def _check_closed(self, chat: Chat) -> None:
        """A closed topic takes the words of those who may open it."""
        if not chat.may(self.bot_id, "can_manage_topics"):
            raise bad("TOPIC_CLOSED")

    def _answered(self, chat: Chat, given: Json) -> Message | None:
        reply = objects(given, "reply_parameters")
        number = int(reply["message_id"]) if reply else integer(given, "reply_to_message_id", 0)
        if not number:
            return None
        if reply and reply.get("chat_id", chat.id) != chat.id:
            raise bad("replies across chats are not kept by this server")
        found = chat.messages.get(number)
        if found is not None and not found.deleted:
            return found
        if (reply or {}).get("allow_sending_without_reply") or flag(given, "allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")

    def _meter(self, chat: int, messages: int) -> None:
        wait = self.meter.take(chat, messages) if self.meter.mode != "off" else 0
        if wait:
            raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if self._flood is not None:
            self._check_flood(chat, *self._flood)

    def _check_flood(self, chat: int, seconds: int, clock: Any) -> None:
        now, ends = clock(), self._flood_ends.get(chat)
        if ends is not None and now < ends:
            # The first one too many learns how long to wait; whoever comes again before that has not listened.
            self.impatient += self._told.get(chat) == ends
            self._told[chat] = ends
            raise Refusal(429, "Too Many Requests: retry later", retry_after=seconds)
        self._flood_ends[chat] = now + seconds
