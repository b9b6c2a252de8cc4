"""What was learned of acts is kept by content; what cannot be read, or was half written, is learned anew."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge_base.acts import act_files, builder, head_store, threshold_store
from knowledge_base.acts.act_files import ActFile
from knowledge_base.acts.builder import ActReaderBuilder, fitted
from knowledge_base.acts.head_store import KEPT, load_head, save_head
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.threshold_store import load_thresholds, save_thresholds
from knowledge_base.model import array_files
from tests.tiny_acts import write_act, write_tiny_acts

SAID = ("烘干机冒烟了", "我要找工程师", "烘干机多少钱", "")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "learned"


@pytest.fixture
def acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(act_files, "SHIPPED", write_tiny_acts(tmp_path / "shipped"))
    return tmp_path / "shipped"


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one whenever a head is learned."""
    found: list[int] = []
    train = builder.train_acts

    def counted(acts: Any, encoder: Any) -> Any:
        found.append(len(acts))
        return train(acts, encoder)

    monkeypatch.setattr(builder, "train_acts", counted)
    return found


def chances(reader: ActReader) -> list[dict[str, float]]:
    return [{act: reader.read(text).chance(act) for act in ("danger", "person", "thanks")} for text in SAID]


def test_a_second_start_learns_nothing_and_reads_the_same(acts: Path, folder: Path, learned: list[int]) -> None:
    first = ActReaderBuilder(None, folder, acts).reader()
    second = ActReaderBuilder(None, folder, acts).reader()
    assert learned == [4]
    assert chances(second) == chances(first)
    assert first.head is not None
    assert second.head is not None
    assert second.head.key == first.head.key
    assert second.head.nearest_group(second.head.likeness(SAID[:1])[0], "danger") == "说"


def test_one_more_utterance_is_learned(acts: Path, folder: Path, learned: list[int]) -> None:
    ActReaderBuilder(None, folder, acts).reader()
    write_act(acts, "thanks", "道谢", {"谢": [f"谢{n}次" for n in range(40)]}, {})
    ActReaderBuilder(None, folder, acts).reader()
    assert learned == [4, 4]


@pytest.mark.parametrize("damage", ["cut", "empty", "noise", "folder", "other"])
def test_a_damaged_file_is_learned_anew(
    acts: Path, folder: Path, learned: list[int], damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    sound = ActReaderBuilder(None, folder, acts).reader()
    (kept,) = folder.glob("acts-*.npz")
    whole = kept.read_bytes()
    if damage == "folder":
        kept.unlink()
        kept.mkdir()
    elif damage == "other":
        kept.rename(folder / "acts-0.npz")
        os.link(folder / "acts-0.npz", kept)
        save_head(folder / "acts-1.npz", sound.head)  # type: ignore[arg-type]
        (folder / "acts-1.npz").replace(kept)
    else:
        kept.write_bytes({"cut": whole[: len(whole) // 2], "empty": b"", "noise": os.urandom(999)}[damage])
    with caplog.at_level(logging.WARNING):
        assert chances(ActReaderBuilder(None, folder, acts).reader()) == chances(sound)
    assert learned == [4, 4]
    assert f"{kept.name} cannot be read and is learned anew" in caplog.messages


def test_at_once_only_what_is_kept_is_read(acts: Path, folder: Path, learned: list[int]) -> None:
    assert ActReaderBuilder(None, folder, acts).at_once().head is None
    ActReaderBuilder(None, folder, acts).reader()
    assert ActReaderBuilder(None, folder, acts).at_once().head is not None
    assert learned == [4]


def test_where_nothing_can_be_written_it_is_learned_and_said(
    acts: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    reader = ActReaderBuilder(None, tmp_path / "file" / "learned", acts).reader()
    assert reader.head is not None
    assert "what was learned of acts could not be kept: Not a directory" in caplog.messages


def test_only_the_latest_few_are_kept_and_for_nobody_else(reader: ActReader, folder: Path) -> None:
    assert reader.head is not None
    for number in range(KEPT + 2):
        save_head(folder / f"acts-{number}.npz", reader.head)
        os.utime(folder / f"acts-{number}.npz", (number, number))
    assert len([*folder.iterdir()]) == KEPT
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def killed(do: Callable[[], None]) -> None:
    """Run it in a process that dies of SIGKILL in the middle."""
    process = multiprocessing.get_context("fork").Process(target=do)
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def _dying(module: Any, name: str, written: bytes | str) -> None:
    def dies(*given: Any, **_more: Any) -> None:
        file = next(each for each in given if hasattr(each, "write"))
        file.write(written)
        file.flush()
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, dies)


@pytest.mark.proof
@pytest.mark.parametrize("has_old", [True, False])
def test_killed_while_writing_it_leaves_the_whole_old_file_or_none(
    tiny: tuple[ActFile, ...], reader: ActReader, folder: Path, *, has_old: bool
) -> None:
    head, kept = reader.head, folder / "acts-0.npz"
    assert head is not None
    if has_old:
        save_head(kept, head)
    before = kept.read_bytes() if has_old else b""

    def dies() -> None:
        _dying(array_files, "write_arrays", b"half")
        save_head(kept, head)

    killed(dies)
    assert (kept.read_bytes() if kept.exists() else b"") == before
    assert (load_head(kept, None) is not None) == has_old
    save_head(kept, head)
    assert load_head(kept, None) is not None


@pytest.mark.proof
def test_killed_while_writing_thresholds_it_leaves_the_whole_old_file(folder: Path) -> None:
    kept = folder / "thresholds-0.json"
    save_thresholds(kept, {"person": 0.7})

    def dies() -> None:
        _dying(threshold_store.json, "dump", '{"person": 0.')
        save_thresholds(kept, {"person": 0.9})

    killed(dies)
    assert load_thresholds(kept) == {"person": 0.7}


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"person": "much"}', "null"])
def test_damaged_thresholds_are_fitted_anew(
    reader: ActReader, folder: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    phrasings = ("人工费多少钱", "卡纸怎么办")
    first = fitted(reader, phrasings, folder)
    (kept,) = folder.glob("thresholds-*.json")
    kept.write_text(text, encoding="utf-8")
    assert fitted(reader, phrasings, folder).raised == first.raised
    assert caplog.messages == [f"{kept.name} cannot be read and is fitted anew"]
    assert load_thresholds(kept) == first.raised


def test_a_file_is_renamed_into_place_only_when_it_is_whole(
    reader: ActReader, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        with np.load(self) as whole:
            sizes.append(len(whole.files))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    assert reader.head is not None
    head_store.save_head(folder / "acts-0.npz", reader.head)
    assert sizes[0] > 5
