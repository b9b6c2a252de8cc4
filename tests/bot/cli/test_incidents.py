"""`jiedai incident declare|end|list`."""

from __future__ import annotations

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from bot.messages import Incoming
from tests.bot.cli.conftest import Terminal

NOTICE = "报修系统中断，正在抢修。"
DECLARE = ("incident", "declare", "报修系统中断", "--topic", "故障", "--word", "报修系统", "--notice", NOTICE)


@pytest.fixture
def staffed(terminal: Terminal) -> Terminal:
    terminal.here("staff", "add", "han", "--name", "韩梅", "--role", "lead", "--queue", "*")
    terminal.here("staff", "add", "li", "--queue", "*")
    return terminal


def hand_over(terminal: Terminal) -> None:
    """A customer with a broken printer waits for a person."""
    from bot.dialogue import intake

    service = open_service(read_settings(data=str(terminal.data)))
    for number, text in enumerate(("打印机坏了", "转人工")):
        message = Incoming("web", "anna", f"k{number}", "text", text=text)
        service.database.write_now(intake.receive, service.rules, message, None, service.clock())
    service.database.close()


def test_it_is_declared_listed_and_ended(staffed: Terminal) -> None:
    assert staffed.here("incident", "list") == "No service interruption was ever declared.\n"
    hand_over(staffed)
    assert staffed.here(*DECLARE, "--as", "han").splitlines() == [
        'Interruption 1 ("报修系统中断") is on and reaches 1 conversation and 1 ticket so far.',
        "Whoever writes about it from now on is told once, too; `jiedai incident end` ends it.",
    ]
    listed = staffed.here("incident", "list")
    assert "is on" in listed
    assert "韩梅" in listed
    ended = staffed.here("incident", "end", "1", "--notice", "已恢复。", "--as", "han")
    assert ended == 'Interruption 1 ("报修系统中断") has ended; 1 conversation heard so.\n'
    assert "is on" not in staffed.here("incident", "list")


def test_for_a_program_the_same_as_json(staffed: Terminal) -> None:
    declared = staffed.json(*DECLARE, "--as", "han")
    assert staffed.json("incident", "list") == [declared]
    assert declared["declared_at"].endswith("+08:00")
    assert {name: declared[name] for name in ("number", "title", "topics", "words", "told", "end_told", "tickets")} == {
        "number": 1,
        "title": "报修系统中断",
        "topics": ["故障"],
        "words": ["报修系统"],
        "told": 0,
        "end_told": 0,
        "tickets": 0,
    }
    ended = staffed.json("incident", "end", "1", "--notice", "已恢复。", "--as", "han")
    assert (ended["notice"], ended["end_notice"]) == (NOTICE, "已恢复。")
    assert ended["ended_at"] is not None


def test_who_may_not_or_does_not_exist_is_told_so(staffed: Terminal) -> None:
    assert staffed.refused_here(*DECLARE, "--as", "li") == (
        "jiedai: Only a lead or a manager may declare or end a service interruption."
    )
    assert staffed.refused_here(*DECLARE, "--as", "wu") == (
        'jiedai: Nobody signs in as "wu"; `jiedai staff list` shows who does.'
    )


def test_what_cannot_be_is_told_in_a_sentence(staffed: Terminal) -> None:
    assert staffed.refused_here("incident", "declare", "报修", "--notice", NOTICE, "--as", "han") == (
        "jiedai: The interruption touches nothing; name a topic, or words by which customers speak of it."
    )
    assert staffed.refused_here("incident", "end", "7", "--notice", "已恢复。", "--as", "han") == (
        "jiedai: There is no interruption 7; `jiedai incident list` shows those there are."
    )
    staffed.here(*DECLARE, "--as", "han")
    assert staffed.refused_here(*DECLARE, "--as", "han") == (
        'jiedai: Interruption 1 ("报修系统中断") touches the topic "故障" already; end it first.'
    )
