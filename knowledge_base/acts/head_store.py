"""The learned head on disk, written whole or not at all."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.acts.head import ActHead
from knowledge_base.model.array_files import keep_arrays, read_arrays
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.similarity import InvertedIndex
from knowledge_base.text.readings import Readings
from knowledge_base.text.vocabulary import Vocabulary

log = logging.getLogger(__name__)

KEPT = 3  # files; older ones go
_ARRAYS = ("centre", "vectors", "weights", "slope", "offset", "heard_at", "doubted_at")
_INVERTED = ("rarity", "starts", "rows", "weights")


def save_head(path: Path, head: ActHead) -> None:
    """Write the head, atomically; an OSError is logged, and the next start learns again."""
    try:
        keep_arrays(path, _arrays(head, path.stem))
        for old in sorted(path.parent.glob("acts-*.npz"), key=lambda file: -file.stat().st_mtime)[KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("what was learned of acts could not be kept: %s", error.strerror)


def load_head(path: Path, encoder: Encoder | None) -> ActHead | None:
    """Return the head of a file; None when it does not exist or cannot be read, which is logged."""
    try:
        return _read(path, encoder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception:  # noqa: BLE001  # damaged archives make zipfile and numpy raise a dozen kinds
        log.warning("%s cannot be read and is learned anew", path.name)
        return None


def _read(path: Path, encoder: Encoder | None) -> ActHead:
    kept = read_arrays(path)
    if str(kept["learned"]) != path.stem:
        raise ValueError("another file under this name")
    return _head(kept, json.loads(bytes(kept["words"]).decode()), encoder)


def _arrays(head: ActHead, stem: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(head, name) for name in _ARRAYS}
    found |= {"learned": np.array(stem), "words": _packed(_words(head))}
    return found | {f"inverted_{name}": getattr(head.inverted, name) for name in _INVERTED}


def _words(head: ActHead) -> dict[str, Any]:
    writing, inverted = head.writing, head.inverted
    return {
        "names": head.names,
        "groups": head.groups,
        "features": list(inverted.vocabulary),
        "unseen": inverted.unseen,
        "size": inverted.size,
        "by_sound": writing.by_sound,
        "characters": sorted(writing.characters),
        "pairs": dict(writing.pairs),
        "threes": sorted(writing.threes),
        "latin": sorted(writing.words),
        "sounds": dict(writing.readings.sounds),
        "spoken": dict(writing.readings.spoken),
        "models": dict(writing.models),
    }


def _packed(words: dict[str, Any]) -> NDArray[np.uint8]:
    return np.frombuffer(json.dumps(words).encode(), np.uint8)


def _head(kept: Any, words: dict[str, Any], encoder: Encoder | None) -> ActHead:
    features = {feature: at for at, feature in enumerate(words["features"])}
    rarity, starts, rows, weights = (kept[f"inverted_{name}"] for name in _INVERTED)
    inverted = InvertedIndex(features, rarity, words["unseen"], starts, rows, weights, words["size"])
    writing = _writing(words)
    arrays = {name: kept[name] for name in _ARRAYS}
    return ActHead(
        names=tuple(words["names"]),
        inverted=inverted,
        writing=writing,
        encoder=encoder,
        groups=tuple(words["groups"]),
        **arrays,
    )


def _writing(words: dict[str, Any]) -> Vocabulary:
    by_sound = {sound: tuple(found) for sound, found in words["by_sound"].items()}
    readings = Readings(words["sounds"], {pair: tuple(found) for pair, found in words["spoken"].items()})
    characters, threes, latin = (frozenset(words[name]) for name in ("characters", "threes", "latin"))
    return Vocabulary(by_sound, characters, words["pairs"], threes, latin, readings, words["models"])
