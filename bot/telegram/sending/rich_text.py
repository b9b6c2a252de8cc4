"""Text with bold and links as entities, never as markup: what people write is never interpreted. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from aiogram.types import InlineKeyboardMarkup, MessageEntity

from bot.wording.utf16 import cut, units

LONGEST = 4096  # UTF-16 units of one message
MOST_ENTITIES = 100  # of one message; the Bot API leaves out the rest


@dataclass
class RichText:
    """A message under construction."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def plain(self, words: str) -> RichText:
        """Append plain text."""
        self.text += words
        return self

    def bold(self, words: str) -> RichText:
        """Append bold text."""
        return self._marked(words, "bold")

    def link(self, words: str, url: str) -> RichText:
        """Append a link; plain text if the URL is not http(s)."""
        if not url.startswith(("http://", "https://")):
            return self.plain(words)
        return self._marked(words, "text_link", url)

    def after(self, label: str) -> RichText:
        """Return the message with a label in front."""
        moved = units(label)
        entities = [one.model_copy(update={"offset": one.offset + moved}) for one in self.entities]
        return RichText(label + self.text, entities)

    @property
    def length(self) -> int:
        """Length in UTF-16 units, as the Bot API counts."""
        return units(self.text)

    def within(self, most: int = LONGEST) -> RichText:
        """Return the message cut to `most` UTF-16 units, with an ellipsis if it was cut."""
        if self.length <= most:
            return self
        text = cut(self.text, most)
        end = units(text)
        kept = [one for one in self.entities if one.offset + one.length <= end]
        return RichText(text, kept)

    def digest(self, markup: InlineKeyboardMarkup | None = None) -> str:
        """Return a digest of everything a reader sees, buttons included."""
        styles = [one.model_dump_json(exclude_none=True) for one in self.entities]
        buttons = markup.model_dump_json(exclude_none=True) if markup is not None else ""
        return hashlib.sha256("\x00".join([self.text, *styles, buttons]).encode()).hexdigest()

    def _marked(self, words: str, kind: str, url: str | None = None) -> RichText:
        # The Bot API refuses an entity of nothing, or one that begins or ends with blanks.
        bare = words.strip()
        start = self.length + units(words[: len(words) - len(words.lstrip())])
        self.text += words
        if bare and len(self.entities) < MOST_ENTITIES:
            self.entities.append(MessageEntity(type=kind, offset=start, length=units(bare), url=url))
        return self
