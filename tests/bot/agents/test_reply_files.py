"""Pictures and files with a reply: one reply in one transaction, in order, by every way that leads to the customer."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from bot.agents import reply as replying
from bot.agents.actions import Claim, Reply
from bot.agents.reply_corrections import TakeBack
from bot.agents.reply_files import FilesRefused, GivenFile, check_files
from bot.delivery.outbox import claim, conclude
from bot.messages import MAX_FILE, File, Never
from bot.privacy.erase_lines import blank_lines
from bot.privacy.held import file_of
from bot.privacy.retention_kinds import KINDS as RETENTION_KINDS
from bot.transcript import attachments
from bot.transcript.conversations import conversations
from bot.transcript.message_store import messages
from escalation.staff import Staff
from escalation.tickets import history
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene, Visitor

JPEG, PDF = b"\xff\xd8\xff\xe0 a picture", b"%PDF-1.7 a contract"
PICTURE, CONTRACT = File("屏幕.jpg", "image/jpeg", len(JPEG), JPEG), File("合同.pdf", "application/pdf", len(PDF), PDF)


def held_by(scene: Scene, channel: str = "web") -> tuple[Visitor, Staff]:
    anna = scene.visitor(channel=channel)
    anna.say("人工")
    return anna, scene.claimed_by(scene.staff("li"))


def agents_lines(anna: Visitor) -> list[tuple[str, str]]:
    return [(line.kind, line.meta.get("file", line.text)) for line in anna.lines() if line.author == "agent"]


def rows(scene: Scene) -> list[tuple[str, Any]]:
    return [(row.text, row.content) for row in scene.posted("telegram") if row.content or "请看" in row.text]


def test_words_and_files_are_lines_in_their_order_and_meet_the_first_contact(scene_anywhere: Scene) -> None:
    anna, li = held_by(scene_anywhere, "telegram")
    scene_anywhere.act(li, Reply("请看这两个文件", "k1", files=(PICTURE, CONTRACT)))
    assert agents_lines(anna) == [("text", "请看这两个文件"), ("file", "屏幕.jpg"), ("file", "合同.pdf")]
    held = {"held": True}
    assert rows(scene_anywhere) == [("请看这两个文件", None), ("", held), ("", held)]
    assert [row.line for row in scene_anywhere.posted("telegram")[-3:]] == [line.id for line in anna.lines()[-3:]]
    found = scene_anywhere.read(attachments.file_to_send, anna.lines()[-1].id)
    assert (found.name, found.mime, found.content) == ("合同.pdf", "application/pdf", PDF)
    assert scene_anywhere.clock_of("first_contact").state == "met"


def test_a_file_alone_is_a_reply_too(scene: Scene) -> None:
    anna, li = held_by(scene)
    scene.act(li, Reply(" \n", "k1", files=(PICTURE,)))
    assert agents_lines(anna) == [("file", "屏幕.jpg")]
    assert scene.clock_of("first_contact").state == "met"
    assert scene.posted("web") == []


def test_a_form_sent_twice_sends_its_files_once(scene: Scene) -> None:
    anna, li = held_by(scene)
    for _ in range(2):
        scene.act(li, Reply("请看", "same", files=(PICTURE,)))
    assert agents_lines(anna) == [("text", "请看"), ("file", "屏幕.jpg")]


def test_what_fails_at_the_last_file_has_sent_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, li = held_by(scene, "telegram")
    before, add = len(scene.posted("telegram")), attachments.add_attachment

    def breaks(db: Any, line: int, file: File) -> None:
        if file is CONTRACT:
            raise RuntimeError
        add(db, line, file)

    monkeypatch.setattr(replying.attachments, "add_attachment", breaks)
    with pytest.raises(RuntimeError):
        scene.act(li, Reply("请看", "k1", files=(PICTURE, CONTRACT)))
    assert (agents_lines(anna), len(scene.posted("telegram"))) == ([], before)
    assert scene.clock_of("first_contact").state == "open"


def test_only_the_holder_sends_files(scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("人工")
    with pytest.raises(Refused, match="unclaimed"):
        scene.act(scene.staff("li"), Reply("", "k1", files=(PICTURE,)))
    assert agents_lines(anna) == []


def test_a_colleague_whose_ticket_was_merged_gets_the_files_too(scene: Scene) -> None:
    anna, li = held_by(scene)
    ben = scene.visitor("ben")
    ben.say("人工")
    other = scene.ticket.id
    first = scene.tickets[1].id
    scene.act(li, Claim(), other)
    scene.write(lead_to, other, first)
    scene.act(li, Reply("请看", "k1", files=(PICTURE,)), first)
    assert agents_lines(anna) == agents_lines(ben) == [("text", "请看"), ("file", "屏幕.jpg")]


def lead_to(db: Any, other: int, first: int) -> None:
    db.execute(update(conversations).where(conversations.c.ticket_id == other).values(ticket_id=first))


def test_a_file_that_does_not_arrive_stands_in_the_history_as_words_do(scene: Scene) -> None:
    _anna, li = held_by(scene, "telegram")
    for row in scene.write(claim, "telegram", scene.now, 10):
        scene.write(conclude, [(row, Never("bot was blocked by the user"))], scene.now)
    scene.act(li, Reply("", "k1", files=(PICTURE,)))
    while batch := scene.write(claim, "telegram", scene.now, 10):
        scene.write(conclude, [(row, Never("bot was blocked by the user")) for row in batch], scene.now)
    told = scene.read(history.history_of, scene.ticket.id)
    assert [line.kind for line in told if line.kind == "undelivered"] == ["undelivered"]


def test_a_file_taken_back_before_it_left_never_leaves(scene: Scene) -> None:
    anna, li = held_by(scene, "telegram")
    scene.act(li, Reply("", "k1", files=(PICTURE,)))
    scene.act(li, TakeBack(anna.lines()[-1].id))
    assert rows(scene) == []


def test_a_copy_of_ones_data_holds_them_and_erasing_the_line_takes_them(scene: Scene) -> None:
    anna, li = held_by(scene, "telegram")
    scene.act(li, Reply("", "k1", files=(PICTURE,)))
    line = anna.lines()[-1].id
    assert scene.read(file_of, line) == JPEG
    found = scene.read(lambda db: db.execute(select(messages).where(messages.c.id == line)).all())
    assert scene.write(blank_lines, found) == {"lines": 1, "files": 1}
    assert (scene.read(file_of, line), rows(scene)) == (None, [])


def test_the_period_of_files_counts_for_them_as_for_customers_files(scene: Scene) -> None:
    anna, li = held_by(scene)
    scene.act(li, Reply("", "k1", files=(PICTURE,)))
    line, kind = anna.lines()[-1].id, next(each for each in RETENTION_KINDS if each.name == "files")
    found = scene.read(lambda db: db.execute(kind.rows).all())
    assert [(row.id, row.ticket) for row in found] == [(line, scene.ticket.id)]
    scene.write(kind.remove, found, scene.now, scene.now)
    assert scene.read(file_of, line) is None


def test_files_are_of_the_kind_that_their_bytes_say(scene: Scene) -> None:
    found = check_files([GivenFile("C:\\图\\屏幕.JPG", JPEG), GivenFile("x" * 300 + ".pdf", PDF)])
    assert [(file.name, file.mime, file.size, file.content) for file in found] == [
        ("屏幕.JPG", "image/jpeg", len(JPEG), JPEG),
        ("x" * 196 + ".pdf", "application/pdf", len(PDF), PDF),
    ]


KINDS = "不是可以发送的文件，请换成图片、音频、视频、PDF、Word、Excel、PPT 或纯文本。"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ([GivenFile("安装.exe", b"MZ")], f"「安装.exe」{KINDS}"),
        ([GivenFile("图.jpg", b"MZ"), GivenFile("空.pdf", b"")], f"「图.jpg」{KINDS}「空.pdf」是空文件，请重新选择。"),
        ([GivenFile("大.jpg", JPEG + b"x" * MAX_FILE)], "「大.jpg」超过 10 MB，请压缩后再发。"),
        ([GivenFile("图.jpg", JPEG)] * 10, "一次最多发送 9 个文件，请分几次发送。"),
        (
            [GivenFile("图.jpg", JPEG + b"x" * (MAX_FILE - 100))] * 4,
            "这些文件合计超过 30 MB，请分几次发送。",
        ),
    ],
)
def test_what_may_not_be_sent_is_named(given: list[GivenFile], sentence: str) -> None:
    with pytest.raises(FilesRefused) as refused:
        check_files(given)
    assert str(refused.value) == sentence
