"""Talk files are kept as they were imported; every import is a version, and the newest is in force."""

from __future__ import annotations

from datetime import timedelta

from bot.storage.database import Database
from knowledge_base.revisions.talk_store import KeptTalkFile, TalkVersion, all_talk_versions, load_talks, save_talks
from tests.conftest import MONDAY_MORNING as NOW

ONE, OTHER = KeptTalkFile("a.yaml", "talk: 一\n"), KeptTalkFile("b.yaml", "talk: 二\n")


def test_the_newest_version_is_in_force_and_the_others_stay(database: Database) -> None:
    assert database.read_now(load_talks) == ()
    first = database.write_now(save_talks, (ONE, OTHER), NOW, talks=2, author="李雷", note="first")
    later = NOW + timedelta(hours=1)
    second = database.write_now(save_talks, (OTHER,), later, talks=1, author="", note="")
    assert database.read_now(load_talks) == (OTHER,)
    assert database.read_now(load_talks, first) == (ONE, OTHER)
    assert database.read_now(all_talk_versions) == (
        TalkVersion(second, later, "", "", 1),
        TalkVersion(first, NOW, "李雷", "first", 2),
    )


def test_an_empty_version_leaves_nothing_in_force(database: Database) -> None:
    database.write_now(save_talks, (ONE,), NOW, talks=1, author="", note="")
    database.write_now(save_talks, (), NOW, talks=0, author="", note="")
    assert database.read_now(load_talks) == ()
