"""What a matter is about is learned from descriptions of each topic, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.policy.model import Policy
from knowledge_base.acts import topic_reader as topics
from knowledge_base.acts.act_files import ActFile
from knowledge_base.acts.topic_reader import TopicReader, topic_files
from knowledge_base.acts.training import train_acts

FAULTS = ("开不了机", "打不出字", "卡纸了", "一直黑屏", "漏水", "没有反应", "连不上网", "声音很响")
INVOICES = ("开张发票", "抬头写错了", "税号少一位", "专票什么时候开", "票还没收到", "发票重开", "要电子票", "票丢了")


def described(name: str, label: str, said: tuple[str, ...]) -> ActFile:
    """A topic of two groups."""
    return ActFile(name, label, "", (), tuple((str(place % 2), text) for place, text in enumerate(said)), ())


FILES = (described("fault", "故障", FAULTS), described("invoice", "发票", INVOICES))


@pytest.mark.parametrize(
    ("said", "topic"), [("机器开不了机也没有反应", "故障"), ("发票抬头写错了要重开", "发票"), ("屏幕一直黑屏", "故障")]
)
def test_a_text_is_about_what_its_likes_are_about(said: str, topic: str) -> None:
    scores = TopicReader(train_acts(FILES, None), ("故障", "发票")).scores(said)
    assert max(scores, key=lambda name: scores[name]) == topic
    assert scores[topic] > 2 * min(scores.values())


def test_what_was_learned_is_kept_and_learned_anew_when_a_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics, "topic_files", lambda: FILES)
    assert topics.topic_reader(None, tmp_path, at_once=True) is None
    learned = topics.topic_reader(None, tmp_path)
    kept = topics.topic_reader(None, tmp_path, at_once=True)
    assert learned is not None
    assert kept is not None
    assert kept.topics == ("故障", "发票")
    assert kept.scores("卡纸了") == pytest.approx(learned.scores("卡纸了"), abs=1e-5)
    monkeypatch.setattr(topics, "topic_files", lambda: (FILES[0], described("invoice", "发票", INVOICES[:-1])))
    assert topics.topic_reader(None, tmp_path, at_once=True) is None


def test_the_shipped_descriptions_are_of_the_shipped_topics_and_shared_by_none(policy: Policy) -> None:
    files = topic_files()
    labels = {file.label for file in files}
    assert labels == {topic.id for topic in policy.topics.values() if not topic.complaint}
    assert len(labels) == len(files)
    said = [text for file in files for _, text in file.utterances]
    assert len(set(said)) == len(said) > 1_000
