"""The reader of acts of this installation, fitted to its knowledge base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.config.settings import Settings
from bot.knowledge.encoders import LEARNED, NONE
from knowledge_base.acts.act_files import SHIPPED
from knowledge_base.acts.builder import ActReaderBuilder, fitted
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.topic_reader import topic_reader
from knowledge_base.matching.index import Index
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.model.encoders import Encoder
from knowledge_base.training.apart import is_worth_it


def act_builder_of(settings: Settings, index_builder: IndexBuilder) -> ActReaderBuilder | None:
    """Return the builder of this installation; None where the setting `none` leaves the policy's words alone."""
    if settings.acts == NONE:
        return None
    encoder = index_builder.encoders[0] if index_builder.encoders else None
    files = Path(settings.acts) if settings.acts else SHIPPED
    return ActReaderBuilder(encoder, settings.data / LEARNED, files, index_builder.apart)


def reader_for(
    builder: ActReaderBuilder | None, index: Index, *, at_once: bool = False, known: ActReader | None = None
) -> ActReader:
    """Return the reader, its thresholds fitted to the phrasings of this index; `at_once`: only what is kept.

    `known`: the reader in use; once it is learned its files are not read again, so that a fault somebody writes into
    one keeps no revision back. Raises CatalogueFaults for an act file with a fault, and what an encoder raises.
    """
    if builder is None:
        return ActReader()
    if known is not None and is_learned(known):
        return fitted(replace(known, raised=None), phrasings_of(index), builder.folder)
    if not at_once:
        _learn_apart(builder, phrasings_of(index))
    reader = builder.at_once() if at_once else builder.reader()
    reader = replace(reader, topics=topic_reader(builder.encoder, builder.folder, at_once=at_once))
    if at_once and not builder.is_fitted(reader, phrasings_of(index)):
        return reader
    return fitted(reader, phrasings_of(index), builder.folder)


def _learn_apart(builder: ActReaderBuilder, phrasings: tuple[str, ...]) -> None:
    """Let a process of its own learn what `reader_for` reads, if that takes much."""
    if builder.apart is None or not is_worth_it(builder.unlearned(), are_encoded=builder.encoder is not None):
        return
    names = [builder.encoder.name()] if builder.encoder is not None else []
    builder.apart.learn({"acts": str(builder.files), "phrasings": phrasings, "encoders": names})


def learn_acts(encoder: Encoder | None, folder: Path, files: Path, phrasings: Sequence[str]) -> None:
    """Learn acts and topics, and fit the thresholds to these phrasings; all of it is kept in the folder.

    Raises CatalogueFaults for an act file with a fault, and what the encoder raises.
    """
    reader = ActReaderBuilder(encoder, folder, files).reader()
    topic_reader(encoder, folder)
    fitted(reader, phrasings, folder)


def is_learned(reader: ActReader) -> bool:
    """Whether nothing is left to learn."""
    return reader.head is not None and reader.topics is not None


def phrasings_of(index: Index) -> tuple[str, ...]:
    """Return all phrasings of an index, in order."""
    return tuple(entry.phrasing for entry in index.entries)
