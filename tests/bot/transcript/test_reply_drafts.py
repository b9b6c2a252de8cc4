"""What a person has typed and not sent is theirs alone, sealed, and forgotten after a week."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.jobs.chores import CHORES, FORGETTING
from bot.transcript import reply_drafts
from bot.transcript.reply_drafts import LONGEST
from escalation.staff import Staff
from tests.bot.scene import UNKNOWN, Scene


@pytest.fixture
def scene(scene_anywhere: Scene) -> Scene:
    visitor = scene_anywhere.visitor()
    visitor.say(UNKNOWN)
    visitor.say("转人工")
    return scene_anywhere


def typed(scene: Scene, who: Staff, field: str, text: str) -> None:
    scene.write(reply_drafts.keep_draft, scene.vault, scene.ticket.id, who.id, field, text, scene.now)


def kept(scene: Scene, who: Staff) -> dict[str, str]:
    found = scene.read(reply_drafts.drafts_of, scene.vault, scene.ticket.id, who.id, scene.now)
    return {field: text for field, text in found.items() if text}


def test_the_latest_words_of_each_field_are_kept_for_their_writer_alone(scene: Scene) -> None:
    li, han = scene.staff("li"), scene.staff("han")
    typed(scene, li, "reply", "您好")
    typed(scene, li, "reply", "您好，已经")
    typed(scene, li, "note", "客户很急")
    assert kept(scene, li) == {"reply": "您好，已经", "note": "客户很急"}
    assert kept(scene, han) == {}


def test_an_emptied_field_is_forgotten(scene: Scene) -> None:
    li = scene.staff("li")
    typed(scene, li, "reply", "您好")
    typed(scene, li, "reply", " \n")
    assert kept(scene, li) == {}


def test_what_is_kept_cannot_be_read_in_the_database(scene: Scene) -> None:
    typed(scene, scene.staff("li"), "reply", "您的卡号是")
    stored = scene.read(lambda db: db.scalar(select(reply_drafts.reply_drafts.c.text)))
    assert "卡号" not in stored


def test_after_a_week_it_is_forgotten(scene: Scene) -> None:
    li = scene.staff("li")
    typed(scene, li, "reply", "您好")
    scene.clock.advance(days=7)
    assert kept(scene, li) == {}
    chore = next(each for each in CHORES if each.name == FORGETTING)
    assert scene.read(chore.is_due, scene.rules, scene.now)
    scene.write(chore.run, scene.rules, scene.now)
    assert scene.count(reply_drafts.reply_drafts) == 0


@pytest.mark.parametrize(("field", "text"), [("password", "x"), ("reply", "x" * (LONGEST + 1))])
def test_unknown_fields_and_endless_texts_are_not_kept(scene: Scene, field: str, text: str) -> None:
    with pytest.raises(ValueError, match=field):
        typed(scene, scene.staff("li"), field, text)
