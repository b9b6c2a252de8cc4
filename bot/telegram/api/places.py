"""Where in a chat a message goes: a topic of a forum, of a private chat, or of a channel's direct messages."""

from __future__ import annotations

from typing import TypedDict

# What the Bot API says of a topic that is gone.
NO_THREAD = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID", "message thread")


class DirectTopic(int):
    """The topic of one customer in the direct messages of a channel."""


class Where(TypedDict, total=False):
    """The parameters of the Bot API that send to a topic."""

    message_thread_id: int | None
    direct_messages_topic_id: int | None


def where(topic: int | None) -> Where:
    """Return the parameters of the Bot API that send to a topic; None: to the chat itself."""
    if isinstance(topic, DirectTopic):
        return {"direct_messages_topic_id": int(topic)}
    return {"message_thread_id": topic}


def customers_place(address: str) -> tuple[str, int | None]:
    """Return chat and topic of a customer's address: 77, 77/5, or -100123/5 in a channel's direct messages."""
    chat, _, topic = address.partition("/")
    if not topic.isdecimal():
        return address, None
    return chat, DirectTopic(topic) if chat.startswith("-") else int(topic)
