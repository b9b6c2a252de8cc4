"""Reads which topic a matter is about: learned once from descriptions of each topic, kept by content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.acts.act_files import NEGATIVES, ActFile, read_act
from knowledge_base.acts.act_files import SHIPPED as ACTS
from knowledge_base.acts.head import ActHead
from knowledge_base.acts.head_store import load_head, save_head
from knowledge_base.acts.training import train_acts
from knowledge_base.model.encoders import Encoder

SHIPPED = Path(__file__).parent / "topics"
# Acts that are about no topic, of which short utterances stand beside the topics as such.
NO_TOPIC = (
    "bot_question",
    "calm",
    "callback_number",
    "chase",
    "greeting",
    "no",
    "person",
    "small_talk",
    "thanks",
    "yes",
)
_SHORT, _OF_EACH = 12, 25  # characters, and utterances of an act
FORMAT = 3  # raise it whenever the same files would be learned differently


@dataclass(frozen=True, slots=True, eq=False)
class TopicReader:
    """The learned head, and the topic that each of its columns stands for."""

    head: ActHead
    topics: tuple[str, ...]

    def scores(self, text: str) -> Mapping[str, float]:
        """Return a score per topic, about 1 for the one that a text is about and 0 for others.

        Raises what an encoder raises.
        """
        return self.scores_of([text])[0]

    def scores_of(self, texts: Sequence[str]) -> list[Mapping[str, float]]:
        """Return the scores of each text, read in one batch; raises what an encoder raises."""
        found = self.head.likeness(texts) @ self.head.weights
        return [dict(zip(self.topics, row.tolist(), strict=True)) for row in found]


def topic_reader(encoder: Encoder | None, folder: Path | None, *, at_once: bool = False) -> TopicReader | None:
    """Return the reader, learned now if it is not kept in `folder`; `at_once`: only what is kept, else None.

    Raises what the encoder raises.
    """
    files = (*topic_files(), about_nothing())
    kept = folder / _name(files, encoder) if folder is not None else None
    head = load_head(kept, encoder) if kept is not None else None
    if head is None and not at_once:
        head = train_acts(files, encoder)
        if kept is not None:
            save_head(kept, head)
    labels = {file.id: file.label for file in files if file.id != NEGATIVES}
    return TopicReader(head, tuple(labels[name] for name in head.names)) if head is not None else None


def topic_files(folder: Path = SHIPPED) -> tuple[ActFile, ...]:
    """Return the descriptions of the topics, one file each.

    Raises CatalogueFaults for a file with a fault, and OSError for one that can't be read.
    """
    return tuple(read_act(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


def about_nothing() -> ActFile:
    """Return what customers say that is about no topic: short utterances of wishes and courtesies."""
    acts = [read_act(f"{name}.yaml", (ACTS / f"{name}.yaml").read_bytes()) for name in NO_TOPIC]
    said = {act.id: [text for _, text in act.utterances if len(text) <= _SHORT] for act in acts}
    some = [(name, text) for name, texts in said.items() for text in texts[:: max(1, len(texts) // _OF_EACH)]]
    return ActFile(NEGATIVES, "", "", (), tuple(some), ())


def _name(files: Sequence[ActFile], encoder: Encoder | None) -> str:
    plain = [[file.id, file.label, list(file.utterances), list(file.counter_examples)] for file in files]
    learned = json.dumps([FORMAT, plain, encoder.name() if encoder else None])
    return f"topics-{hashlib.sha256(learned.encode()).hexdigest()[:32]}.npz"
