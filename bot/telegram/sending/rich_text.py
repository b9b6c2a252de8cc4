"""Text with bold and links beside it, never in it: whatever people write stays what they wrote. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from aiogram.types import InlineKeyboardMarkup, MessageEntity

from bot.wording.utf16 import cut, units

LONGEST = 4096  # UTF-16 units of one message
MOST_ENTITIES = 100  # of one message; the Bot API leaves out the rest


@dataclass
class RichText:
    """A message being put together."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)

    def plain(self, words: str) -> RichText:
        """Go on with words as they are."""
        self.text += words
        return self

    def bold(self, words: str) -> RichText:
        """Go on with bold words."""
        return self._marked(words, "bold")

    def link(self, words: str, url: str) -> RichText:
        """Go on with words that lead somewhere; plain ones when the address is none."""
        if not url.startswith(("http://", "https://")):
            return self.plain(words)
        return self._marked(words, "text_link", url)

    def after(self, label: str) -> RichText:
        """The same behind a label."""
        moved = units(label)
        entities = [one.model_copy(update={"offset": one.offset + moved}) for one in self.entities]
        return RichText(label + self.text, entities)

    @property
    def length(self) -> int:
        """In UTF-16 units, as the Bot API counts."""
        return units(self.text)

    def within(self, most: int = LONGEST) -> RichText:
        """The same, cut to fit, with an ellipsis where it was cut."""
        if self.length <= most:
            return self
        text = cut(self.text, most)
        end = units(text)
        kept = [one for one in self.entities if one.offset + one.length <= end]
        return RichText(text, kept)

    def digest(self, markup: InlineKeyboardMarkup | None = None) -> str:
        """What differs as soon as anything a reader sees does."""
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
