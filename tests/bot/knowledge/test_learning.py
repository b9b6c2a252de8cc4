"""A process of its own learns, this one reads what it has learned; where that fails, this one learns itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge import act_reading
from bot.knowledge.act_reading import learn_acts, reader_for
from bot.knowledge.encoders import LEARNED
from knowledge_base.acts import act_files
from knowledge_base.acts.builder import ActReaderBuilder
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.index_builder import IndexBuilder
from knowledge_base.matching.ranking import Candidate, rank
from knowledge_base.training import apart, cache, lesson
from knowledge_base.training.apart import LearningProcess
from tests.fakes.encoders import PaperEncoder
from tests.tiny_acts import write_tiny_acts

THINGS = ("打印机", "复印机", "扫描仪", "投影仪", "碎纸机", "装订机", "考勤机", "传真机")
ARTICLES = tuple(
    Article(thing, "故障", f"{thing}坏了怎么办", (f"{thing}不工作了", f"修{thing}找谁"), "好的。", ("特级",))
    for thing in THINGS
)
ASKED = (
    "不动了",
    "没反应",
    "有怪声",
    "冒白烟味",
    "要保养",
    "借用一下",
    "怎么开机",
    "太慢了",
    "要升级",
    "丢了配件",
    "想搬走",
    "要退掉",
    "报价",
    "在哪里",
)
WAITS = """
import threading
from bot.knowledge import learning
learning.learn_acts = lambda *_: threading.Event().wait()
learning.main()
"""
MESSAGES = ("传真机不能工作", "打印机怎么修", "今天天气怎么样", "碎纸机坏了", "打印机坏了怎么办")


@pytest.fixture(autouse=True)
def _everything_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "WORTH", 1)
    monkeypatch.setattr(apart, "WORTH_UNREAD", 1)


@pytest.fixture
def process(tmp_path: Path) -> LearningProcess:
    return LearningProcess("bot.knowledge.learning", {"setting": "none", "data": str(tmp_path)})


@pytest.fixture
def learned_here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often this process has learned phrasings."""
    found: list[int] = []
    learn: Callable[..., Any] = lesson.learn

    def counted(*given: Any, **more: Any) -> Any:
        found.append(1)
        return learn(*given, **more)

    monkeypatch.setattr(lesson, "learn", counted)
    return found


def found_by(index: Index) -> list[tuple[Candidate, ...]]:
    return [rank(message, index) for message in MESSAGES]


def test_what_another_process_learned_is_read_mapped_and_ranks_the_same(
    tmp_path: Path, process: LearningProcess, learned_here: list[int]
) -> None:
    told: list[float] = []
    builder = IndexBuilder((), tmp_path / LEARNED, process)
    mapped = builder.index(ARTICLES, fillers=("请问",), progress=told.append)
    assert learned_here == []
    assert told
    assert told == sorted(told)
    fresh = build(ARTICLES, fillers=("请问",))
    assert learned_here
    assert found_by(mapped) == found_by(fresh) == found_by(builder.index(ARTICLES, fillers=("请问",)))
    assert mapped.thresholds() == fresh.thresholds()


def test_the_answers_are_learned_from_there_too(
    tmp_path: Path, process: LearningProcess, learned_here: list[int]
) -> None:
    many = tuple(
        Article(thing, "", f"{thing}坏了怎么办", tuple(f"{thing}{one}" for one in ASKED), f"{thing}的{ASKED[at % 14]}")
        for at, thing in enumerate(THINGS)
    )
    mapped = IndexBuilder((), tmp_path / LEARNED, process).index(many, fillers=())
    assert learned_here == []
    fresh = build(many, fillers=())
    assert len(fresh.levels[0].calibration.confidence)
    assert mapped.levels[0].calibration.weights.tolist() == fresh.levels[0].calibration.weights.tolist()


def test_it_ends_when_whoever_asked_is_gone(tmp_path: Path) -> None:
    job = {"setting": "none", "data": str(tmp_path), "encoders": [], "acts": str(tmp_path / "acts"), "phrasings": []}
    with subprocess.Popen(
        [sys.executable, "-c", WAITS], stdin=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
    ) as started:
        assert started.stdin is not None
        started.stdin.write(json.dumps(job) + "\n")
        started.stdin.close()
        assert started.wait(60) == 4


def test_acts_are_learned_there_too_and_only_where_they_are_not_kept(
    tmp_path: Path, process: LearningProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Any] = []

    def learn(job: Any, *_progress: Any) -> None:
        jobs.append(job)
        learn_acts(None, tmp_path / LEARNED, Path(job["acts"]), job["phrasings"])

    monkeypatch.setattr(act_reading, "topic_reader", lambda *_, **__: None)  # half a minute
    monkeypatch.setattr(LearningProcess, "learn", lambda _, *given: learn(*given))
    index, acts = build(ARTICLES), write_tiny_acts(tmp_path / "acts")
    monkeypatch.setattr(act_files, "SHIPPED", acts)
    builder = ActReaderBuilder(None, tmp_path / LEARNED, acts, process)
    read = reader_for(builder, index)
    assert [job["encoders"] for job in jobs] == [[]]
    again = reader_for(builder, index)
    assert len(jobs) == 1
    fresh = reader_for(ActReaderBuilder(None, None, acts), index)
    assert read.raised == again.raised == fresh.raised
    for message in MESSAGES:
        assert read.read(message) == again.read(message) == fresh.read(message)


@pytest.mark.parametrize("when", ["at once", "later"])
def test_killed_in_the_middle_it_leaves_nothing_half_and_this_process_learns(
    tmp_path: Path,
    process: LearningProcess,
    learned_here: list[int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    when: str,
) -> None:
    start = subprocess.Popen
    started: list[subprocess.Popen[str]] = []

    def dying(*given: Any, **more: Any) -> subprocess.Popen[str]:
        started.append(start(*given, **more))
        if when == "at once":
            started[0].kill()
        return started[0]

    monkeypatch.setattr(apart.subprocess, "Popen", dying)
    builder = IndexBuilder((), tmp_path / LEARNED, process)
    index = builder.index(ARTICLES, fillers=(), progress=lambda _share: started[0].kill())
    assert learned_here
    assert found_by(index) == found_by(build(ARTICLES, fillers=()))
    assert caplog.messages == ["a process of its own could not learn, so this one does: it ended by signal 9"]
    assert found_by(builder.index(ARTICLES, fillers=())) == found_by(index)


def test_where_nothing_can_be_kept_this_process_learns_and_says_so_once(
    tmp_path: Path, process: LearningProcess, learned_here: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / LEARNED).write_text("a file", encoding="utf-8")
    index = IndexBuilder((), tmp_path / LEARNED, process).index(ARTICLES, fillers=())
    assert learned_here
    assert found_by(index) == found_by(build(ARTICLES, fillers=()))
    (said,) = caplog.messages
    assert said.startswith("what was learned could not be kept: ")


def test_another_process_with_other_encoders_learns_nothing(
    tmp_path: Path, process: LearningProcess, learned_here: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    builder = IndexBuilder((PaperEncoder(),), tmp_path / LEARNED, process)
    for name in ("一", "二"):
        builder.index([*ARTICLES, Article(name, "", f"第{name}个", (), "")], fillers=())
    assert learned_here
    assert caplog.messages == ["a process of its own could not learn, so this one does: it ended with exit code 3"]


def test_without_python_this_process_learns(
    tmp_path: Path, process: LearningProcess, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(apart.sys, "executable", str(tmp_path / "nothing"))
    index = IndexBuilder((), tmp_path / LEARNED, process).index(ARTICLES, fillers=())
    assert rank(MESSAGES[0], index)[0].article.id == "传真机"
    assert caplog.messages == ["a process of its own could not learn, so this one does: No such file or directory"]


def test_what_is_kept_starts_no_process(
    tmp_path: Path, process: LearningProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = IndexBuilder((), tmp_path / LEARNED, process)
    builder.index(ARTICLES, fillers=())
    monkeypatch.setattr(apart.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    builder.index(ARTICLES, fillers=())
    IndexBuilder((), None, process).index(ARTICLES[:3], fillers=())
    assert cache.file_for(tmp_path / LEARNED, ARTICLES, (), ()).exists()
