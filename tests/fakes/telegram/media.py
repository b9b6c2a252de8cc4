"""Everything the bot sends that is not plain text: pictures, files, albums, places."""

from __future__ import annotations

import itertools
from typing import Any

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.files import SHAPES, Files
from tests.fakes.telegram.reading import number, objects, words
from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.sending import Sending
from tests.fakes.telegram.wording import read_caption

ALBUM = frozenset(("photo", "video", "document", "audio"))
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


class Media(Sending, Files):
    """Sends of other kinds."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._albums = itertools.count(1)

    def _send_media(self, method: str, kind: str, given: Json) -> Json:
        chat = self._open_chat(given)
        content = self._caption(given) if kind not in ("sticker", "video_note") else {}
        content[kind] = self._file(kind, given.get(kind), given)
        return self._send(method, chat, given, content).raw

    @staticmethod
    def _caption(given: Json) -> Json:
        caption, entities = read_caption(given)
        content: Json = {"caption": caption} if caption else {}
        return content | ({"caption_entities": entities} if entities else {})

    def _do_sendPhoto(self, given: Json) -> Json:  # noqa: N802  # named as the method, as all below
        return self._send_media("sendPhoto", "photo", given)

    def _do_sendDocument(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendDocument", "document", given)

    def _do_sendVoice(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendVoice", "voice", given)

    def _do_sendAudio(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendAudio", "audio", given)

    def _do_sendVideo(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendVideo", "video", given)

    def _do_sendVideoNote(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendVideoNote", "video_note", given)

    def _do_sendAnimation(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendAnimation", "animation", given)

    def _do_sendSticker(self, given: Json) -> Json:  # noqa: N802
        return self._send_media("sendSticker", "sticker", given)

    def _do_sendLocation(self, given: Json) -> Json:  # noqa: N802
        chat, place = self._open_chat(given), _place(given)
        return self._send("sendLocation", chat, given, {"location": place}).raw

    def _do_sendVenue(self, given: Json) -> Json:  # noqa: N802
        chat, place = self._open_chat(given), _place(given)
        venue = {"location": place, "title": words(given, "title"), "address": words(given, "address")}
        if not venue["title"] or not venue["address"]:
            raise bad("venue title and address must be non-empty")
        return self._send("sendVenue", chat, given, {"venue": venue, "location": place}).raw

    def _do_sendContact(self, given: Json) -> Json:  # noqa: N802
        chat = self._open_chat(given)
        card = {name: words(given, name) for name in ("phone_number", "first_name")}
        if not all(card.values()):
            raise bad("contact phone number and first name must be non-empty")
        return self._send("sendContact", chat, given, {"contact": card}).raw

    def _do_sendMediaGroup(self, given: Json) -> list[Json]:  # noqa: N802
        items = objects(given, "media") or []
        if not 2 <= len(items) <= 10:
            raise bad("group must have between 2 and 10 items")
        kinds = {item.get("type") for item in items}
        if kinds - ALBUM or (len(kinds) > 1 and not kinds <= {"photo", "video"}):
            raise bad("these kinds can't be mixed in one album")
        chat = self._open_chat(given, len(items))
        contents = [
            self._caption(item) | {i["type"]: self._file(i["type"], i.get("media"), given)}
            for i in items
            for item in (i,)
        ]
        return self._send_album("sendMediaGroup", chat, given, contents)

    def _send_album(self, method: str, chat: Chat, given: Json, contents: list[Json]) -> list[Json]:
        album = {"media_group_id": f"album-{next(self._albums)}"}
        return [self._send(method, chat, given, content | album).raw for content in contents]

    def _do_sendChatAction(self, given: Json) -> bool:  # noqa: N802
        chat = self._chat(given)
        self._thread(chat, given)
        if given.get("action") not in ACTIONS:
            raise bad("wrong parameter action in request")
        return True


def _place(given: Json) -> Json:
    latitude, longitude = number(given, "latitude"), number(given, "longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


CONTENT = (
    *("text", "entities", "caption", "caption_entities", "location", "venue", "contact", "dice", "poll"),
    *("media_group_id", *sorted(SHAPES)),
)
