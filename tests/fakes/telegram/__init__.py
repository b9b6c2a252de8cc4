"""A Bot API server in memory, over real HTTP: remembers chats and topics, refuses what Telegram refuses."""

from tests.fakes.telegram.meters import Meter
from tests.fakes.telegram.owners import Owner
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.refusals import HangUp, Json, Refusal
from tests.fakes.telegram.server import FakeTelegram
from tests.fakes.telegram.state import PATIENCE, TOKEN, Call, SentMessage
from tests.fakes.telegram.updates import (
    AT,
    contact_update,
    edit_update,
    group_update,
    message_update,
    photo_update,
    tap_update,
    text_update,
)

__all__ = [
    "AT",
    "PATIENCE",
    "TOKEN",
    "Call",
    "FakeTelegram",
    "HangUp",
    "Json",
    "Meter",
    "Owner",
    "Person",
    "Refusal",
    "SentMessage",
    "contact_update",
    "edit_update",
    "group_update",
    "message_update",
    "photo_update",
    "tap_update",
    "text_update",
]
