"""The inbox of notices: each once, for whom it is meant, read by whom it was read, and sealed."""

from __future__ import annotations

from sqlalchemy import select

from bot.agents.actions import Claim
from bot.notifications import notice_inbox
from bot.notifications.notice import Audience, Notice
from escalation.staff import Staff
from tests.bot.scene import Scene

QUEUES = ("通用客服",)


def told(scene: Scene, *to: Audience, text: str = "【新工单】小满图文店 潘大勇") -> None:
    scene.write(notice_inbox.save_notice, scene.vault, Notice(scene.ticket.id, "new", text, to), scene.now)


def inbox(scene: Scene, who: Staff, queues: tuple[str, ...] = QUEUES) -> list[str]:
    return [line.text for line in scene.read(notice_inbox.notices_for, scene.vault, who, queues)]


def unread(scene: Scene, who: Staff, queues: tuple[str, ...] = QUEUES) -> int:
    return int(scene.read(notice_inbox.count_unread, who, queues))


def opened(scene: Scene) -> Scene:
    scene.visitor().say("人工")
    return scene


def test_a_notice_reaches_its_person_its_queue_and_its_role_and_nobody_else(scene_anywhere: Scene) -> None:
    scene = opened(scene_anywhere)
    li, lead = scene.staff("li"), scene.staff("zhao", "lead")
    told(scene, Audience("staff", str(li.id)), text="给李")
    told(scene, Audience("queue", "技术支持"), text="给技术")
    told(scene, Audience("role", "lead"), text="给组长")
    assert inbox(scene, li, ()) == ["给李"]
    assert inbox(scene, li, ("技术支持",)) == ["给技术", "给李"]
    assert inbox(scene, lead, ()) == ["给组长"]


def test_reached_by_several_ways_it_is_shown_and_counted_once(scene_anywhere: Scene) -> None:
    scene = opened(scene_anywhere)
    lead = scene.staff("zhao", "lead")
    told(scene, Audience("queue", "通用客服"), Audience("role", "lead"), Audience("staff", str(lead.id)))
    assert len(inbox(scene, lead)) == 2  # this one, and that the ticket was opened
    assert unread(scene, lead) == 2


def test_read_by_one_is_still_unread_for_the_others(scene: Scene) -> None:
    li, wang = opened(scene).staff("li"), scene.staff("wang")
    scene.write(notice_inbox.mark_read, li, QUEUES)
    scene.write(notice_inbox.mark_read, li, QUEUES)
    assert (unread(scene, li), unread(scene, wang)) == (0, 1)
    assert [line.read for line in scene.read(notice_inbox.notices_for, scene.vault, li, QUEUES)] == [True]
    told(scene, Audience("queue", "通用客服"))
    assert unread(scene, li) == 1


def test_the_newest_come_first_and_only_so_many(scene: Scene) -> None:
    li = opened(scene).staff("li")
    for number in range(5):
        told(scene, Audience("staff", str(li.id)), text=str(number))
    lines = scene.read(notice_inbox.notices_for, scene.vault, li, (), 3)
    assert [line.text for line in lines] == ["4", "3", "2"]


def test_what_is_stored_names_nobody(scene: Scene) -> None:
    opened(scene)
    told(scene, Audience("queue", "通用客服"))
    stored = scene.read(lambda db: db.scalars(select(notice_inbox.notices.c.text)).all())
    assert not [text for text in stored if "潘大勇" in text]


def test_a_claim_leaves_the_notices_as_they_were(scene: Scene) -> None:
    li = opened(scene).staff("li")
    scene.act(li, Claim())
    assert unread(scene, li) == 1


def test_many_notices_are_put_before_their_audiences_at_once(scene_anywhere: Scene) -> None:
    scene = opened(scene_anywhere)
    li, lead = scene.staff("li"), scene.staff("zhao", "lead")
    many = [Notice(scene.ticket.id, "breach", text, (Audience("staff", str(li.id)),)) for text in ("甲", "乙")]
    many.append(Notice(scene.ticket.id, "overdue", "丙", (Audience("staff", str(li.id)), Audience("role", "lead"))))
    scene.write(notice_inbox.save_notices, scene.vault, many, scene.now)
    scene.write(notice_inbox.save_notices, scene.vault, [], scene.now)
    assert inbox(scene, li, ()) == ["丙", "乙", "甲"]
    assert inbox(scene, lead, ()) == ["丙"]
