"""`jiedai talk play|transcript`: talks through the real intake, and what is said of them."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import talk_rules
from bot.cli.talk_stage import play_talks, talks_of
from bot.rules import Rules
from bot.talks.judging import differences
from bot.talks.reading import read_talks
from tests.bot.cli.conftest import Terminal
from tests.patience import patience

SAMPLES = Path(__file__).parents[3] / "knowledge_base" / "sample" / "talks"
FAQ = (
    "- id: invoice\n  category: 发票\n  question: 怎么开发票\n  answer: 在订单页申请。\n"
    "- id: jam\n  category: 故障\n  question: 打印机卡纸怎么办\n  answer: 请取出纸张。\n"
)
TALK = """\
talk: 先问后转
by: 急性子
start: 2026-11-23 10:00
customer: 三级
want: 有问必答
turns:
  - says: 怎么开发票
    expect: {reply: [answered], answers: [invoice], ticket: none}
  - taps: 没帮助
    expect: {reply: [try_again]}
  - says: 转人工
    expect: {reply: [handed_off], queue: 通用客服, topic: 发票, due: 2026-11-23 12:00, ticket: waiting}
  - staff: claims
    expect: {ticket: claimed}
  - replies: 您好，已为您开好
  - staff: solves
    expect: {ticket: resolved}
  - waits: 10m
    expect: {reply: [rating_asked]}
  - rates: 5
    expect: {reply: [rated]}
"""
PROMISE = "已为您安排专人，最晚今天 12:00 前与您联系（首次联系）。您之前说的内容已一并转交，不用再重复。"
TICKET = "         —— 工单：{}｜通用客服｜发票｜紧急程度：普通｜{}｜标题「怎么开发票」"


def put(folder: Path, text: str, name: str = "talk.yaml") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.fixture
def service(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Two questions are published."""
    terminal.here("kb", "import", put(tmp_path, FAQ, "faq.yaml"))
    return terminal


def in_talk(*turns: str) -> str:
    """A talk of an unknown customer, whose first turn begins in line 4."""
    return "\n".join(("talk: 一", "start: 2026-11-23 10:00", "turns:", *(f"  - {turn}" for turn in turns))) + "\n"


# ── play ──


def test_a_talk_that_goes_as_expected_is_counted(service: Terminal, tmp_path: Path) -> None:
    assert service.here("talk", "play", put(tmp_path, TALK)) == "1 talk went as expected.\n"
    assert service.json("talk", "play", put(tmp_path, TALK)) == {
        "ok": True,
        "talks": [{"talk": "先问后转", "file": str(tmp_path / "talk.yaml"), "line": 1, "ok": True, "differences": []}],
    }


def test_a_talk_that_goes_otherwise_ends_with_code_1_and_says_how(service: Terminal, tmp_path: Path) -> None:
    path = put(tmp_path, TALK.replace("answers: [invoice]", "answers: [jam]"))
    with pytest.raises(SystemExit) as end:
        service.here("talk", "play", path)
    assert end.value.code == 1
    assert service.output.readouterr().out.splitlines() == [
        f'{path}:7: In the talk "先问后转", after "怎么开发票": the bot answers by invoice and must be jam.',
        "1 of 1 talk went otherwise than expected.",
    ]


def test_a_folder_stands_for_the_talk_files_in_it(service: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "talks"
    folder.mkdir()
    put(folder, TALK, "a.yaml")
    put(folder, TALK, "b.yml")
    put(folder, "no talk", "readme.txt")
    assert service.here("talk", "play", str(folder)) == "2 talks went as expected.\n"


def test_a_faulty_file_is_refused_with_its_line(service: Terminal, tmp_path: Path) -> None:
    path = put(tmp_path, TALK.replace("rates: 5", "rates: 6"))
    assert service.refused_here("talk", "play", path) == (
        f'jiedai: {path}:20: "rates" must be a whole number from 1 to 5; found "6".'
    )


def test_what_cannot_be_done_is_a_difference(service: Terminal, tmp_path: Path) -> None:
    path = put(tmp_path, in_talk("staff: claims", "taps: 3", "says: 转人工", "replies: 您好"))
    with pytest.raises(SystemExit):
        service.here("talk", "play", path)
    start = f'{path}:{{}}: In the talk "一", after {{}}: it cannot be done: {{}}.'
    assert service.output.readouterr().out.splitlines() == [
        start.format(4, 'the staff\'s "claims"', "there is no ticket for staff to work on"),
        start.format(5, 'a tap on "3"', 'there is no button "3" to tap; the buttons are none'),
        start.format(7, 'the staff\'s reply "您好"', "the ticket does not allow it (unclaimed)"),
        "1 of 1 talk went otherwise than expected.",
    ]


def test_an_unknown_customer_breaks_the_talk_off(service: Terminal, tmp_path: Path) -> None:
    path = put(tmp_path, TALK.replace("customer: 三级", "customer: C9999"))
    assert service.refused_here("talk", "play", path, code=1) == "1 of 1 talk went otherwise than expected."


def test_nothing_of_a_talk_stays_in_the_data_folder(service: Terminal, tmp_path: Path) -> None:
    service.here("talk", "play", put(tmp_path, TALK))
    assert service.json("tickets", "list", "--all") == []


# ── transcript ──


THANKED = (
    "10:12:00 机器人：感谢您的评价。方便的话，请说说哪里做得好或不够好；不想说也没关系。"
    "也可以为下面各项打分，1 分最低，5 分最高；不评也没关系。"
)


def test_a_transcript_shows_every_line_and_the_ticket_after_each_turn(service: Terminal, tmp_path: Path) -> None:
    assert service.here("talk", "transcript", put(tmp_path, TALK)).splitlines() == [
        "【先问后转】（出自急性子，网页，三级，11月23日（周一）10:00 起）",
        "10:00:00 客户：怎么开发票",
        "10:00:00 机器人：在订单页申请。",
        "         （选项：有帮助 ｜ 没帮助 ｜ 转人工）",
        "         —— 没有工单",
        "10:00:20 客户：点选「没帮助」",
        "10:00:20 机器人：抱歉，没能帮到您。请再具体说说您的情况，设备问题请带上型号和屏幕提示；也可以点「转人工」。",
        "         （选项：转人工）",
        "         —— 没有工单",
        "10:00:40 客户：转人工",
        f"10:00:40 机器人：{PROMISE}",
        "10:00:40 机器人：方便的话，请发一下订单号或发票号码，专人联系您时可以更快处理；手边没有也没关系。",
        TICKET.format("待认领", "首次联系最晚 11月23日（周一）12:00"),
        "10:01:00 坐席（认领）",
        TICKET.format("处理中", "首次联系最晚 11月23日（周一）12:00"),
        "10:01:20 坐席：您好，已为您开好",
        TICKET.format("处理中", "已无待履行的首次联系"),
        "10:01:40 坐席（标为已解决）",
        "10:01:40 机器人：您的问题已处理完毕，如仍未解决，请直接回复「没解决」。请问还有其他需要帮忙的吗？",
        TICKET.format("已解决", "已无待履行的首次联系"),
        "10:11:40 （过了 10m）",
        "10:11:40 机器人：请您为这次服务打个分：1 分很不满意，5 分非常满意。",
        "         （选项：1 ｜ 2 ｜ 3 ｜ 4 ｜ 5）",
        "         —— 工单不变",
        "10:12:00 客户：评价 5 分",
        THANKED,
        "         （选项："
        + " ｜ ".join(f"{of} {n}" for of in ("效率", "响应", "专业", "沟通") for n in range(1, 6))
        + "）",
        "         —— 工单不变",
        "期望：有问必答",
        "",
    ]


def test_a_transcript_is_json_for_programs(service: Terminal, tmp_path: Path) -> None:
    (talk,) = json.loads(service.here("talk", "transcript", put(tmp_path, TALK), "--json"))
    turn = talk["turns"][2]
    assert (talk["talk"], talk["by"], talk["customer"], talk["want"]) == ("先问后转", "急性子", "三级", "有问必答")
    assert (turn["line"], turn["at"], turn["heard"], turn["kinds"]) == (
        11,
        "2026-11-23T10:00:40+08:00",
        ["person"],
        ["handed_off"],
    )
    assert turn["ticket"]["due"] == "2026-11-23T12:00:40+08:00"
    assert [line["kind"] for line in turn["lines"]] == ["", "handed_off", "handed_off"]


# ── time ──


def test_fragments_within_three_seconds_are_one_turn(service: Terminal, tmp_path: Path) -> None:
    fragments = (
        "{says: 在吗, expect: {reply: [silent]}}",
        "{says: 怎么开发票, after: 3s, expect: {reply: [answered]}}",
    )
    path = put(tmp_path, in_talk(*fragments))
    assert service.here("talk", "play", path) == "1 talk went as expected.\n"


def test_a_deadline_falls_due_at_its_instant(service: Terminal, tmp_path: Path) -> None:
    late = "{says: 催一下, expect: {reply: [state], says: 没能在约定的时间联系您}}"
    path = put(tmp_path, in_talk("says: 转人工", "waits: 3h", late))
    assert service.here("talk", "play", path) == "1 talk went as expected.\n"


# ── the samples ──


def test_everyday_talks_go_as_they_are_expected_to(rules: Rules) -> None:
    talks = talks_of([str(SAMPLES / "everyday.yaml")])
    assert len(talks) >= 12
    played = play_talks(rules, talks)
    assert [sentence for one in played for sentence in differences(one, rules.policy.zone)] == []


def test_what_follows_a_no_goes_as_expected(rules: Rules) -> None:
    played = play_talks(rules, talks_of([str(SAMPLES / "understood.yaml")]))
    assert len(played) >= 5
    assert [sentence for one in played for sentence in differences(one, rules.policy.zone)] == []


def test_the_talks_that_need_understanding_can_be_played(rules: Rules) -> None:
    talks = talks_of([str(SAMPLES / "understanding.yaml")])
    assert len(talks) >= 12
    assert [one.broken for one in play_talks(rules, talks)] == [""] * len(talks)


@pytest.mark.proof
def test_a_hundred_talks_are_played_within_ten_seconds(rules: Rules) -> None:
    samples = talks_of([str(SAMPLES / "everyday.yaml")])
    hundred = [replace(samples[number % len(samples)], name=str(number)) for number in range(100)]
    begun = time.monotonic()
    assert len(play_talks(rules, hundred)) == 100
    assert time.monotonic() - begun < patience(10)


def test_a_talk_names_a_sample_contact_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_rules, "KEPT", tmp_path)
    monkeypatch.setenv("JIEDAI_ACTS", "none")  # seconds of learning that this is not about
    (talk,) = read_talks("a.yaml", TALK.replace("customer: 三级", "customer: C1001"))
    rules, customers = talk_rules.rules_for([talk], None, None)
    (played,) = play_talks(rules, [talk], customers)
    ticket = played.turns[-1].ticket
    assert played.broken == ""
    assert ticket is not None
    assert ticket.queue == "特级专席"
