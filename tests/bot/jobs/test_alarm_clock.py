"""What has fallen due becomes words; nothing poisonous holds the rest up."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot import app
from bot.app import database_clock
from bot.dialogue import intake
from bot.jobs import alarm_clock
from bot.jobs.alarm_clock import AlarmClock, Ticks
from bot.storage.database import Database
from bot.transcript import conversations, waking
from escalation.customers.customer_rows import contacts
from escalation.tickets import deadline_store, history, sweep
from tests.bot.monday import at
from tests.bot.scene import ORDER, Scene
from tests.patience import patience

BANK = "C1001"


@pytest.fixture
def clockwork(scene: Scene) -> AlarmClock:
    return AlarmClock(scene.database, lambda: scene.rules, scene.clock)


def test_warning_breach_and_overdue_reach_the_inboxes_of_those_concerned(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.visitor(customer=BANK).say("怎么查订单")
    ticket = scene.ticket.id
    scene.write(deadline_store.settle, ticket, ["assessed"], "cancelled", scene.now)
    scene.pass_time(minutes=29)
    told = scene.notices()[1:]
    desk, lead, manager = ("queue", "特级专席"), ("role", "lead"), ("role", "manager")
    assert told == [
        ("warning", *desk),
        *(("warning", *who) for who in (desk, lead)),
        *(("breach", *who) for who in (desk, lead, manager)),
        *(("overdue", *who) for who in (desk, lead, manager)),
        *(("overdue", *who) for who in (desk, lead, manager)),
    ]
    scene.pass_time(minutes=1)
    assert scene.notices()[1 + len(told) :] == [
        *(("overdue", *who) for who in (desk, lead, manager)),  # nobody is on call
    ]
    assert scene.clock_of("first_contact").breached_at == at(10, 15)


def test_a_sweep_takes_a_batch_and_says_when_there_is_more(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm_clock, "BATCH", 3)
    for number in range(4):
        scene.visitor(f"v{number}").say("人工")
    assert scene.write(alarm_clock.sweep_some, scene.rules, at(11, 45)) == 3
    assert scene.write(alarm_clock.sweep_some, scene.rules, at(11, 45)) == 1
    assert scene.write(alarm_clock.sweep_some, scene.rules, at(11, 45)) == 0


async def test_one_look_does_everything_due_and_says_when_it_looked(scene: Scene, clockwork: AlarmClock) -> None:
    anna, bert = scene.visitor("anna"), scene.visitor("bert")
    anna.say("人工")
    bert.say("在吗", settle=False)
    scene.clock.advance(hours=2)
    await clockwork.run_due()
    assert bert.read() == [scene.sentence("greeting")]
    assert [kind for kind, _, _ in scene.notices()] == ["new", "breach", "breach"]
    assert clockwork.last_sweep == scene.now


async def test_a_gathered_question_is_answered_by_the_clock(scene: Scene, clockwork: AlarmClock) -> None:
    anna = scene.visitor()
    anna.say("打印机有点问题", settle=False)
    scene.clock.advance(seconds=3)
    await clockwork.run_due()
    assert anna.read() == [scene.sentence("unsure")]


async def test_a_conversation_that_cannot_go_on_does_not_hold_up_the_others(
    scene: Scene, clockwork: AlarmClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, healthy = scene.visitor("anna"), scene.visitor("bert")
    poisoned.say("在吗", settle=False)
    scene.clock.advance(seconds=1)
    healthy.say("在吗", settle=False)
    real = intake.continue_held

    def breaks(db: Any, rules: Any, conversation_id: int, *rest: Any) -> bool:
        if conversations.get_conversation(db, conversation_id).address == "anna":
            raise RuntimeError("a bug")
        return real(db, rules, conversation_id, *rest)

    monkeypatch.setattr(intake, "continue_held", breaks)
    scene.clock.advance(seconds=10)
    await clockwork.tick()
    assert healthy.read() == [scene.sentence("greeting")]
    assert clockwork.last_sweep == scene.now


async def test_a_name_that_cannot_be_unsealed_delays_no_deadline(scene: Scene, clockwork: AlarmClock) -> None:
    scene.visitor("bank", customer=BANK).say("怎么查订单")
    scene.visitor("anna").say("人工")
    scene.write(lambda db: db.execute(update(contacts).where(contacts.c.id == BANK).values(name="k1.damaged")))
    scene.clock.advance(hours=3)
    await clockwork.tick()
    assert scene.clock_of("first_contact", 1).breached_at == at(10, 15)
    assert scene.clock_of("first_contact", 2).breached_at == at(12)


async def test_a_database_that_is_away_is_asked_again_at_the_next_tick(
    scene: Scene, clockwork: AlarmClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    scene.visitor().say("人工")
    scene.clock.advance(hours=2)

    def away(*_args: Any) -> None:
        raise OSError("gone")

    monkeypatch.setattr(sweep, "next_due", away)
    await clockwork.tick()
    assert clockwork.last_sweep is None
    assert "what is due stays due" in caplog.text
    monkeypatch.undo()
    await clockwork.tick()
    assert scene.notices("breach")


async def test_started_it_looks_at_once_and_stops_cleanly(scene: Scene, clockwork: AlarmClock) -> None:
    scene.visitor().say("人工")
    scene.clock.advance(hours=2)
    swept = asyncio.Event()
    scene.database.on_commit = lambda _names: swept.set()
    clockwork.start()
    async with asyncio.timeout(patience(20)):
        await swept.wait()
    await clockwork.stop()
    assert scene.notices("breach")


def test_the_alarm_clock_holds_no_deadline(scene: Scene) -> None:
    """Another process that starts later finds the same rows."""
    anna = scene.visitor()
    anna.say("怎么查订单")
    anna.say("人工")
    assert ORDER.answer in [line.text for line in anna.lines()]
    scene.clock.advance(days=1)
    fresh = Scene(scene.database, scene.policy, scene.vault, scene.clock)
    fresh.run_due()
    assert [kind for kind, _, _ in fresh.notices()][:3] == ["new", "breach", "breach"]
    late = text("SELECT count(*) FROM deadlines WHERE state = 'open' AND next_at <= '2026-11-24'")
    assert scene.read(lambda db: db.scalar(late)) == 0


def test_the_time_to_look_again_is_the_earliest_of_the_three_timers(scene: Scene) -> None:
    anna = scene.visitor()
    assert scene.read(waking.next_wake) is None
    anna.say("在吗", settle=False)
    assert scene.read(waking.next_wake) == scene.now + timedelta(seconds=3)


async def test_a_scheduler_that_sleeps_by_a_clock_set_back_is_woken(clockwork: AlarmClock) -> None:
    clockwork.start()
    clockwork._scheduler.remove_all_jobs()  # as good as asleep for an hour
    clockwork.last_sweep, clockwork._swept = None, clockwork._swept - 3600
    try:
        async with asyncio.timeout(patience(30)):
            while clockwork.last_sweep is None:  # noqa: ASYNC110  # the sweep offers nothing to wait upon
                await asyncio.sleep(0.05)
    finally:
        await clockwork.stop()


@pytest.mark.parametrize("days", [400, 57 * 365])  # the second: a board that boots in 1970 and is then told the time
async def test_a_clock_set_forward_misses_one_run_not_a_run_a_second(clockwork: AlarmClock, days: int) -> None:
    clockwork.start()
    try:
        (job,) = [job for job in clockwork._scheduler.get_jobs() if isinstance(job.trigger, Ticks)]
        assert len(job._get_run_times(job.next_run_time + timedelta(days=days))) == 1
    finally:
        await clockwork.stop()


async def test_a_scheduler_whose_clock_was_set_back_ticks_on_by_the_new_one(clockwork: AlarmClock) -> None:
    clockwork.start()
    try:
        clockwork._scheduler.modify_job("tick", next_run_time=datetime(2099, 1, 1, tzinfo=UTC))
        clockwork.last_sweep = None
        async with asyncio.timeout(patience(30)):
            while clockwork.last_sweep is None:  # noqa: ASYNC110  # the sweep offers nothing to wait upon
                await asyncio.sleep(0.05)
    finally:
        await clockwork.stop()


async def test_stopping_lets_a_sweep_under_way_end(
    clockwork: AlarmClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    swept, real = asyncio.Event(), clockwork.run_due

    async def slow() -> None:
        swept.set()
        await asyncio.sleep(0.1)
        await real()

    monkeypatch.setattr(clockwork, "run_due", slow)
    clockwork.start()
    await swept.wait()
    await clockwork.stop()
    assert clockwork.last_sweep is not None
    assert caplog.text == ""


@pytest.mark.parametrize("jump", [1, -1])
async def test_a_clock_that_jumps_an_hour_loses_nothing_and_tells_nothing_twice(
    scene_anywhere: Scene, jump: float
) -> None:
    scene = scene_anywhere
    clockwork = AlarmClock(scene.database, lambda: scene.rules, scene.clock)
    for minutes in (0, 80):  # one that falls due within the hour, one that does not
        scene.visitor(f"v{minutes}").say("人工")
        await clockwork.run_due()
        scene.clock.advance(minutes=minutes)
    right = scene.now
    scene.clock.now = right + timedelta(hours=jump)
    await clockwork.run_due()
    for _ in range(3):  # set right again, and ticking on
        scene.clock.now = right
        await clockwork.run_due()
    while scene.now < right + timedelta(hours=3):
        scene.clock.advance(minutes=10)
        await clockwork.run_due()
    told = Counter((row.ticket_id, row.data["milestone"]) for row in lines_of(scene, "breach"))
    assert told == {(1, "first_contact"): 1, (2, "first_contact"): 1}
    for ticket in (1, 2):
        assert scene.clock_of("first_contact", ticket).breached_at == scene.clock_of("first_contact", ticket).due_at


def lines_of(scene: Scene, kind: str) -> list[Any]:
    query = select(history.ticket_events).where(history.ticket_events.c.kind == kind)
    found: list[Any] = scene.read(lambda db: db.execute(query).all())
    return found


async def test_nothing_is_told_early_by_the_clock_that_jumped_back(scene: Scene, clockwork: AlarmClock) -> None:
    scene.visitor().say("人工")
    for minutes in (60, -60, 60):
        scene.clock.advance(minutes=minutes)
        await clockwork.run_due()
        assert not [row for row in lines_of(scene, "breach") if row.at < scene.clock_of("first_contact").due_at]
    assert scene.notices("breach") == []


def test_a_server_keeps_its_time_whatever_this_machines_clock_does(
    postgres: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    database = Database(postgres())
    request.addfinalizer(database.close)
    clock = database_clock(database)
    wrong = datetime(2031, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(app, "utc_now", lambda: wrong)
    monkeypatch.setattr(time, "time", wrong.timestamp)

    def there() -> datetime:
        found: datetime = database.read_now(lambda db: db.scalar(text("SELECT clock_timestamp()")))
        return found

    before, found, after = there(), clock(), there()
    assert before - timedelta(seconds=1) <= found <= after + timedelta(seconds=1)


async def test_a_sweep_that_fails_is_no_sign_of_life(clockwork: AlarmClock, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(sweep, "next_due", away)
    clockwork._swept -= 3600
    await clockwork.tick()
    assert clockwork.seconds_since_sweep >= 3600
