"""Which sentence encoders an installation has."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import Settings, read_settings
from bot.knowledge import encoders
from bot.knowledge.encoders import encoders_of, index_builder_of
from knowledge_base.model.encoders import CachedEncoder, Encoder
from knowledge_base.model.exported_encoders import NoSuchEncoder
from tests.fakes.encoders import PaperEncoder

CHEAP, COSTLY = PaperEncoder("cheap"), PaperEncoder("costly")


@pytest.fixture(autouse=True)
def _paper(monkeypatch: pytest.MonkeyPatch) -> None:
    def stronger(wanted: str) -> Encoder:
        if wanted != "models/costly":
            raise NoSuchEncoder(f"{wanted} is none.")
        return COSTLY

    monkeypatch.setattr(encoders, "semantic_encoder", lambda _folder: CHEAP)
    monkeypatch.setattr(encoders, "stronger_encoder", stronger)


def read_by(settings: Settings) -> tuple[Encoder, ...]:
    """The encoders behind those that remember what they have read."""
    return tuple(each.encoder for each in encoders_of(settings) if isinstance(each, CachedEncoder))


def test_nothing_said_means_the_cheap_one() -> None:
    assert read_by(Settings()) == (CHEAP,)


def test_a_named_one_comes_after_the_cheap_one() -> None:
    assert read_by(read_settings({"JIEDAI_ENCODER": "models/costly"})) == (CHEAP, COSTLY)


def test_where_the_cheap_one_is_not_installed_the_named_one_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "semantic_encoder", lambda _folder: None)
    assert read_by(Settings(encoder="models/costly")) == (COSTLY,)
    assert read_by(Settings()) == ()


def test_none_means_none_and_none_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "semantic_encoder", lambda _folder: pytest.fail("loaded"))
    assert encoders_of(Settings(encoder="none")) == ()


def test_one_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(NoSuchEncoder):
        encoders_of(Settings(encoder="elsewhere"))


def test_what_is_learned_is_kept_in_the_data_folder(tmp_path: Path) -> None:
    index_builder = index_builder_of(Settings(data=tmp_path))
    assert index_builder.folder == tmp_path / "learned"
    assert index_builder.encoder == "cheap"
