"""The Bot API server in memory under its short name; it lives in `tests.fakes.telegram`."""

from tests.fakes.telegram import (
    AT,
    PATIENCE,
    TOKEN,
    FakeTelegram,
    HangUp,
    Json,
    Refusal,
    SentMessage,
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
    "FakeTelegram",
    "HangUp",
    "Json",
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
