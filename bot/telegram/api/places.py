"""Where a message goes: a chat, a topic of it, or a chat of an account that the bot is connected to."""

from __future__ import annotations

from typing import TypedDict

from bot.transcript.business_chats import business_chat

# What the Bot API says of a topic that is gone.
NO_THREAD = ("thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID", "message thread")


class DirectTopic(int):
    """The topic of one customer in the direct messages of a channel."""


class BusinessId(str):
    """The connection to the account in whose name something is sent."""

    __slots__ = ()


Place = int | BusinessId | None  # a topic, an account, or the chat itself


class TopicParameters(TypedDict, total=False):
    """The parameters of the Bot API that send to a topic."""

    message_thread_id: int | None
    direct_messages_topic_id: int | None


class Where(TopicParameters, total=False):
    """As `TopicParameters`, or the parameter that sends in the name of an account."""

    business_connection_id: str | None


def topic_of(topic: int | None) -> TopicParameters:
    """Return the parameters of the Bot API that send to a topic; None: to the chat itself."""
    if isinstance(topic, DirectTopic):
        return {"direct_messages_topic_id": int(topic)}
    return {"message_thread_id": topic}


def where(place: Place) -> Where:
    """As `topic_of`, also for an account."""
    if isinstance(place, BusinessId):
        return {"business_connection_id": str(place)}
    topic: Where = {**topic_of(place)}  # type: ignore[typeddict-item]  # no account: it is left out
    return topic


def account_in(place: Place) -> str | None:
    """Return the connection of an account; None for topics and chats."""
    return str(place) if isinstance(place, BusinessId) else None


def customers_place(address: str) -> tuple[str, Place]:
    """Return chat and place in it of a customer's address.

    77, 77/5, -100123/5 in a channel's direct messages, 77@connection in an account.
    """
    if (business := business_chat(address)) is not None:
        return str(business.chat), BusinessId(business.connection)
    chat, _, topic = address.partition("/")
    if not topic.isdecimal():
        return address, None
    return chat, DirectTopic(topic) if chat.startswith("-") else int(topic)


def own_account(address: str) -> int:
    """Return the account whose own chat with the bot an address is in; 0 for channels and connected accounts."""
    chat = address.partition("/")[0]
    return int(chat) if chat.isdecimal() else 0
