"""Trained levels cached on disk, by a digest of what they were trained on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.articles import Article
from knowledge_base.model.array_files import keep_arrays, read_arrays
from knowledge_base.model.calibration import Calibration
from knowledge_base.model.classifier import Classifier
from knowledge_base.model.embeddings import PhrasingEmbeddings
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.similarity import Ints
from knowledge_base.model.stages import Level

log = logging.getLogger(__name__)

FORMAT = 10  # raise it whenever the same questions would be learned differently
KEPT = 6  # files; older ones go
_CALIBRATION = ("weights", "confidence", "right", "share", "among", "foreign")


def file_for(folder: Path, articles: Sequence[Article], fillers: Sequence[str], encoders: Sequence[Encoder]) -> Path:
    """Return the file for exactly these phrasings, fillers and encoders."""
    # Not for these answers: how far to trust what an answer says is learned of all, and one that is corrected is not
    # worth learning anew.
    learned_from = [[article.id, list(article.phrasings)] for article in articles]
    names = [encoder.name() for encoder in encoders]
    plain = json.dumps([FORMAT, learned_from, list(fillers), names], ensure_ascii=True)
    return folder / f"{hashlib.sha256(plain.encode()).hexdigest()[:32]}.npz"


@dataclass(frozen=True, slots=True)
class KeptLearning:
    """What is kept of learning: the phrasings learned from, those left out as suspects, and the levels.

    `taught`: shape (phrasings learned from,), numbers among all phrasings, rising. `suspects`: the number of a
    phrasing, and the place of the article it probably belongs to.
    """

    taught: Ints
    suspects: tuple[tuple[int, int], ...]
    levels: tuple[Level, ...]


def save(path: Path, learned: KeptLearning) -> None:
    """Write what was learned, atomically; an OSError is logged, and the next start trains again."""
    try:
        keep_arrays(path, {"learned": np.array(path.stem), **_arrays(learned)})
        _forget_the_oldest(path.parent)
    except OSError as error:
        log.warning("what was learned could not be kept: %s", error.strerror)


def load(path: Path, encoders: Sequence[Encoder], places: Ints) -> KeptLearning | None:
    """Return what a file keeps; None when it does not exist or cannot be read, which is logged.

    `places`: shape (phrasings,), the place of the article of each phrasing, rising. A ValueError for a file of other
    content is caught here.
    """
    try:
        kept = read_arrays(path)
        if str(kept["learned"]) != path.stem:
            raise ValueError("another file under this name")
        learned = _learned(kept, encoders, places)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception:  # noqa: BLE001  # damaged archives make zipfile and numpy raise a dozen kinds
        log.warning("%s cannot be read and is learned anew", path.name)
        return None
    with contextlib.suppress(OSError):  # a folder that can only be read from is as good
        path.touch()
    return learned


def _arrays(learned: KeptLearning) -> dict[str, Any]:
    levels = learned.levels
    found: dict[str, Any] = {"levels": np.array(len(levels)), "taught": learned.taught}
    found["suspects"] = np.array(learned.suspects, np.int64).reshape(-1, 2)
    for number, meaning in enumerate(levels[-1].meanings):
        found[f"m{number}centre"], found[f"m{number}vectors"] = meaning.centre, meaning.vectors
    for number, level in enumerate(levels):
        found[f"{number}meanings"] = np.array(len(level.meanings))
        found[f"{number}self"] = np.array(np.nan if level.self_accuracy is None else level.self_accuracy)
        found[f"{number}fights"] = np.array(level.contradictions, np.int64).reshape(-1, 2)
        for name in _CALIBRATION:
            found[f"{number}c{name}"] = getattr(level.calibration, name)
        if level.classifier is not None:
            found[f"{number}landmarks"] = level.classifier.landmarks
            found[f"{number}weights"] = level.classifier.weights
    return found


def _learned(kept: Any, encoders: Sequence[Encoder], places: Ints) -> KeptLearning:
    taught: Ints = kept["taught"]
    firsts = np.flatnonzero(np.diff(places[taught], prepend=-1))
    suspects = tuple((int(phrasing), int(place)) for phrasing, place in kept["suspects"])
    return KeptLearning(taught, suspects, _levels(kept, encoders, firsts))


def _levels(kept: Any, encoders: Sequence[Encoder], firsts: NDArray[np.int64]) -> tuple[Level, ...]:
    vectors = [kept[f"m{number}vectors"] for number in range(len(encoders))]
    meanings = tuple(
        PhrasingEmbeddings(encoder, kept[f"m{number}centre"], vectors[number], vectors[number][firsts])
        for number, encoder in enumerate(encoders)
    )
    return tuple(_level(kept, number, meanings) for number in range(int(kept["levels"])))


def _level(kept: Any, number: int, meanings: tuple[PhrasingEmbeddings, ...]) -> Level:
    classifier = None
    if f"{number}landmarks" in kept:
        classifier = Classifier(kept[f"{number}landmarks"], kept[f"{number}weights"])
    accuracy = float(kept[f"{number}self"])
    return Level(
        meanings[: int(kept[f"{number}meanings"])],
        classifier,
        Calibration(*(kept[f"{number}c{name}"] for name in _CALIBRATION)),
        None if np.isnan(accuracy) else accuracy,
        tuple((int(phrasing), int(question)) for phrasing, question in kept[f"{number}fights"]),
    )


def _forget_the_oldest(folder: Path) -> None:
    # Those of acts and topics, whose names say so, are not ours to forget.
    ages = {file: file.stat().st_mtime for file in folder.glob("*.npz") if "-" not in file.stem}
    for file in sorted(ages, key=lambda file: -ages[file])[KEPT:]:
        file.unlink(missing_ok=True)
    for half in folder.glob("*.tmp"):  # of a process that was killed; nobody writes for an hour
        if half.stat().st_mtime < max(ages.values(), default=0) - 3600:
            half.unlink(missing_ok=True)
