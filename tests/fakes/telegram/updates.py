"""What users do, as Telegram words it, for tests that need no standing world behind it."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.telegram.refusals import Json

AT = 1_795_000_000  # what the messages' `date` says; nothing looks at it
# Far above the numbers the server itself gives, so that the two never meet.
_message_numbers = itertools.count(1_000_001)


def text_update(chat: int, text: str) -> Json:
    """Somebody writes in a private chat."""
    return message_update(chat, text=text)


def message_update(chat: int, **content: Any) -> Json:
    """Any message in a private chat."""
    base = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": _user(chat)}
    return {"message": base | content}


def group_update(chat: int, user: int, text: str) -> Json:
    """Somebody writes in a group."""
    base = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": _user(user)}
    return {"message": base | {"text": text}}


def edit_update(chat: int, text: str) -> Json:
    """Somebody changes what they wrote."""
    return {"edited_message": message_update(chat, text=text, edit_date=AT)["message"]}


def tap_update(chat: int, data: str, tap: str = "tap", *, user: int | None = None) -> Json:
    """Somebody taps an inline button; in a group when `chat` is negative."""
    sender = {"id": 1001, "is_bot": True, "first_name": "Jiedai"}
    under = {"message_id": next(_message_numbers), "date": AT, "chat": _chat(chat), "from": sender, "text": "…"}
    query = {"id": tap, "from": _user(user or chat), "chat_instance": "1", "data": data, "message": under}
    return {"callback_query": query}


def contact_update(chat: int, phone: str, user: int | None, *, forwarded: bool = False) -> Json:
    """Somebody shares a contact card; `user` is whose card it is."""
    contact: Json = {"phone_number": phone, "first_name": "张三"}
    if user is not None:
        contact["user_id"] = user
    content: Json = {"contact": contact}
    if forwarded:
        content["forward_origin"] = {"type": "user", "date": AT, "sender_user": _user(chat)}
    return message_update(chat, **content)


def photo_update(chat: int, reference: str, caption: str | None = None) -> Json:
    """Somebody sends a picture, in two sizes."""
    sizes = [
        {"file_id": f"{reference}-{size}", "file_unique_id": str(size), "width": size, "height": size, "file_size": 9}
        for size in (90, 1280)
    ]
    return message_update(chat, photo=sizes, **({"caption": caption} if caption else {}))


def _chat(chat: int) -> Json:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "客服群"}
    return {"id": chat, "type": "private", "first_name": "客户"}


def _user(user: int) -> Json:
    return {"id": user, "is_bot": False, "first_name": "客户"}
