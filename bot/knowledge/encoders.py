"""The sentence encoders of this installation."""

from __future__ import annotations

from pathlib import Path

from bot.config.settings import Settings
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.model.encoders import CachedEncoder, Encoder, semantic_encoder
from knowledge_base.model.exported_encoders import stronger_encoder
from knowledge_base.training.apart import LearningProcess

NONE = "none"
LEARNED = "learned"  # the folder in the data folder


def encoders_of(settings: Settings) -> tuple[Encoder, ...]:
    """Return the small encoder, if its package is installed, then the one the settings name; raises `NoSuchEncoder`.

    The setting `none` switches both off: 60 MB less memory, and fewer questions recognised.
    """
    return tuple(CachedEncoder(encoder) for encoder in open_encoders(settings.encoder, settings.data))


def open_encoders(setting: str, data: Path) -> tuple[Encoder, ...]:
    """Return the same encoders by the setting and the data folder, without a memory of what they read."""
    if setting == NONE:
        return ()
    found = (semantic_encoder(data / LEARNED), stronger_encoder(setting) if setting else None)
    return tuple(encoder for encoder in found if encoder is not None)


def index_builder_of(settings: Settings) -> IndexBuilder:
    """Return the index builder with this installation's encoders, which learns in processes of their own."""
    return IndexBuilder(encoders_of(settings), settings.data / LEARNED, learning_of(settings))


def learning_of(settings: Settings) -> LearningProcess:
    """Return how a process is started that learns for this installation."""
    return LearningProcess("bot.knowledge.learning", {"setting": settings.encoder, "data": str(settings.data)})
