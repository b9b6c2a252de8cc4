"""The sentence encoders of this installation."""

from __future__ import annotations

from bot.config.settings import Settings
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.model.encoders import CachedEncoder, Encoder, semantic_encoder
from knowledge_base.model.exported_encoders import stronger_encoder

NONE = "none"
LEARNED = "learned"  # the folder in the data folder


def encoders_of(settings: Settings) -> tuple[Encoder, ...]:
    """Return the small encoder, if its package is installed, then the one the settings name; raises `NoSuchEncoder`.

    The setting `none` switches both off: 110 MB less memory, and fewer questions recognised.
    """
    if settings.encoder == NONE:
        return ()
    found = (
        semantic_encoder(settings.data / LEARNED),
        stronger_encoder(settings.encoder) if settings.encoder else None,
    )
    return tuple(CachedEncoder(encoder) for encoder in found if encoder is not None)


def index_builder_of(settings: Settings) -> IndexBuilder:
    """Return the index builder with this installation's encoders."""
    return IndexBuilder(encoders_of(settings), settings.data / LEARNED)
