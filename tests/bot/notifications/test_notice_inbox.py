"""The inbox of notices: each once, for whom it is meant, read by whom it was read, and sealed."""

from __future__ import annotations

from sqlalchemy import select

from bot.agents.actions import Claim, Release, Reply, Resolve
from bot.notifications import notice_inbox, notice_tables
from bot.notifications.notice import Audience, Notice
from bot.notifications.notice_inbox import InboxLine
from escalation.staff import Staff
from tests.bot.scene import Scene

QUEUES = ("通用客服",)


def told(scene: Scene, *to: Audience, text: str = "【新工单】小满图文店 潘大勇") -> None:
    scene.write(notice_inbox.save_notice, scene.vault, Notice(scene.ticket.id, "complaint", text, to), scene.now)


def inbox(scene: Scene, who: Staff, queues: tuple[str, ...] = QUEUES) -> list[str]:
    return [line.text for line in scene.read(notice_inbox.notices_for, scene.vault, who, queues)]


def lines(scene: Scene, who: Staff, queues: tuple[str, ...] = QUEUES) -> list[InboxLine]:
    return list(scene.read(notice_inbox.notices_for, scene.vault, who, queues))


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


def test_the_newest_come_first_and_of_those_read_only_so_many(scene: Scene) -> None:
    li = opened(scene).staff("li")
    for number in range(5):
        told(scene, Audience("staff", str(li.id)), text=str(number))
    assert inbox(scene, li, ()) == ["4", "3", "2", "1", "0"]
    scene.write(notice_inbox.mark_read, li, ())
    lines = scene.read(notice_inbox.notices_for, scene.vault, li, (), 3)
    assert [line.text for line in lines] == ["4", "3", "2"]


def test_what_is_stored_names_nobody(scene: Scene) -> None:
    opened(scene)
    told(scene, Audience("queue", "通用客服"))
    stored = scene.read(lambda db: db.scalars(select(notice_tables.notices.c.text)).all())
    assert not [text for text in stored if "潘大勇" in text]


def test_once_claimed_a_ticket_is_nobody_elses_to_take(scene_anywhere: Scene) -> None:
    scene = opened(scene_anywhere)
    li, wang = scene.staff("li"), scene.staff("wang")
    assert unread(scene, wang) == 1
    scene.act(li, Claim())
    assert (inbox(scene, wang), unread(scene, wang), unread(scene, li)) == ([], 0, 0)


def test_once_released_it_is_everybodys_again(scene: Scene) -> None:
    li, wang = opened(scene).staff("li"), scene.staff("wang")
    scene.act(li, Claim())
    scene.act(li, Release())
    assert unread(scene, wang) == 1


def test_once_solved_nothing_is_to_be_done(scene: Scene) -> None:
    li, lead = opened(scene).staff("li"), scene.staff("zhao", "lead")
    scene.act(li, Claim())
    scene.pass_time(days=3)
    assert unread(scene, lead) == 2  # the first contact, and the answer
    scene.act(li, Reply("您好", "k"))
    scene.act(li, Resolve(why="已当场解决"))
    assert (inbox(scene, li), inbox(scene, lead)) == ([], [])


def test_a_deadline_that_is_met_takes_its_notices_along(scene: Scene) -> None:
    li, lead = opened(scene).staff("li"), scene.staff("zhao", "lead")
    scene.act(li, Claim())
    scene.pass_time(hours=2, minutes=31)
    assert [line.kind for line in lines(scene, lead)] == ["overdue"]  # in place of the breach
    scene.act(li, Reply("您好", "k"))
    assert lines(scene, lead) == []


def test_opening_a_ticket_reads_what_was_told_of_it_and_nothing_else(scene: Scene) -> None:
    li = opened(scene).staff("li")
    first = scene.ticket.id
    scene.visitor("bob").say("人工")
    scene.write(notice_inbox.mark_read, li, QUEUES, first)
    assert [(line.ticket_id, line.read) for line in lines(scene, li)] == [(first + 1, False), (first, True)]


def test_a_lead_is_not_called_to_take_what_agents_take(scene: Scene) -> None:
    lead = opened(scene).staff("zhao", "lead")
    assert unread(scene, lead) == 1  # nobody else is there
    scene.staff("li")
    assert unread(scene, lead) == 0


def test_an_hour_is_one_row_that_lists_everything(scene: Scene) -> None:
    li = scene.staff("li")
    for number in range(120):
        scene.visitor(f"v{number}").say("人工", settle=False)
    rows = notice_inbox.rows_of(lines(scene, li))
    assert [len(row.lines) for row in rows] == [120]
    assert not rows[0].read


def test_many_notices_are_put_before_their_audiences_at_once(scene_anywhere: Scene) -> None:
    scene = opened(scene_anywhere)
    li, lead = scene.staff("li"), scene.staff("zhao", "lead")
    many = [Notice(scene.ticket.id, "breach", text, (Audience("staff", str(li.id)),)) for text in ("甲", "乙")]
    many.append(Notice(scene.ticket.id, "overdue", "丙", (Audience("staff", str(li.id)), Audience("role", "lead"))))
    scene.write(notice_inbox.save_notices, scene.vault, many, scene.now)
    scene.write(notice_inbox.save_notices, scene.vault, [], scene.now)
    assert inbox(scene, li, ()) == ["丙", "乙", "甲"]
    assert inbox(scene, lead, ()) == ["丙"]
