"""The product's matcher as the measurements take it: the one place to change when it learns new switches."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge_base.articles import Article
from knowledge_base.encoder import semantic_encoder
from knowledge_base.index import Index, build

NAME = "jiedai"


def load(articles: Sequence[Article], *, encoder: bool = False) -> Index | None:
    """An index of these questions; None if an encoder is asked for and there is none."""
    if not encoder:
        return build(articles)
    found = semantic_encoder()
    return build(articles, encoders=[found]) if found else None


def encoder_name() -> str | None:
    """The sentence encoder that is here, if any."""
    found = semantic_encoder()
    return found.name() if found else None


def reload_seconds(articles: Sequence[Article]) -> float | None:  # noqa: ARG001
    """How long a restart takes that finds what was trained before; None while nothing is kept."""
    return None
