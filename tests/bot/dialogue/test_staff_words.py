"""What staff write is a danger where it is heard; in a note only where what was learned hears it by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.dialogue.staff_words import danger_in
from bot.rules import Rules
from knowledge_base.acts.act_files import read_act
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.training import train_acts
from tests.tiny_acts import write_tiny_acts

PRESENT, UNSURE = "打印机里面冒烟着火了", "冒烟那台寄回来了"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> ActReader:
    folder: Path = write_tiny_acts(tmp_path_factory.mktemp("acts"))
    return ActReader(
        train_acts([read_act(each.name, each.read_bytes()) for each in sorted(folder.glob("*.yaml"))], None)
    )


def test_what_only_the_policys_words_make_a_danger_is_asked_about_in_a_note(rules: Rules, reader: ActReader) -> None:
    learned = replace(rules, acts=reader)
    assert danger_in(learned, [UNSURE], goes_on=True) == "heard"
    assert danger_in(learned, [UNSURE], goes_on=True, clearly=True) == "doubted"


def test_a_clear_danger_is_heard_in_a_note(rules: Rules, reader: ActReader) -> None:
    assert danger_in(replace(rules, acts=reader), [PRESENT], goes_on=True, clearly=True) == "heard"


def test_where_nothing_was_learned_the_policys_words_alone_are_clear(rules: Rules) -> None:
    assert danger_in(rules, [UNSURE], goes_on=True, clearly=True) == "heard"
    assert danger_in(rules, ["没有冒烟"], goes_on=True, clearly=True) == ""
