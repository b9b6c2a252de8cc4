"""A danger in what staff write alarms as one that the customer writes; what only sounds like one does not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.agents.actions import (
    Alarm,
    Claim,
    Correct,
    Note,
    ReopenTicket,
    Resolve,
    SetUrgency,
    act,
    act_in_sight,
)
from bot.agents.danger_alarm import ConfirmDanger, alarm_at_entry
from bot.agents.helping import AnswerTask, AskHelp
from escalation.staff import Staff
from escalation.tickets import history
from escalation.tickets.correcting import Correction
from escalation.tickets.lifecycle import Refused
from tests.bot.agents.entering import entered
from tests.bot.scene import Scene

ON_CALL = "特级专席"
DANGER = "客户电话：机器冒烟了"
HARMLESS = ("客户要烟灰色的机器", "客户在电话里很火，要求换人", "打火机订单 500 个，问发货时间", "客户说没有冒烟")
CALM = "打印机卡纸，换过硒鼓"


def lines(scene: Scene, kind: str) -> list[tuple[int | None, Any]]:
    return [(row.staff_id, row.data) for row in scene.read(history.history_of, scene.ticket.id) if row.kind == kind]


def alarmed(scene: Scene) -> bool:
    """Whether those on call have heard of a danger, by the alarm or by a critical ticket that is new to them."""
    return any(name == ON_CALL for kind, _, name in scene.notices() if kind in ("critical", "new"))


def doing(scene: Scene, who: Staff, action: Any) -> Alarm:
    found: Alarm = scene.write(act, scene.rules, who, scene.ticket.id, action, scene.now)
    return found


@pytest.mark.parametrize("said", [{"what": DANGER}, {"details": DANGER}])
def test_a_danger_that_is_entered_is_critical_at_once(scene_anywhere: Scene, said: Any) -> None:
    scene = scene_anywhere
    li = scene.staff()
    ticket = entered(scene, li, **said)
    assert (ticket.urgency, ticket.queue, ticket.set_by_hand) == ("critical", ON_CALL, "|subject|")
    assert scene.notices("new") == [("new", "queue", ON_CALL)]
    assert lines(scene, "danger_written") == [(li.id, {"place": "entry", "urgency": "critical"})]
    assert scene.read(alarm_at_entry, ticket.id) == "raised"
    anna = scene.visitor()
    anna.say("机器冒烟了")
    theirs = scene.ticket
    assert (theirs.urgency, theirs.queue) == (ticket.urgency, ticket.queue)
    first = [scene.clock_of("first_contact", each.id) for each in (ticket, theirs)]
    assert first[0].due_at == first[1].due_at


def test_a_program_that_enters_a_danger_alarms_as_well(scene: Scene) -> None:
    ticket = entered(scene, None, details=DANGER)
    assert (ticket.urgency, ticket.queue) == ("critical", ON_CALL)
    assert lines(scene, "danger_written") == [(None, {"place": "entry", "urgency": "critical"})]


@pytest.mark.parametrize("said", HARMLESS)
def test_what_only_sounds_like_a_danger_is_entered_as_usual(scene: Scene, said: str) -> None:
    ticket = entered(scene, scene.staff(), what=said, details=said)
    assert (ticket.urgency, ticket.queue) == ("normal", "通用客服")
    assert scene.read(alarm_at_entry, ticket.id) == ""
    assert not alarmed(scene)


def test_an_urgency_that_was_chosen_stays_and_those_on_call_are_alarmed(scene: Scene) -> None:
    li = scene.staff()
    ticket = entered(scene, li, what=DANGER, urgency="low")
    assert (ticket.urgency, ticket.queue) == ("low", "通用客服")
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    assert lines(scene, "danger_heard") == [(li.id, {"heard": "critical", "place": "entry"})]
    assert scene.read(alarm_at_entry, ticket.id) == "kept"


def test_what_was_chosen_as_critical_is_alarmed_once(scene: Scene) -> None:
    ticket = entered(scene, scene.staff(), what=DANGER, urgency="critical")
    assert scene.notices("new") == [("new", "queue", ON_CALL)]
    assert scene.notices("critical") == []
    assert scene.read(alarm_at_entry, ticket.id) == ""


def test_a_danger_held_at_once_stays_with_its_opener_and_alarms(scene: Scene) -> None:
    li = scene.staff(queues=("通用客服",))
    ticket = entered(scene, li, what=DANGER, hold=True)
    assert (ticket.holder_id, ticket.queue, ticket.urgency) == (li.id, "通用客服", "critical")
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    assert scene.read(alarm_at_entry, ticket.id) == "raised"


def test_a_doubtful_danger_is_asked_about(scene: Scene) -> None:
    ticket = entered(scene, scene.staff(), what="客户问机器是不是冒烟？")
    assert ticket.urgency == "normal"
    assert scene.read(alarm_at_entry, ticket.id) == "asked"
    assert not alarmed(scene)


def test_a_long_account_is_read_to_its_end(scene: Scene) -> None:
    assert entered(scene, scene.staff(), details="客户说了很多。" * 400 + "机器冒烟了。").urgency == "critical"


def test_a_note_with_the_customers_words_raises_the_open_ticket(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    entered(scene, li, what=CALM)
    assert doing(scene, li, Note("客户来电：机器又冒烟了")) == "raised"
    assert (scene.ticket.urgency, scene.ticket.queue) == ("critical", ON_CALL)
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    assert lines(scene, "danger_written") == [(li.id, {"place": "note", "urgency": "critical"})]
    before = len(scene.notices())
    assert doing(scene, li, Note("客户来电：还在冒烟")) == ""
    assert len(scene.notices()) == before


@pytest.mark.parametrize("said", [*HARMLESS, "已告知客户：如果冒烟请立即断电"])
def test_a_remark_of_no_danger_alarms_nobody(scene: Scene, said: str) -> None:
    li = scene.staff()
    entered(scene, li, what=CALM)
    assert doing(scene, li, Note(said)) == ""
    assert doing(scene, li, Claim()) == ""
    assert doing(scene, li, Correct(Correction(subject=said))) == ""
    assert scene.ticket.urgency == "normal"
    assert not alarmed(scene)


def test_a_note_on_a_held_ticket_raises_it_where_it_is(scene: Scene) -> None:
    li = scene.staff(queues=("通用客服",))
    entered(scene, li, what=CALM, hold=True)
    assert doing(scene, li, Note(DANGER)) == "raised"
    assert (scene.ticket.holder_id, scene.ticket.queue, scene.ticket.urgency) == (li.id, "通用客服", "critical")
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")


def test_a_grade_that_a_person_gave_stays_when_a_note_alarms(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    entered(scene, lead, what=CALM, hold=True)
    scene.act(lead, SetUrgency("low", "客户说不急"))
    assert doing(scene, lead, Note(DANGER)) == "kept"
    assert scene.ticket.urgency == "low"
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    assert lines(scene, "danger_heard") == [(lead.id, {"heard": "critical", "place": "note"})]
    before = len(scene.notices())
    assert doing(scene, lead, Note(DANGER)) == "kept"
    assert len(scene.notices()) == before


def test_a_doubtful_note_is_asked_about(scene: Scene) -> None:
    li = scene.staff()
    entered(scene, li, what=CALM)
    assert doing(scene, li, Note("是不是冒烟？待确认")) == "asked"
    assert scene.ticket.urgency == "normal"


def test_a_title_that_newly_tells_of_a_danger_alarms(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    entered(scene, lead, what=CALM, hold=True)
    assert doing(scene, lead, Correct(Correction(subject="打印机冒烟"))) == "raised"
    assert lines(scene, "danger_written") == [(lead.id, {"place": "title", "urgency": "critical"})]


def test_a_title_that_told_of_it_before_alarms_nobody_again(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    entered(scene, lead, what=DANGER, hold=True)
    scene.act(lead, SetUrgency("low", "是加湿器的水汽"))
    before = len(scene.notices())
    assert doing(scene, lead, Correct(Correction(subject="打印机冒烟，三号楼"))) == ""
    assert len(scene.notices()) == before


def test_a_title_that_tells_surely_what_was_doubtful_alarms(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    entered(scene, lead, what="客户问是不是冒烟？", hold=True)
    assert doing(scene, lead, Correct(Correction(subject="三号楼是不是冒烟？"))) == ""
    assert doing(scene, lead, Correct(Correction(subject="打印机冒烟"))) == "raised"


def test_a_lower_grade_set_beside_the_title_stays(scene: Scene) -> None:
    lead = scene.staff(role="lead")
    entered(scene, lead, what=CALM, hold=True)
    wish = Correction(subject="打印机冒烟", urgency="low", reason="客户说不急")
    assert doing(scene, lead, Correct(wish)) == "kept"
    assert scene.ticket.urgency == "low"
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")


def test_what_a_colleague_is_asked_and_answers_is_read(scene: Scene) -> None:
    li, han = scene.staff(), scene.staff("han")
    entered(scene, li, what=CALM, hold=True)
    assert doing(scene, li, AskHelp(han.id, "客户问能否上门")) == ""
    assert doing(scene, han, AnswerTask(1, "到现场看了，机壳漏电")) == "raised"
    assert lines(scene, "danger_written") == [(han.id, {"place": "answer", "urgency": "critical"})]


def test_what_a_colleague_is_asked_alarms(scene: Scene) -> None:
    li, han = scene.staff(), scene.staff("han")
    entered(scene, li, what=CALM, hold=True)
    assert doing(scene, li, AskHelp(han.id, "客户说机器冒烟了，请支援")) == "raised"


@pytest.mark.parametrize("said", [DANGER, "是不是冒烟？待确认", "更换了冒烟的主板"])
def test_a_note_on_a_finished_ticket_only_asks_its_author(scene: Scene, said: str) -> None:
    li = scene.staff()
    entered(scene, li, what=CALM, hold=True, answered=True)
    scene.act(li, Resolve(why="当场解决"))
    assert doing(scene, li, Note(said)) == "asked_finished"
    assert (scene.ticket.state, scene.ticket.urgency) == ("resolved", "normal")
    assert not alarmed(scene)


def test_who_says_that_there_is_a_danger_reopens_the_finished_ticket_and_alarms(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    li = scene.staff()
    entered(scene, li, what=CALM, hold=True, answered=True)
    scene.act(li, Resolve(why="当场解决"))
    assert doing(scene, li, ConfirmDanger()) == ""
    ticket = scene.ticket
    assert (ticket.state, ticket.urgency, ticket.queue) == ("waiting", "critical", ON_CALL)
    assert "|urgency|" in ticket.set_by_hand
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    assert [each for each, _ in lines(scene, "reopened") + lines(scene, "more_urgent")] == [li.id, li.id]
    assert scene.clock_of("first_contact").state == "open"


def test_a_finished_danger_that_is_one_again_alarms_again(scene: Scene) -> None:
    li = scene.staff()
    entered(scene, li, what=DANGER, hold=True, answered=True)
    scene.act(li, Resolve(why="当场解决"))
    assert doing(scene, li, Note("客户来电：机器又冒烟了")) == "asked_finished"
    before = len(scene.notices("critical"))
    doing(scene, li, ConfirmDanger())
    assert (scene.ticket.state, scene.ticket.urgency, scene.ticket.queue) == ("waiting", "critical", ON_CALL)
    assert len(scene.notices("critical")) > before


def test_who_says_that_there_is_a_danger_raises_an_open_ticket_that_was_graded_lower(scene: Scene) -> None:
    lead, li = scene.staff(role="lead"), scene.staff("han")
    entered(scene, lead, what=CALM, hold=True)
    scene.act(lead, SetUrgency("low", "客户说不急"))
    doing(scene, li, ConfirmDanger())  # who does not hold it may have been told of it as well
    assert (scene.ticket.urgency, scene.ticket.holder_id) == ("critical", lead.id)
    assert ("critical", "queue", ON_CALL) in scene.notices("critical")
    before = len(scene.notices())
    doing(scene, li, ConfirmDanger())
    assert len(scene.notices()) == before


def test_who_may_leave_no_note_may_say_of_no_danger(scene: Scene) -> None:
    entered(scene, scene.staff(), what=CALM)
    stranger = scene.staff("wang", queues=("技术支持",))
    with pytest.raises(Refused) as refused:
        scene.write(act_in_sight, scene.rules, stranger, scene.ticket.id, ConfirmDanger(), scene.now)
    assert refused.value.code == "forbidden"
    assert not alarmed(scene)


def test_a_finished_ticket_stays_so_after_a_remark_and_a_new_title(scene: Scene) -> None:
    li = scene.staff()
    entered(scene, li, what=CALM, hold=True, answered=True)
    scene.act(li, Resolve(why="当场解决"))
    assert doing(scene, li, Note("回访：没有冒烟，客户满意")) == ""
    assert doing(scene, li, Correct(Correction(subject="主板烧焦，已更换"))) == ""  # the record of what it was
    assert (scene.ticket.state, scene.ticket.urgency) == ("resolved", "normal")
    assert not alarmed(scene)
    assert doing(scene, li, ReopenTicket()) == ""


def test_a_note_that_is_refused_alarms_nobody(scene: Scene) -> None:
    li = scene.staff()
    entered(scene, li, what=CALM)
    with pytest.raises(Refused):
        doing(scene, li, Note(DANGER * 1_000))
    assert not alarmed(scene)
