"""Records are drawn, scored once, objected to once and answered by somebody else; all of it is told and on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.agents import inspecting
from bot.agents.actions import Claim, Note, Resolve
from bot.agents.helping import AskHelp
from bot.jobs import inspections as job
from bot.notifications import notice_inbox
from escalation.journal.journal_store import lines_of
from escalation.policy.supervision import Checklist, Supervision
from escalation.staff import Staff, all_staff, disable_staff, set_identity, set_work
from escalation.supervision import drawing, rectifying, submitting
from escalation.supervision.drawing import DrawWish
from escalation.supervision.inspection_store import frame_of, get_draw
from escalation.supervision.objecting import ObjectionAnswer
from escalation.supervision.rectifying import RectificationWish
from escalation.supervision.refusals import SupervisionRefused
from escalation.supervision.sampling import SampleSize
from escalation.supervision.submitting import Scores
from escalation.tickets import ticket_store
from escalation.tickets.access import sees
from escalation.tickets.history import history_of
from tests.bot.inspected import GOOD, POOR, SUPERVISION, drawn, ended, records, supervised, wish_of
from tests.bot.races import both_at_once
from tests.bot.scene import Scene

UPHELD = ObjectionAnswer("upheld", "确有问候", {"wording": "yes", "attitude": "3"})


@pytest.fixture
def li(scene: Scene) -> Staff:
    supervised(scene)
    return scene.staff("li")


@pytest.fixture
def zhang(scene: Scene) -> Staff:
    return scene.staff("zhang", "inspector", [])


@pytest.fixture
def one(scene: Scene, li: Staff, zhang: Staff) -> int:
    """The record of the only ticket, drawn for zhang."""
    ended(scene, li, "a")
    drawn(scene, zhang)
    return records(scene)[0].inspection.id


def refused(scene: Scene, fn: Any, *args: Any) -> tuple[str, str]:
    with pytest.raises(SupervisionRefused) as found:
        scene.write(fn, *args)
    return found.value.code, str(found.value)


def told(scene: Scene, who: Staff) -> list[str]:
    queues = [queue for queue in scene.policy.queues if who.works(queue)]
    lines = scene.read(notice_inbox.notices_for, scene.vault, who, queues)
    return [line.text for line in lines if line.kind == "inspection"]


def submit(scene: Scene, who: Staff, number: int, scores: Scores = POOR) -> Any:
    return scene.write(inspecting.submit, scene.rules, who, number, scores, scene.now)


# Drawing


def test_the_same_draw_can_be_made_again_from_what_is_kept(scene: Scene, li: Staff, zhang: Staff) -> None:
    numbers = [ended(scene, li, address) for address in "abcdefgh"]
    found = drawn(scene, zhang, "seed of today", share=2_500)
    assert len(found) == 2
    kept = scene.read(get_draw, 1)
    frame = scene.read(frame_of, 1)
    assert [each.ticket_id for each in frame] == numbers
    assert (kept.seed, kept.again(frame)) == ("seed of today", found)
    (line,) = scene.read(lines_of, "inspection_draw:1")
    assert (line.what, line.by, line.after["seed"], line.after["tickets"]) == (
        "records drawn",
        "zhang",
        "seed of today",
        found,
    )
    assert [row.kind for row in scene.read(history_of, found[0])][-1] == "drawn"


def test_an_inspector_reads_what_was_drawn_and_nothing_else(scene: Scene, li: Staff, zhang: Staff) -> None:
    for address in "abc":
        ended(scene, li, address)
    found = drawn(scene, zhang, most=2)
    seen = [ticket.id for ticket in scene.read(ticket_store.find_tickets) if sees(zhang, ticket)]
    assert sorted(seen) == found
    assert len(drawn(scene, zhang, "s2")) == 1  # what was drawn before is not drawn again


def test_nobody_inspects_what_they_had_a_hand_in(scene: Scene, li: Staff) -> None:
    """Held, resolved, or helped with while they worked as an agent."""
    held = scene.staff("wu")
    resolved = ended(scene, held, "a")
    scene.visitor("b").say("转人工")
    helped = scene.ticket.id
    free = ended(scene, li, "c")
    scene.act(li, Claim(), helped)
    scene.act(li, AskHelp(held.id, "怎么配"), helped)
    scene.act(li, Resolve(why="当场解决"), helped)
    scene.write(set_identity, "wu", role="inspector")
    wu = scene.read(find, "wu")
    assert drawn(scene, wu) == [free]
    assert resolved not in drawn_all(scene)
    assert helped not in drawn_all(scene)


def find(db: Any, login: str) -> Staff:
    return next(each for each in all_staff(db) if each.login == login)


def drawn_all(scene: Scene) -> list[int]:
    return [each.inspection.ticket_id for each in records(scene)]


def test_what_cannot_be_drawn_is_said_in_a_sentence(scene: Scene, li: Staff, zhang: Staff) -> None:
    def said(inspector: Staff, wish: DrawWish, supervision: Supervision | None = SUPERVISION) -> tuple[str, str]:
        return refused(scene, drawing.draw, supervision, inspector, wish, "cli", scene.now)

    wish = wish_of(scene)
    assert said(zhang, wish) == (
        "nothing_ended",
        "No ticket that an agent held ended in this period; choose another with --days.",
    )
    number = ended(scene, li, "a")
    assert said(li, wish) == ("not_inspector", '"li" is no inspector; `jiedai staff set` gives the role.')
    assert said(zhang, wish, None)[0] == "no_section"
    assert said(zhang, wish_of(scene, most=201)) == (
        "bad_count",
        "The number of tickets to draw must be from 1 to 200; found 201.",
    )
    turned = DrawWish(wish.until, wish.since, SampleSize(500, 1), "s")
    assert said(zhang, turned) == ("bad_period", "The period must end after it begins.")
    assert drawn(scene, zhang) == [number]
    assert said(zhang, wish) == (
        "nothing_left",
        "Every ticket that ended in this period is scored, was drawn for them or is not theirs to inspect.",
    )
    chen = scene.staff("chen", "lead")
    assert refused(scene, inspecting.draw_for, scene.rules, chen, zhang.id, wish, scene.now) == (
        "may_not_draw",
        "Only inspectors and managers draw records.",
    )


# Scoring


def test_the_agent_is_told_the_score_and_sees_every_remark(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    assert submit(scene, zhang, one).score == 36
    (found,) = records(scene)
    assert (found.score, found.inspection.remarks, found.inspection.overall) == (
        36,
        {"wording": "没有问候"},
        "请注意用语",
    )
    assert told(scene, li) == [
        "【抽查】#1 已评分：36 分。可以在「我的抽查」里查看各项和评语，11月28日（周六）10:00 前可以提出一次异议。"
    ]


def test_a_draft_is_nobodys_but_the_inspectors_until_it_is_submitted(
    scene: Scene, li: Staff, zhang: Staff, one: int
) -> None:
    scene.write(submitting.save_draft, zhang, one, Scores({"wording": "no"}), scene.now)
    (found,) = records(scene)
    assert (found.inspection.state, found.inspection.answers, found.score) == ("draft", {"wording": "no"}, None)
    assert told(scene, li) == []


def test_a_score_is_submitted_once(scene: Scene, zhang: Staff, one: int) -> None:
    submit(scene, zhang, one)
    again = ("scored_by_you", "Ticket 1 was scored by them already; a score is submitted once.")
    assert refused(scene, inspecting.submit, scene.rules, zhang, one, GOOD, scene.now) == again
    assert refused(scene, submitting.save_draft, zhang, one, GOOD, scene.now) == again


def test_of_two_inspectors_the_first_counts_and_the_other_reads_why(scene: Scene, zhang: Staff, one: int) -> None:
    sun = scene.staff("sun", "inspector", [])
    drawn(scene, sun)
    submit(scene, zhang, one)
    other = records(scene)[1].inspection.id
    assert refused(scene, inspecting.submit, scene.rules, sun, other, GOOD, scene.now) == (
        "scored_by_other",
        "Ticket 1 was scored by 客服zhang already; theirs is the score that counts.",
    )
    assert [each.score for each in records(scene)] == [36, None]


def test_of_two_inspectors_at_once_one_wins_and_the_other_gets_a_sentence(postgres_scene: Scene) -> None:
    scene = supervised(postgres_scene)
    ended(scene, scene.staff("li"), "a")
    people = [scene.staff(login, "inspector", []) for login in ("zhang", "sun")]
    for each in people:
        drawn(scene, each)
    numbers = {each.inspection.inspector_id: each.inspection.id for each in records(scene)}

    def scores(who: Staff) -> Any:
        return lambda db: inspecting.submit(db, scene.rules, who, numbers[who.id], GOOD, scene.now)

    won, lost = both_at_once(scene, scores(people[0]), scores(people[1]))
    assert won.score == 100
    assert str(lost) == "Ticket 1 was scored by 客服zhang already; theirs is the score that counts."


def test_who_may_not_score_reads_why(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    sun = scene.staff("sun", "inspector", [])
    assert refused(scene, submitting.of_ticket, sun, 1) == (
        "not_drawn",
        "Ticket 1 was not drawn for them, so that they cannot score it.",
    )
    assert refused(scene, inspecting.submit, scene.rules, sun, one, GOOD, scene.now)[0] == "not_drawn"
    assert refused(scene, inspecting.submit, scene.rules, zhang, 99, GOOD, scene.now) == (
        "no_such_record",
        "There is no such drawn record; `jiedai inspections list` shows those there are.",
    )


def test_nobody_scores_their_own_ticket_even_if_they_came_to_it_later(
    scene: Scene, li: Staff, zhang: Staff, one: int
) -> None:
    scene.write(set_identity, "zhang", role="lead")
    scene.write(set_work, "zhang", queues=["*"])
    scene.act(scene.read(find, "zhang"), Note("看过"), 1)
    scene.write(set_identity, "zhang", role="inspector")
    assert refused(scene, inspecting.submit, scene.rules, scene.read(find, "zhang"), one, GOOD, scene.now) == (
        "own_ticket",
        "They had a hand in ticket 1 themselves, so that somebody else inspects it.",
    )


def test_a_record_is_scored_by_the_checklist_of_its_draw(scene: Scene, zhang: Staff, one: int) -> None:
    """A checklist that was changed since is for the next draw."""
    only = replace(SUPERVISION, checklist=Checklist(SUPERVISION.checklist.items[:1]))
    supervised(scene, only)
    assert submit(scene, zhang, one).score == 36
    assert records(scene)[0].draw.edition == SUPERVISION.checklist.edition


def test_an_unknown_item_and_a_long_remark_are_refused(scene: Scene, zhang: Staff, one: int) -> None:
    wrong = Scores({"wording": "yes", "attitude": "5"}, {"speed": "慢"})
    assert refused(scene, inspecting.submit, scene.rules, zhang, one, wrong, scene.now) == (
        "unknown_item",
        'The checklist of this draw has no item "speed"; it has wording, attitude.',
    )
    long = Scores({"wording": "yes", "attitude": "5"}, {}, "长" * 2_001)
    assert refused(scene, inspecting.submit, scene.rules, zhang, one, long, scene.now) == (
        "too_long",
        "A text is too long; it may have 2000 characters.",
    )


# Objections


def object_to(scene: Scene, who: Staff, number: int, words: str = "有问候") -> Any:
    return scene.write(inspecting.object_to, scene.rules, who, number, words, scene.now)


def answer(scene: Scene, who: Staff, number: int, given: ObjectionAnswer = UPHELD) -> Any:
    return scene.write(inspecting.answer_objection, scene.rules, who, number, given, scene.now)


def test_an_upheld_objection_changes_the_score_and_keeps_both(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    chen = scene.staff("chen", "lead")
    submit(scene, zhang, one)
    object_to(scene, li, one)
    asked = "【抽查】#1：客服li对 36 分提出异议，请质检员以外的人在「抽查」里答复。"
    assert told(scene, chen) == told(scene, zhang) == [asked]
    answer(scene, chen, one)
    (found,) = records(scene)
    assert (found.inspection.score, found.score, found.answers) == (36, 76, {"wording": "yes", "attitude": "3"})
    assert found.objection is not None
    assert (found.objection.words, found.objection.answer) == ("有问候", "确有问候")
    assert found.objection.answered_by == chen.id
    changed = "【抽查】#1 的异议成立：评分由 36 分改为 76 分，原评分保留可查。"
    assert told(scene, li)[0] == told(scene, zhang)[0] == changed
    lines = scene.read(lines_of, f"inspection:{one}")
    assert [(line.what, line.by) for line in lines] == [
        ("record scored", "zhang"),
        ("score objected to", "li"),
        ("objection answered", "chen"),
    ]
    assert (lines[-1].before["score"], lines[-1].after["score"]) == (36, 76)


def test_an_explained_objection_leaves_the_score(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    sun = scene.staff("sun", "manager", [])
    submit(scene, zhang, one)
    object_to(scene, li, one)
    answer(scene, sun, one, ObjectionAnswer("explained", "录音里没有问候", {}))
    assert records(scene)[0].score == 36
    assert told(scene, li)[0] == "【抽查】#1 的异议已答复：维持 36 分，说明在「抽查」里。"


def test_one_objects_once_in_time_in_words_and_to_ones_own_score(
    scene: Scene, li: Staff, zhang: Staff, one: int
) -> None:
    wang = scene.staff("wang")

    def said(who: Staff, words: str = "有问候") -> tuple[str, str]:
        return refused(scene, inspecting.object_to, scene.rules, who, one, words, scene.now)

    assert said(li) == ("not_scored", "The record of ticket 1 has not been scored yet.")
    submit(scene, zhang, one)
    assert said(wang) == ("not_your_score", "This is the score of somebody else's work, to which they cannot object.")
    assert said(li, " ") == ("no_words", "Say it in words; the text is empty.")
    scene.clock.advance(days=5)
    object_to(scene, li, one)
    assert said(li) == ("objected", "They have objected to this score already; that is done once.")


def test_after_its_term_nobody_objects(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    until = scene.now + timedelta(days=5)
    submit(scene, zhang, one)
    scene.clock.advance(days=5, seconds=1)
    assert refused(scene, inspecting.object_to, scene.rules, li, one, "有问候", scene.now) == (
        "objection_late",
        f"The time to object ended at {until}.",
    )


def test_an_objection_is_answered_once_by_somebody_who_supervises_and_did_not_score(
    scene: Scene, li: Staff, zhang: Staff, one: int
) -> None:
    chen, wang = scene.staff("chen", "lead"), scene.staff("wang")
    elsewhere = scene.staff("bai", "lead", ["特级专席"])

    def said(who: Staff, given: ObjectionAnswer = UPHELD) -> tuple[str, str]:
        return refused(scene, inspecting.answer_objection, scene.rules, who, one, given, scene.now)

    assert said(chen) == ("no_objection", "Nobody has objected to this score.")
    submit(scene, zhang, one)
    object_to(scene, li, one)
    own = ("own_score", "They scored this record or it is their own work; somebody else answers the objection.")
    assert said(zhang) == said(li) == own
    only = ("may_not_answer", "Only a lead of the queue, a manager or an administrator answers an objection.")
    assert said(wang) == said(elsewhere) == only
    assert said(chen, ObjectionAnswer("upheld", "", UPHELD.answers))[0] == "no_words"
    same = ObjectionAnswer("upheld", "成立", {"wording": "no", "attitude": "3"})
    assert said(chen, same) == (
        "unchanged",
        "An objection that is upheld changes at least one answer; change one, or explain the score.",
    )
    answer(scene, chen, one)
    assert said(scene.staff("sun", "admin", [])) == ("answered", "The objection was answered by 客服chen already.")


# Rectifications


def rectify(scene: Scene, who: Staff, number: int, wish: RectificationWish) -> Any:
    return scene.write(inspecting.rectify, scene.rules, who, number, wish, scene.now)


def test_a_rectification_reminds_its_person_then_the_lead_and_is_done_once(
    scene: Scene, li: Staff, zhang: Staff, one: int
) -> None:
    chen = scene.staff("chen", "lead")
    submit(scene, zhang, one)
    made = rectify(scene, zhang, one, RectificationWish(li.id, "重读标准用语", date(2026, 11, 26)))
    assert told(scene, li)[0] == "【整改】#1：请客服li在 2026-11-26 前完成整改，内容在「抽查」里。"
    assert not scene.read(job.are_to_remind, scene.rules, scene.now)
    scene.clock.advance(days=2)
    assert [scene.write(job.remind_some, scene.rules, scene.now) for _ in range(2)] == [1, 0]
    assert told(scene, li)[0] == "【整改】#1：客服li的整改 2026-11-26 到期，完成后请记录做了什么。"
    assert told(scene, chen) == []
    scene.clock.advance(days=2)
    assert scene.read(job.are_to_remind, scene.rules, scene.now)
    assert [scene.write(job.remind_some, scene.rules, scene.now) for _ in range(2)] == [1, 0]
    late = "【整改】#1：客服li的整改已过 2026-11-26，还没有完成记录，请组长跟进。"
    assert told(scene, li)[0] == told(scene, chen)[0] == late
    done = scene.write(rectifying.mark_done, li, made.id, "已重读并考过", scene.now)
    assert (done.done, done.done_at) == ("已重读并考过", scene.now)
    assert refused(scene, rectifying.mark_done, li, made.id, "再来", scene.now) == (
        "rectified",
        "It was marked as done already.",
    )


def test_a_rectification_that_makes_no_sense_is_refused(scene: Scene, li: Staff, zhang: Staff, one: int) -> None:
    gone, elsewhere = scene.staff("gone"), scene.staff("bai", "agent", ["特级专席"])
    scene.write(disable_staff, "gone", scene.now)
    today = date(2026, 11, 23)

    def said(who: Staff, person: int | None, measure: str = "改", day: date | None = today) -> tuple[str, str]:
        wish = RectificationWish(person, measure, day)
        return refused(scene, inspecting.rectify, scene.rules, who, one, wish, scene.now)

    assert said(zhang, li.id)[0] == "not_scored"
    submit(scene, zhang, one)
    assert said(li, li.id)[0] == "may_not_rectify"
    assert said(zhang, None) == ("no_person", "Say who is to put it right.")
    assert said(zhang, gone.id) == ("person_left", "This person can no longer sign in; choose somebody else.")
    assert said(zhang, elsewhere.id) == (
        "person_unfit",
        "This person may not see the ticket, so that they cannot put it right; choose somebody else.",
    )
    assert said(zhang, li.id, " ") == ("no_measure", "Say what is to be done.")
    assert said(zhang, li.id, "改", None) == ("no_day", "Give the day by which it is done, such as 2026-12-01.")
    assert said(zhang, li.id, "改", date(2026, 11, 22)) == (
        "day_past",
        "The day by which it is done must not be past.",
    )


# Each week by itself


def test_the_policy_may_draw_each_week_for_the_inspectors_by_turns(scene: Scene, li: Staff, zhang: Staff) -> None:
    sun = scene.staff("sun", "inspector", [])
    ended(scene, li, "a")
    assert not scene.read(job.is_due, scene.rules, scene.now)
    supervised(scene, replace(SUPERVISION, weekly=True))
    assert scene.read(job.is_due, scene.rules, scene.now)
    assert scene.write(job.draw_week, scene.rules, scene.now) == 0  # nothing ended in the week before
    assert not scene.read(job.is_due, scene.rules, scene.now)
    scene.clock.advance(days=7)
    assert scene.write(job.draw_week, scene.rules, scene.now) == 1
    assert scene.write(job.draw_week, scene.rules, scene.now) == 0
    (found,) = records(scene)
    assert found.draw.by == "system"
    weeks = [scene.now + timedelta(days=7 * week) for week in (0, 1)]
    turns = [job.whose_turn([zhang, sun], week, scene.rules) for week in weeks]
    assert {each.login for each in turns if each} == {"zhang", "sun"}
