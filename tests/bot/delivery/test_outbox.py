"""What was promised to be said is said once, in order, or labelled: on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.delivery import outbox
from bot.delivery.outbox import LEASE, MAX_AGE, MAX_ATTEMPTS
from bot.messages import Button, Delivery, Later, Never, Outgoing, Sent
from bot.storage.database import Database
from bot.transcript import conversations, message_store
from bot.transcript.channel_message_ids import ChannelMessage, find_id, id_in
from tests.conftest import MONDAY_MORNING

NOW = MONDAY_MORNING


def post(database: Database, text: str, address: str = "anna", channel: str = "telegram") -> None:
    database.write_now(outbox.post, channel, address, text, NOW)


def claim(database: Database, after: timedelta = timedelta(), channel: str = "telegram") -> Outgoing | None:
    return next(iter(database.write_now(outbox.claim, channel, NOW + after)), None)


def conclude(database: Database, message: Outgoing | None, outcome: Delivery, after: timedelta = timedelta()) -> None:
    assert message is not None
    database.write_now(outbox.conclude, [(message, outcome)], NOW + after)


def row(database: Database, number: int = 1) -> Any:
    return database.read_now(lambda db: db.execute(select(outbox.outbox).where(outbox.outbox.c.id == number)).one())


def test_what_is_posted_is_claimed_as_it_was_said(database: Database) -> None:
    buttons = (Button("helpful:a", "有帮助"), Button("person", "转人工"))
    database.write_now(outbox.post, "telegram", "4711", "您好 <b>&", NOW, buttons)
    assert claim(database) == Outgoing(1, "telegram", "4711", "您好 <b>&", buttons, 1, False, NOW)


def test_nothing_posted_nothing_claimed(sqlite: Database) -> None:
    assert claim(sqlite) is None
    post(sqlite, "a", channel="web")
    assert claim(sqlite) is None


def test_a_post_in_a_transaction_that_fails_is_never_said(database: Database) -> None:
    def post_and_fail(db: Connection) -> None:
        outbox.post(db, "telegram", "anna", "a", NOW)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write_now(post_and_fail)
    assert claim(database) is None


def test_order_is_kept_per_address_and_addresses_do_not_wait_for_each_other(database: Database) -> None:
    for text, address in (("1", "anna"), ("2", "anna"), ("3", "bert"), ("4", "anna")):
        post(database, text, address)
    first, second = claim(database), claim(database)
    assert [message.text for message in (first, second) if message] == ["1", "3"]
    assert claim(database) is None
    conclude(database, first, Sent())
    third = claim(database)
    assert third is not None
    assert third.text == "2"


def test_later_is_honoured_and_what_follows_waits_behind_it(database: Database) -> None:
    post(database, "1")
    post(database, "2")
    conclude(database, claim(database), Later(30, "429"))
    assert claim(database, timedelta(seconds=29)) is None
    assert database.read_now(outbox.next_pending, "telegram") == NOW + timedelta(seconds=30)
    again = claim(database, timedelta(seconds=30))
    assert again is not None
    assert (again.text, again.attempts, again.retried) == ("1", 2, False)


def test_an_ambiguous_try_is_labelled_when_it_is_repeated(sqlite: Database) -> None:
    post(sqlite, "1")
    conclude(sqlite, claim(sqlite), Later(5, "no answer in time", ambiguous=True))
    again = claim(sqlite, timedelta(seconds=5))
    assert again is not None
    assert again.retried
    conclude(sqlite, again, Later(5, "429"))
    assert row(sqlite).retried


def test_after_a_crash_the_lease_runs_out_and_the_next_worker_labels_it(database: Database) -> None:
    post(database, "1")
    assert claim(database) is not None  # and the process dies here
    assert claim(database, LEASE - timedelta(seconds=1)) is None
    again = claim(database, LEASE)
    assert again is not None
    assert (again.attempts, again.retried) == (2, True)
    conclude(database, again, Sent(), LEASE)
    assert (row(database).state, row(database).in_flight, row(database).sent_at) == ("sent", False, NOW + LEASE)
    assert claim(database, 3 * LEASE) is None


def test_never_is_a_dead_letter_with_its_reason_and_holds_nothing_up(database: Database) -> None:
    post(database, "1")
    post(database, "2")
    conclude(database, claim(database), Never("blocked by the user"))
    assert (row(database).state, row(database).why) == ("dead", "blocked by the user")
    following = claim(database)
    assert following is not None
    assert following.text == "2"
    assert [row(database, number).state for number in (1, 2)] == ["dead", "pending"]


def test_after_a_day_of_tries_it_is_given_up_where_a_person_sees_it(sqlite: Database) -> None:
    post(sqlite, "1")
    every = MAX_AGE / MAX_ATTEMPTS
    for number in range(MAX_ATTEMPTS):
        conclude(sqlite, claim(sqlite, number * every), Later(1, "429"), number * every)
    assert row(sqlite).state == "pending", "the day is not over"
    conclude(sqlite, claim(sqlite, MAX_AGE), Later(1, "429"), MAX_AGE)
    assert (row(sqlite).state, row(sqlite).why) == ("dead", "gave up after 31 tries: 429")
    assert claim(sqlite, 2 * MAX_AGE) is None


def test_a_network_that_is_away_for_an_hour_costs_no_message(sqlite: Database) -> None:
    post(sqlite, "1")
    for number in range(720):
        conclude(
            sqlite, claim(sqlite, timedelta(seconds=5 * number)), Later(5, "no route"), timedelta(seconds=5 * number)
        )
    again = claim(sqlite, timedelta(hours=1))
    assert again is not None
    assert (again.text, again.retried) == ("1", False)


def test_tries_that_may_each_have_arrived_come_ever_more_rarely(sqlite: Database) -> None:
    post(sqlite, "1")
    at, pauses = timedelta(), []
    for _ in range(9):
        conclude(sqlite, claim(sqlite, at), Later(5, "500", ambiguous=True), at)
        pauses.append((row(sqlite).next_at - NOW - at).total_seconds())
        at += timedelta(seconds=pauses[-1])
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_whoever_slept_through_his_lease_takes_nothing_from_his_successor(database: Database) -> None:
    post(database, "1")
    sleeper, successor = claim(database), claim(database, LEASE)
    for outcome in (Never("blocked"), Later(5, "cut off")):
        conclude(database, sleeper, outcome, LEASE)
        assert (row(database).state, row(database).in_flight) == ("pending", True)
    conclude(database, successor, Sent(), LEASE)
    conclude(database, sleeper, Never("blocked"), LEASE)
    assert row(database).state == "sent"


def test_what_a_sleeper_has_seen_arrive_is_not_sent_a_third_time(database: Database) -> None:
    post(database, "1")
    sleeper, successor = claim(database), claim(database, LEASE)
    conclude(database, sleeper, Sent(), LEASE)
    conclude(database, successor, Later(5, "cut off", ambiguous=True), LEASE)
    assert row(database).state == "sent"
    assert claim(database, 3 * LEASE) is None


def test_two_workers_never_send_one_row_twice(database: Database) -> None:
    for number in range(24):
        post(database, str(number), address=f"a{number % 6}")
    together = Barrier(4)

    def work() -> list[tuple[str, str]]:
        together.wait()
        sent = []
        for _ in range(60):
            message = claim(database)
            if message is not None:
                sent.append((message.address, message.text))
                conclude(database, message, Sent())
        return sent

    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(work) for _ in range(4)]
    sent = [one for future in futures for one in future.result()]
    while (message := claim(database)) is not None:
        sent.append((message.address, message.text))
        conclude(database, message, Sent())
    assert sorted(sent) == sorted((f"a{number % 6}", str(number)) for number in range(24))


def test_the_next_look_is_at_the_first_row_of_an_address(sqlite: Database) -> None:
    assert sqlite.read_now(outbox.next_pending, "telegram") is None
    post(sqlite, "1")
    post(sqlite, "2")
    conclude(sqlite, claim(sqlite), Later(90, "429"))
    assert sqlite.read_now(outbox.next_pending, "telegram") == NOW + timedelta(seconds=90)


def test_when_many_wait_the_lowest_rank_goes_first_and_order_is_kept_within_a_chat(database: Database) -> None:
    for text, address, rank in (("1", "anna", 9), ("2", "bert", 4), ("3", "anna", 1), ("4", "cleo", 1)):
        database.write_now(outbox.post, "telegram", address, text, NOW, rank=rank)
    claimed = database.write_now(outbox.claim, "telegram", NOW, 10)
    assert [message.text for message in claimed] == ["4", "2", "1"], "3 waits behind 1, for both are anna's"
    database.write_now(outbox.conclude, [(message, Sent()) for message in claimed], NOW)
    assert [message.text for message in database.write_now(outbox.claim, "telegram", NOW, 10)] == ["3"]


def test_the_number_a_channel_gave_is_kept_for_the_line_it_carries(database: Database) -> None:
    line = database.write_now(_line)
    database.write_now(outbox.post, "telegram", "4711", "您好", NOW, line=line)
    conclude(database, claim(database), Sent(815))
    assert database.read_now(find_id, 4711, 815) == ChannelMessage(4711, 815, line, None)
    assert database.read_now(id_in, 4711, line) == 815


def _line(db: Connection) -> int:
    return message_store.add_message(
        db, conversations.lock_conversation(db, "telegram", "4711", NOW), "bot", "您好", NOW
    )
