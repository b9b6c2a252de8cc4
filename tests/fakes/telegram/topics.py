"""Topics of a forum: made, renamed, closed, deleted by those who may; none of it where topics are switched off."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.chats import Chat, Topic
from tests.fakes.telegram.editing import Editing
from tests.fakes.telegram.reading import integer, words
from tests.fakes.telegram.refusals import Json, bad

COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


class Topics(Editing):
    """createForumTopic and its kin."""

    def _do_createForumTopic(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        chat = self._forum(given, private=True)
        self._need(chat, "can_manage_topics", "create a topic")
        if chat.private:
            self._check_reachable(chat)
        name, color = _name(given), integer(given, "icon_color", COLORS[0])
        if color not in COLORS:
            raise bad("wrong topic icon color specified")
        topic = self.make_topic(chat, name, color=color)
        return {"message_thread_id": topic.thread, "name": name, "icon_color": color}

    def make_topic(self, chat: Chat, name: str, *, by: Json | None = None, color: int = COLORS[0]) -> Topic:
        """A topic, made by somebody or by the bot; its first message says so and lends it its number."""
        about = {"name": name, "icon_color": color}
        told = self._service(chat, by or self.bot, forum_topic_created=about)
        told.raw |= {"message_thread_id": told.number, "is_topic_message": True}
        told.thread = told.number
        topic = chat.topics[told.number] = Topic(told.number, name, color)
        self.queue({"message": told.raw})
        return topic

    def _do_editForumTopic(self, given: Json) -> bool:  # noqa: N802
        chat, topic = self._topic(given, "edit the topic", private=True)
        name = _name(given) if "name" in given else topic.name
        if name == topic.name and "icon_custom_emoji_id" not in given:
            raise bad("TOPIC_NOT_MODIFIED")
        topic.names.append(topic.name)
        topic.name = name
        self._tell(chat, topic.thread, forum_topic_edited={"name": name})
        return True

    def _do_closeForumTopic(self, given: Json) -> bool:  # noqa: N802
        return self._toggle(*self._topic(given, "close the topic"), closed=True)

    def _do_reopenForumTopic(self, given: Json) -> bool:  # noqa: N802
        return self._toggle(*self._topic(given, "reopen the topic"), closed=False)

    def _toggle(self, chat: Chat, topic: Topic, *, closed: bool) -> bool:
        if topic.closed == closed:
            raise bad("TOPIC_NOT_MODIFIED")
        topic.closed = closed
        self._tell(chat, topic.thread, **{"forum_topic_closed" if closed else "forum_topic_reopened": {}})
        return True

    def _do_deleteForumTopic(self, given: Json) -> bool:  # noqa: N802
        chat, topic = self._topic(given, "delete the topic", right="can_delete_messages", private=True)
        self.remove_topic(chat, topic.thread)
        return True

    def remove_topic(self, chat: Chat, thread: int) -> None:
        """A topic and all that was said in it are gone, and nobody is told."""
        chat.topics[thread].deleted = True
        for message in chat.messages.values():
            if message.thread == thread:
                message.deleted, message.pinned = True, False

    def _do_unpinAllForumTopicMessages(self, given: Json) -> bool:  # noqa: N802
        chat, topic = self._topic(given, "unpin messages", right="can_pin_messages")
        for message in chat.standing_messages(topic.thread):
            message.pinned = False
        return True

    def _do_editGeneralForumTopic(self, given: Json) -> bool:  # noqa: N802
        self._need(self._forum(given), "can_manage_topics", "edit the topic")
        _name(given)
        return True

    def _do_closeGeneralForumTopic(self, given: Json) -> bool:  # noqa: N802
        return self._toggle_general(given, closed=True)

    def _do_reopenGeneralForumTopic(self, given: Json) -> bool:  # noqa: N802
        return self._toggle_general(given, closed=False)

    def _toggle_general(self, given: Json, *, closed: bool) -> bool:
        chat = self._forum(given)
        self._need(chat, "can_manage_topics", "close the topic")
        if chat.general_closed == closed:
            raise bad("TOPIC_NOT_MODIFIED")
        chat.general_closed = closed
        return True

    def _forum(self, given: Json, *, private: bool = False) -> Chat:
        """The forum that is named; with `private`, a person's chat counts if topics are switched on for the bot."""
        chat = self._chat(given)
        if private and chat.private and self.bot.get("has_topics_enabled"):
            return chat
        if chat.raw["type"] != "supergroup":
            raise bad("method is available only for supergroups")
        if not chat.forum:
            raise bad("the chat is not a forum")
        return chat

    def _topic(
        self, given: Json, what: str, right: str = "can_manage_topics", *, private: bool = False
    ) -> tuple[Chat, Topic]:
        chat = self._forum(given, private=private)
        topic = chat.topics.get(integer(given, "message_thread_id"))
        if topic is None or topic.deleted:
            raise bad("TOPIC_ID_INVALID")
        self._need(chat, right, what)
        return chat, topic

    def _tell(self, chat: Chat, thread: int, **what: Any) -> None:
        self.queue({"message": self._service(chat, self.bot, thread, **what).raw})


def _name(given: Json) -> str:
    name = words(given, "name").strip()
    if not name:
        raise bad("TOPIC_NAME_EMPTY")
    if len(name) > 128:
        raise bad("TOPIC_TITLE_INVALID")
    return name
