"""Reads which topic a matter is about: learned once from descriptions of each topic, kept by content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.acts.act_files import ActFile, read_act
from knowledge_base.acts.head import ActHead
from knowledge_base.acts.head_store import load_head, save_head
from knowledge_base.acts.training import train_acts
from knowledge_base.model.encoders import Encoder

SHIPPED = Path(__file__).parent / "topics"
FORMAT = 1  # raise it whenever the same files would be learned differently


@dataclass(frozen=True, slots=True, eq=False)
class TopicReader:
    """The learned head, and the topic that each of its columns stands for."""

    head: ActHead
    topics: tuple[str, ...]

    def scores(self, text: str) -> Mapping[str, float]:
        """Return a score per topic, about 1 for the one that a text is about and 0 for others.

        Raises what an encoder raises.
        """
        found = (self.head.likeness([text]) @ self.head.weights)[0]
        return dict(zip(self.topics, found.tolist(), strict=True))


def topic_reader(encoder: Encoder | None, folder: Path | None, *, at_once: bool = False) -> TopicReader | None:
    """Return the reader, learned now if it is not kept in `folder`; `at_once`: only what is kept, else None.

    Raises what the encoder raises.
    """
    files = topic_files()
    kept = folder / _name(files, encoder) if folder is not None else None
    head = load_head(kept, encoder) if kept is not None else None
    if head is None and not at_once:
        head = train_acts(files, encoder)
        if kept is not None:
            save_head(kept, head)
    labels = {file.id: file.label for file in files}
    return TopicReader(head, tuple(labels[name] for name in head.names)) if head is not None else None


def topic_files(folder: Path = SHIPPED) -> tuple[ActFile, ...]:
    """Return the descriptions of the topics, one file each.

    Raises CatalogueFaults for a file with a fault, and OSError for one that can't be read.
    """
    return tuple(read_act(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


def _name(files: Sequence[ActFile], encoder: Encoder | None) -> str:
    plain = [[file.id, file.label, list(file.utterances), list(file.counter_examples)] for file in files]
    learned = json.dumps([FORMAT, plain, encoder.name() if encoder else None])
    return f"topics-{hashlib.sha256(learned.encode()).hexdigest()[:32]}.npz"
