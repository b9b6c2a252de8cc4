"""Talk files: what is read from them, and every fault in a whole sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.talks.model import (
    Expectation,
    Rates,
    Says,
    SaysToList,
    Sends,
    StaffMoves,
    StaffReplies,
    Talk,
    TalkTurn,
    Taps,
    Waits,
)
from bot.talks.reading import TalkFaults, read_talk_file, read_talks

WHOLE = """\
talk: 故障旁边带着转人工
by: 语音输入
channel: telegram
start: 2026-11-23 10:00
customer: 三级
want: 马上转给技术支持
turns:
  - says: 打印机坏了，转人工
    after: 3s
    expect:
      acts: [person]
      acts_not: danger
      reply: handed_off
      reply_not: [suggested]
      answers: []
      queue: 技术支持
      topic: 故障
      urgency: normal
      due: 2026-11-23 12:00
      title: 打印机坏了
      title_not: [转人工]
      says: 最晚今天 12:00 前
      says_not: [明天]
      ticket: waiting
    why: 从今天起说明时间
  - sends: 机器.jpg
    says: 就是这台
  - taps: 2
  - if_list: 第二个
  - staff: claims
  - replies: 您好
  - waits: 5m
    expect: {reply: [safety, handed_off]}
  - rates: 5
"""
NOON = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001  # a wall clock's
MORNING = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001


def faults_of(content: str) -> list[str]:
    with pytest.raises(TalkFaults) as refused:
        read_talks("a.yaml", content)
    return [str(fault) for fault in refused.value.faults]


def in_talk(*turns: str) -> str:
    """A file whose first turn begins in line 4."""
    return "\n".join(("talk: 一", "start: 2026-11-23 10:00", "turns:", *turns)) + "\n"


def saying(*more: str) -> str:
    """A file with one turn, and more of it from line 5 on."""
    return in_talk("  - says: 您好", *(f"    {line}" for line in more))


# ── what is read ──


def test_every_key_is_read() -> None:
    expect = Expectation(
        acts=("person",),
        acts_not=("danger",),
        reply=("handed_off",),
        reply_not=("suggested",),
        answers=(),
        queue="技术支持",
        topic="故障",
        urgency="normal",
        due=NOON,
        title=("打印机坏了",),
        title_not=("转人工",),
        says=("最晚今天 12:00 前",),
        says_not=("明天",),
        ticket="waiting",
    )
    usual = timedelta(seconds=20)
    (talk,) = read_talks("a.yaml", WHOLE)
    assert talk == Talk(
        file="a.yaml",
        line=1,
        name="故障旁边带着转人工",
        start=MORNING,
        by="语音输入",
        channel="telegram",
        customer="三级",
        want="马上转给技术支持",
        turns=(
            TalkTurn(8, Says("打印机坏了，转人工"), timedelta(seconds=3), expect, "从今天起说明时间"),
            TalkTurn(26, Sends("机器.jpg", "就是这台"), usual),
            TalkTurn(28, Taps("2"), usual),
            TalkTurn(29, SaysToList("第二个"), usual),
            TalkTurn(30, StaffMoves("claims"), usual),
            TalkTurn(31, StaffReplies("您好"), usual),
            TalkTurn(
                32, Waits(timedelta(minutes=5)), timedelta(0), Expectation(reply=("safety", "handed_off"), exactly=True)
            ),
            TalkTurn(34, Rates(5), usual),
        ),
    )


def test_a_file_holds_several_talks_as_documents_or_as_a_list() -> None:
    one, other = saying(), saying().replace("一", "二")
    indented = other.replace("\n", "\n  ").rstrip()
    assert [talk.name for talk in read_talks("a.yaml", f"{one}---\n{other}")] == ["一", "二"]
    assert [talk.name for talk in read_talks("a.yaml", f"- {indented}\n")] == ["二"]


def test_a_word_that_yaml_takes_for_a_value_stays_a_word() -> None:
    (talk,) = read_talks("a.yaml", saying("expect: {acts: [yes], acts_not: [no]}"))
    assert (talk.turns[0].expect.acts, talk.turns[0].expect.acts_not) == (("yes",), ("no",))


# ── faults ──


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", '1: The file is empty; it must hold at least one talk, beginning with "talk:".'),
        ("- 您好\n", '1: "talk" must be a block of keys with values; found "您好".'),
        (
            "talk: [\n",
            (
                "2: This is not valid YAML (did not find expected node content); check the "
                "indentation, colons, quotes and brackets."
            ),
        ),
        (
            in_talk("  - say: 您好"),
            ("4: A turn must hold one of says, if_list, sends, taps, rates, staff, replies or waits; found none."),
        ),
        (
            in_talk("  - {says: 您好, taps: 1}"),
            '4: A turn is one thing; "says" and "taps" are two: make them two turns.',
        ),
        (
            saying("soon: 2s"),
            (
                '5: "soon" is not a key of "turns"; it may hold after, expect, if_list, rates, '
                "replies, says, sends, staff, taps, waits, why."
            ),
        ),
        (saying("after: soon"), '5: "after" must be a duration such as 15m, 2h or 1d; found "soon".'),
        (in_talk("  - says:"), '4: "says" must be a text; found nothing.'),
        (in_talk("  - rates: 6"), '4: "rates" must be a whole number from 1 to 5; found "6".'),
        (
            in_talk("  - staff: claim"),
            (
                '4: "staff" must be one of claims, solves, waits, calls, releases; found "claim" '
                '(did you mean "claims"?).'
            ),
        ),
        (saying("expect: {due: 12:00}"), '5: "due" must be a day and time such as 2026-11-23 10:00; found "12:00".'),
        (
            saying("expect: {ticket: open}"),
            ('5: "ticket" must be one of none, waiting, claimed, resolved, closed, withdrawn; found "open".'),
        ),
        (saying("expect: {titel: 一}"), '5: "titel" is not a key of "expect" (did you mean "title"?).'),
        (saying().replace("start: 2026-11-23 10:00\n", ""), '1: "talk" lacks the key "start"; add it.'),
        (saying().replace("turns:", "turn:"), '1: "talk" lacks the key "turns"; add it.'),
        (saying() + "channel: fax\n", '5: "channel" must be one of web, telegram; found "fax".'),
        (saying() + "---\n" + saying(), '6: The talk "一" stands twice (first in line 1); rename one.'),
    ],
)
def test_a_fault_names_its_line_and_what_would_be_right(content: str, fault: str) -> None:
    assert f"a.yaml:{fault}" in faults_of(content)


def test_an_unknown_kind_of_reply_is_a_fault_with_the_nearest_one() -> None:
    (fault,) = faults_of(saying("expect: {reply: [greet]}"))
    assert fault.startswith('a.yaml:5: "reply" must be one of acknowledged, ')
    assert fault.endswith('; found "greet" (did you mean "greeted"?).')


def test_all_faults_are_named_at_once() -> None:
    assert len(faults_of(in_talk("  - rates: 6", "  - staff: claim"))) == 2


def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with pytest.raises(TalkFaults) as refused:
        read_talk_file(path)
    assert str(refused.value) == (
        f"{path}:1: The file cannot be read (No such file or directory); give the path of a readable talk file."
    )
    path.write_bytes("talk: 您好".encode("gbk"))
    with pytest.raises(TalkFaults) as refused:
        read_talk_file(path)
    assert str(refused.value) == f"{path}:1: The file must be saved as UTF-8."
