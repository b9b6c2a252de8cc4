"""What was learned is kept by what it was learned from; what cannot be read is learned anew."""

from __future__ import annotations

import io
import logging
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank
from knowledge_base.model import array_files
from knowledge_base.training import cache
from knowledge_base.training.cache import KEPT
from tests.fakes.encoders import PaperEncoder

THINGS = ("打印机", "复印机", "扫描仪", "投影仪", "碎纸机", "装订机", "考勤机", "传真机")
ARTICLES = tuple(
    Article(
        thing, "故障", f"{thing}坏了怎么办", (f"{thing}不工作了", f"修{thing}找谁", f"我的{thing}出毛病了"), "好的。"
    )
    for thing in THINGS
)
MESSAGES = ("传真机不能工作", "打印机怎么修", "今天天气怎么样", "碎纸机坏了")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "learned"


def made(folder: Path, articles: tuple[Article, ...] = ARTICLES, name: str = "paper", **more: Any) -> tuple[Index, int]:
    """An index, and how many phrasings its encoder had to read for it."""
    encoder = PaperEncoder(name)
    index = build(articles, encoders=[encoder], folder=folder, **more)
    return index, len(encoder.asked)


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_a_second_start_learns_nothing_and_answers_the_same(folder: Path) -> None:
    first, read = made(folder)
    assert read == 32
    second, read = made(folder)
    assert read == 0
    for message in MESSAGES:
        assert rank(message, second) == rank(message, first)
    assert second.thresholds() == first.thresholds()
    for kept, learned in zip(second.levels, first.levels, strict=True):
        assert (kept.self_accuracy, kept.contradictions) == (learned.self_accuracy, learned.contradictions)


def test_all_levels_are_kept(folder: Path) -> None:
    def encoders() -> list[PaperEncoder]:
        return [PaperEncoder("cheap"), PaperEncoder("costly", seed=7)]

    first = build(ARTICLES, encoders=encoders(), folder=folder)
    again = encoders()
    second = build(ARTICLES, encoders=again, folder=folder)
    assert [encoder.asked for encoder in again] == [[], []]
    assert [len(level.meanings) for level in second.levels] == [1, 2]
    assert second.encoder == "costly"
    for message in MESSAGES:
        assert rank(message, second) == rank(message, first)


def test_without_encoders_too(folder: Path) -> None:
    first = build(ARTICLES, folder=folder)
    told: list[float] = []
    second = build(ARTICLES, folder=folder, progress=told.append)
    assert told == []
    assert rank(MESSAGES[0], second) == rank(MESSAGES[0], first)


def test_contradictions_and_a_missing_self_accuracy_survive(folder: Path) -> None:
    swapped = (*ARTICLES[:-1], replace(ARTICLES[-1], similar=(*ARTICLES[-1].similar, "打印机坏了该怎么办")))
    first, _ = made(folder, swapped)
    assert first.levels[0].contradictions
    assert made(folder, swapped)[0].levels[0].contradictions == first.levels[0].contradictions
    single = tuple(Article(thing, "", f"{thing}坏了", (), "") for thing in THINGS)
    assert made(folder, single)[0].levels[0].self_accuracy is None
    again, read = made(folder, single)
    assert (again.levels[0].self_accuracy, read) == (None, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"articles": (*ARTICLES[:-1], replace(ARTICLES[-1], similar=("传真机不动了",)))},
        {"articles": ARTICLES[::-1]},
        {"articles": ARTICLES[:-1]},
        {"articles": (*ARTICLES[:-1], replace(ARTICLES[-1], id="新"))},
        {"name": "paper 2"},
        {"fillers": ("请问", "老板")},
    ],
    ids=["a phrasing", "their order", "one fewer", "an id", "the encoder", "the fillers"],
)
def test_whatever_would_be_learned_differently_is_learned_anew(folder: Path, change: dict[str, Any]) -> None:
    made(folder)
    assert made(folder, **change)[1] > 0
    assert len(files(folder)) == 2


def test_another_answer_category_or_tier_changes_nothing_that_was_learned(folder: Path) -> None:
    made(folder)
    others = tuple(replace(each, category="订单", answer="另一个答案。", tiers=("一级",)) for each in ARTICLES)
    index, read = made(folder, others)
    assert read == 0
    assert rank(MESSAGES[0], index)[0].article.answer == "另一个答案。"


def test_a_later_way_of_learning_reads_no_earlier_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(folder)
    monkeypatch.setattr(cache, "FORMAT", cache.FORMAT + 1)
    assert made(folder)[1] == 32


def _array(content: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, content, allow_pickle=True)
    return file.getvalue()


def _archive(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


GARBAGE = {
    "empty": lambda good: b"",
    "garbage": lambda good: b"\x00garbage" * 99,
    "text": lambda good: "什么".encode("gbk"),
    "half": lambda good: good[: len(good) // 2],
    "the end missing": lambda good: good[:-30],
    "one array": lambda good: _array(np.zeros(3)),
    "pickled": lambda good: _array(np.array([{}], object)),
    "another archive": lambda good: _archive(a=np.zeros(3)),
    "a flipped bit": lambda good: (
        good[: len(good) // 2] + bytes([good[len(good) // 2] ^ 4]) + good[len(good) // 2 + 1 :]
    ),
    "encrypted": lambda good: good.replace(b"PK\x01\x02-\x03-\x00\x00", b"PK\x01\x02-\x03-\x00\x01"),
    "of a later zip": lambda good: good.replace(b"PK\x01\x02-\x03-", b"PK\x01\x02-\x03\xff"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_a_file_that_cannot_be_read_is_learned_anew_and_replaced(
    folder: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    made(folder)
    (file,) = files(folder)
    good = file.read_bytes()
    bad = GARBAGE[kind](good)
    assert bad != good
    file.write_bytes(bad)
    assert made(folder)[1] == 32
    assert [record.message for record in caplog.records] == [f"{file.name} cannot be read and is learned anew"]
    assert made(folder)[1] == 0


@pytest.mark.parametrize("others", [ARTICLES[:5], (*ARTICLES, Article("x", "", "别的", ("另外的",), ""))])
def test_a_file_of_other_questions_under_this_name_is_not_believed(folder: Path, others: tuple[Article, ...]) -> None:
    made(folder)
    (mine,) = files(folder)
    made(folder, others)
    (other,) = set(files(folder)) - {mine}
    mine.write_bytes(other.read_bytes())
    index, read = made(folder)
    assert read == 32
    assert len(index.levels[0].meanings[0].vectors) == 32


def test_a_folder_in_its_place_is_no_file(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    made(folder)
    (file,) = files(folder)
    file.unlink()
    file.mkdir()
    assert made(folder)[1] == 32
    assert len(caplog.records) == 2  # neither read nor written


def test_a_folder_that_cannot_be_written_costs_one_warning_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken = tmp_path / "learned"
    taken.write_text("a file", encoding="utf-8")
    index, _ = made(taken)
    assert rank(MESSAGES[0], index)[0].article.id == "传真机"
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.message.startswith("what was learned could not be kept: ")


def test_a_full_disk_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(file: Any, _arrays: Any) -> None:
        file.write(b"some of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(array_files, "write_arrays", full)
    index, _ = made(folder)
    assert rank(MESSAGES[0], index)[0].article.id == "传真机"
    assert [record.message for record in caplog.records] == [
        "what was learned could not be kept: No space left on device"
    ]
    assert files(folder) == []


def test_what_can_only_be_read_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    made(folder)

    def refuses(*args: Any, **kwargs: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuses)
    assert made(folder)[1] == 0
    assert caplog.records == []


class _Killed(BaseException):
    """As by SIGKILL: nothing tidies up."""


def test_killed_in_the_middle_it_leaves_no_file_that_could_be_taken_for_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(file: Any, _arrays: Any) -> None:
        file.write(b"half")
        file.flush()
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(array_files, "write_arrays", dies)
        patched.setattr(Path, "unlink", lambda *args, **kwargs: None)
        with pytest.raises(_Killed):
            made(folder)
    (half,) = files(folder)
    assert half.suffix == ".tmp"
    assert made(folder)[1] == 32
    assert half.exists()  # another process may be writing it
    newest = max(file.stat().st_mtime for file in folder.glob("*.npz"))
    os.utime(half, (newest - 4000, newest - 4000))
    made(folder, ARTICLES[:-1])
    assert not half.exists()


def test_a_file_is_renamed_into_place_only_when_it_is_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = []
    rename = Path.replace

    def watched(self: Path, target: Path) -> Path:
        assert not target.exists()
        with np.load(self) as whole:
            sizes.append(len(whole.files))
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    made(folder)
    assert sizes[0] > 5


def test_only_the_latest_few_are_kept_and_what_is_used_counts_as_late(folder: Path) -> None:
    made(folder)
    (first,) = files(folder)
    begun = first.stat().st_mtime
    for number in range(KEPT + 2):
        made(folder, ARTICLES[: 2 + number % 6], name=f"paper {number}")
        for file in set(files(folder)) - {first}:
            if file.stat().st_mtime >= begun - 100:
                os.utime(file, (begun - 1000 + number, begun - 1000 + number))
    assert len(files(folder)) == KEPT
    assert first in files(folder)


def test_the_folder_and_its_files_are_for_nobody_else(folder: Path) -> None:
    made(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(file.stat().st_mode) for file in files(folder)] == [0o600]


def test_an_empty_knowledge_base_is_not_worth_a_file(folder: Path) -> None:
    made(folder, ())
    assert not folder.exists()


def test_what_was_learned_of_acts_is_not_forgotten_for_it(folder: Path) -> None:
    folder.mkdir()
    others = [folder / f"{name}-0.npz" for name in ("acts", "topics")]
    for file in others:
        file.write_bytes(b"of others")
        os.utime(file, (1, 1))
    for number in range(KEPT + 1):
        made(folder, name=f"paper {number}")
    assert all(file.exists() for file in others)
    assert len(files(folder)) == KEPT + len(others)
