"""Builds the reader of acts: learned once from the act files, kept by content, fitted to the company's questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from knowledge_base.acts.act_files import SHIPPED, ActFile, read_acts
from knowledge_base.acts.head_store import load_head, save_head
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.threshold_store import load_thresholds, save_thresholds
from knowledge_base.acts.training import train_acts
from knowledge_base.model.encoders import Encoder
from knowledge_base.training.apart import LearningProcess

FORMAT = 15  # raise it whenever the same files would be learned differently
FIRING = 0.01  # of the company's own phrasings, the share that may be taken for a given act
HIGHEST = 0.99  # threshold: a wish in the very words of a phrasing (转人工) is still heard
_SAMPLE = 2_000  # phrasings
_BATCH = 64
# Acts that questions must not be taken for; of the others a knowledge base may well hold phrasings, and answers them.
_GUARDED = ("person", "withdrawal", "complaint", "thanks", "greeting", "yes", "no", "calm")


@dataclass(frozen=True, slots=True)
class ActReaderBuilder:
    """The act files, the encoder and the folder of what was learned; without a folder nothing is kept.

    `apart`: the process that learns what is not kept, where that takes much memory; None: this one.
    """

    encoder: Encoder | None = None
    folder: Path | None = None
    files: Path = SHIPPED
    apart: LearningProcess | None = field(default=None, compare=False)

    def reader(self) -> ActReader:
        """Return the reader, learned now if it is not kept; takes some seconds then.

        Raises CatalogueFaults for an act file with a fault, and what the encoder raises.
        """
        acts = read_acts(self.files)
        kept = self._place(acts)
        head = load_head(kept, self.encoder) if kept is not None else None
        if head is None:
            head = train_acts(acts, self.encoder)
            if kept is not None:
                save_head(kept, head)
        return ActReader(head)

    def at_once(self) -> ActReader:
        """Return the reader if it is kept; else one that knows only the company's words, until `reader` is done."""
        kept = self._place(read_acts(self.files))
        head = load_head(kept, self.encoder) if kept is not None else None
        return ActReader(head)

    def unlearned(self) -> int:
        """Return from how many texts acts would be learned now; 0 if what was learned is kept."""
        acts = read_acts(self.files)
        kept = self._place(acts)
        if kept is None or kept.exists():
            return 0
        return sum(len(act.utterances) + len(act.counter_examples) for act in acts)

    def is_fitted(self, reader: ActReader, phrasings: Sequence[str]) -> bool:
        """Whether thresholds for these phrasings are kept."""
        kept = _thresholds_file(reader, phrasings, self.folder)
        return kept is not None and load_thresholds(kept) is not None

    def _place(self, acts: Sequence[ActFile]) -> Path | None:
        if self.folder is None:
            return None
        plain = json.dumps([FORMAT, [_plain(act) for act in acts], self.encoder.name() if self.encoder else None])
        return self.folder / f"acts-{hashlib.sha256(plain.encode()).hexdigest()[:32]}.npz"


def _plain(act: ActFile) -> list[object]:
    return [act.id, list(act.also), list(act.utterances), list(act.counter_examples)]


def fitted(reader: ActReader, phrasings: Sequence[str], folder: Path | None = None) -> ActReader:
    """Return the reader with thresholds raised until at most `FIRING` of these phrasings are taken for an act.

    None is raised above `HIGHEST`. `phrasings`: the company's own, each a question, whatever it looks like; of many
    every nth is looked at. Kept in `folder` by content. Raises what the encoder raises.
    """
    if reader.head is None or not phrasings:
        return reader
    kept = _thresholds_file(reader, phrasings, folder)
    known = load_thresholds(kept) if kept is not None else None
    if known is not None:
        return replace(reader, raised=known)
    bare = replace(reader, raised=None)
    chances: dict[str, list[float]] = {name: [] for name in reader.head.names if name in _GUARDED}
    sample = phrasings[:: 1 + len(phrasings) // _SAMPLE]
    for begin in range(0, len(sample), _BATCH):
        block = sample[begin : begin + _BATCH]
        reader.head.likeness([part for each in block for part in bare.sentences(each)])  # encodes them in one batch
        for reading in map(bare.read, block):
            for name, found in chances.items():
                found.append(reading.chance(name))
    raised = {
        name: min(HIGHEST, float(np.quantile(found, 1 - FIRING, method="higher")) + 1e-6)
        for name, found in chances.items()
    }
    if kept is not None:
        save_thresholds(kept, raised)
    return replace(reader, raised=raised)


def _thresholds_file(reader: ActReader, phrasings: Sequence[str], folder: Path | None) -> Path | None:
    if folder is None or reader.head is None:
        return None
    plain = json.dumps([FORMAT, FIRING, HIGHEST, reader.head.key, list(phrasings)])
    return folder / f"thresholds-{hashlib.sha256(plain.encode()).hexdigest()[:32]}.json"
