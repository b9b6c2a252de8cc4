"""The JSON metadata stored with a transcript line."""

from __future__ import annotations

from typing import TypedDict

PRIVATE = ("file", "place", "mark", "asked", "now", "candidates")  # what is sealed of it


class ButtonMeta(TypedDict):
    """A button under a line, as `Button.as_json` writes it."""

    choice: str
    label: str


class NewLineMeta(TypedDict, total=False):
    """Metadata that a new line may be given; what does not apply is left out."""

    choice: str  # the payload of the button that was tapped
    file: str  # the attachment's name …
    mime: str
    size: int  # … and bytes
    place: list[float]  # latitude and longitude, degrees
    album: str  # files sent together share it
    mark: str  # what staff read beside it: what kind it was, whose words were passed on, what it quotes
    reply_to: int  # the line that this one answers
    topic: int  # of the private chat, in which it was written
    edited: list[int]  # the order of the latest edit
    overtaken: bool | None  # an edit came before the message itself
    refused: bool  # the channel's file could not be taken
    candidates: list[str]  # the CRM ids of those whose number was shared, where there are several
    set_aside: bool  # the update could not be handled
    name: str  # of the agent who wrote it
    gap: int  # the row that keeps what the bot could not answer
    asked: str  # the question that an answer or a suggestion is for
    article: str  # whose answer it is
    incident: int  # whose notice it is
    likeliest: str  # the article that was answered with, or the first one that was suggested, if not word for word …
    confidence: float  # … and how sure that was, 0 to 1
    wording: str  # the policy's sentence that it says


class LineMeta(NewLineMeta, total=False):
    """All metadata stored with a line."""

    buttons: list[ButtonMeta]
    now: str | None  # the words by now, after edits; `text` keeps the first
    corrected: bool  # an agent's words were replaced …
    taken_back: bool  # … or taken back
    deleted: bool  # its message was deleted at the channel
    declined: str  # the article it answered with or asked about, which its customer did not mean or was not helped by
