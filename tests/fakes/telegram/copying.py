"""Messages once more in another chat: copied without their author, or forwarded with."""

from __future__ import annotations

import itertools

from tests.fakes.telegram.chats import Chat, Message
from tests.fakes.telegram.media import CONTENT, Media
from tests.fakes.telegram.reading import flag, integer, objects
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.updates import AT


class Copying(Media):
    """copyMessage and its kin."""

    def _do_copyMessage(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        chat, source = self._open_chat(given), self._chat(given, "from_chat_id")
        found = self._message(source, integer(given, "message_id"), "copy")
        content = _content(found) | (self._caption(given) if "caption" in given else {})
        content.pop("media_group_id", None)
        return {"message_id": self._send("copyMessage", chat, given, content).number}

    def _do_copyMessages(self, given: Json) -> list[Json]:  # noqa: N802
        chat, found = self._several(given, "copy")
        contents = [_content(message) for message in found]
        if flag(given, "remove_caption"):
            contents = [{k: v for k, v in one.items() if not k.startswith("caption")} for one in contents]
        sent = self._again("copyMessages", chat, given, contents)
        return [{"message_id": raw["message_id"]} for raw in sent]

    def _do_forwardMessage(self, given: Json) -> Json:  # noqa: N802
        chat, source = self._open_chat(given), self._chat(given, "from_chat_id")
        found = self._message(source, integer(given, "message_id"), "forward")
        return self._send("forwardMessage", chat, given, _content(found) | _origin(found)).raw

    def _do_forwardMessages(self, given: Json) -> list[Json]:  # noqa: N802
        chat, found = self._several(given, "forward")
        sent = self._again("forwardMessages", chat, given, [_content(one) | _origin(one) for one in found])
        return [{"message_id": raw["message_id"]} for raw in sent]

    def _several(self, given: Json, what: str) -> tuple[Chat, list[Message]]:
        numbers = [int(one) for one in objects(given, "message_ids") or []]
        if not 1 <= len(numbers) <= 100:
            raise bad("there must be between 1 and 100 message identifiers")
        if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
            raise bad("message identifiers must be in a strictly increasing order")
        chat, source = self._open_chat(given, len(numbers)), self._chat(given, "from_chat_id")
        found = [source.messages[one] for one in numbers if one in source.messages]
        # Those that cannot be copied are left out; only when none is left the call fails.
        found = [one for one in found if not one.deleted and not one.service]
        if not found:
            raise bad(f"there are no messages to {what}")
        return chat, found

    def _again(self, method: str, chat: Chat, given: Json, contents: list[Json]) -> list[Json]:
        """Albums stay albums, under a new name."""
        names = {one["media_group_id"]: f"album-{next(self._albums)}" for one in contents if "media_group_id" in one}
        renamed = [
            one | ({"media_group_id": names[one["media_group_id"]]} if "media_group_id" in one else {})
            for one in contents
        ]
        return [self._send(method, chat, given, one).raw for one in renamed]


def _content(message: Message) -> Json:
    if message.service:
        raise bad("message can't be copied")
    return {name: message.raw[name] for name in CONTENT if name in message.raw}


def _origin(message: Message) -> Json:
    return {"forward_origin": {"type": "user", "date": AT, "sender_user": message.raw["from"]}}
