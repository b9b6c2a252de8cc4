"""A customer whose messages can be changed afterwards."""

from __future__ import annotations

from typing import Any

from bot.dialogue import edits, intake
from bot.dialogue.intake import Receipt
from bot.messages import Edited, Incoming
from bot.transcript import conversations, message_store
from bot.transcript.message_store import Message
from bot.transcript.quotes import versions_of
from tests.bot.scene import Scene

CHAT = "77"


class Phone:
    """A customer at a channel whose messages have numbers and can be changed."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.edits = scene, 0

    def message(self, number: int, text: str, **what: Any) -> Incoming:
        return Incoming("telegram", CHAT, f"m:{number}", what.pop("kind", "text"), text=text, number=number, **what)

    def say(self, number: int, text: str, **what: Any) -> Receipt:
        message = self.message(number, text, **what)
        return self.scene.write(intake.receive, self.scene.rules, message, None, self.scene.now)

    def edit(self, number: int, text: str, *, order: int | None = None, **what: Any) -> Receipt:
        self.edits += 1
        place = (order if order is not None else self.edits, self.edits)
        changed = self.message(number, text, **what)
        edited = Edited("telegram", CHAT, f"e:{self.edits}", f"m:{number}", number, text, changed, place)
        return self.scene.write(edits.revise, self.scene.rules, edited, None, self.scene.now)

    @property
    def lines(self) -> list[Message]:
        found = self.scene.read(conversations.find_conversation, "telegram", CHAT)
        return self.scene.read(message_store.transcript, found.id) if found else []

    @property
    def heard(self) -> list[str]:
        return [line.text for line in self.lines if line.author == "bot"]

    @property
    def said(self) -> list[Message]:
        return [line for line in self.lines if line.author == "customer"]

    def versions(self, nth: int = 0) -> tuple[str, ...]:
        found: dict[int, tuple[str, ...]] = self.scene.read(versions_of, self.said)
        return found.get(self.said[nth].id, ())
