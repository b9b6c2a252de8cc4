"""A message is read by what was learned and by the policy's own words, and by those alone where reading fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

import pytest

from bot.dialogue.understanding import evidence_of, understand
from bot.rules import Rules
from escalation.policy.model import Policy
from knowledge_base.acts.reader import ActReader, Evidence, no_evidence
from knowledge_base.acts.reading import Reading


def with_words(policy: Policy, name: str, *words: str) -> Policy:
    """The policy whose company added words to one of its lists."""
    return replace(policy, words={**policy.words, name: (*policy.words.get(name, ()), *words)})


def with_danger(policy: Policy, *words: str) -> Policy:
    """The policy whose company added words to its critical urgency."""
    urgencies = {
        name: replace(each, words=(*each.words, *words)) if each.critical else each
        for name, each in policy.urgencies.items()
    }
    return replace(policy, urgencies=urgencies)


@pytest.mark.parametrize(
    ("clause", "act"),
    [
        ("转人工", "person"),
        ("我要投诉", "complaint"),
        ("快点啊", "chase"),
        ("还是不行", "unsolved"),
        ("谢谢", "thanks"),
        ("你好", "greeting"),
        ("打印机冒烟了", "danger"),
        ("著火了", "danger"),
    ],
)
def test_the_policy_s_words_are_evidence_of_an_act(policy: Policy, clause: str, act: str) -> None:
    assert evidence_of(policy)(clause)[act] >= 0.6


@pytest.mark.parametrize("clause", ["硒鼓多少钱", "安装人工费多少钱", "", "👍"])
def test_other_words_are_evidence_of_nothing(policy: Policy, clause: str) -> None:
    assert evidence_of(policy)(clause) == {}


def test_a_word_that_a_company_adds_is_heard_in_any_clause(rules: Rules) -> None:
    mine = replace(rules, policy=with_words(rules.policy, "person", "小秘书出来"))
    assert "person" not in understand(rules, "打印机坏了，小秘书出来").heard
    found = understand(mine, "打印机坏了，小秘书出来")
    assert (found.heard, found.substance) == ({"person"}, "打印机坏了")


def test_a_danger_that_a_company_adds_is_heard(rules: Rules) -> None:
    mine = replace(rules, policy=with_danger(rules.policy, "氨气泄露"))
    assert "danger" not in understand(rules, "冷库氨气泄露").heard
    assert "danger" in understand(mine, "冷库氨气泄露").heard
    assert "danger" in understand(mine, "冷庫氨氣洩露").heard
    assert "danger" not in understand(mine, "冷库没有氨气泄露").heard


@dataclass(frozen=True, slots=True)
class BrokenReader(ActReader):
    """A reader whose encoder has failed."""

    def read(self, text: str, evidence: Evidence = no_evidence) -> Reading:
        raise RuntimeError("out of memory")


def test_where_reading_fails_the_policy_s_words_are_left(rules: Rules, caplog: pytest.LogCaptureFixture) -> None:
    broken = replace(rules, acts=BrokenReader())
    with caplog.at_level(logging.ERROR):
        found = understand(broken, "复印机冒烟了，转人工，谢谢")
    assert found.heard == {"danger", "person", "thanks"}
    assert understand(broken, "硒鼓多少钱").heard == frozenset()
    assert "a message could not be read for acts" in caplog.messages


def test_of_a_very_long_message_the_first_two_thousand_characters_are_read(rules: Rules) -> None:
    assert len(understand(rules, "啊" * 9_000).text) == 2_000


def test_three_hundred_fragments_are_read(rules: Rules) -> None:
    fragments = ["在吗", "卡纸", "急"] * 99 + ["打印机冒烟了", "转人工", "快点"]
    assert {"danger", "person"} <= understand(rules, " ".join(fragments)).heard
