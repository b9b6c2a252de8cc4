"""Where talks are played: an empty database of their own, one transaction, undone after each talk."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.cli.talk_player import TalkPlayer
from bot.migrations import schema
from bot.rules import Rules
from bot.storage.database import Database
from bot.talks.model import Talk
from bot.talks.played import PlayedTalk
from bot.talks.reading import read_talk_file
from bot.wording.talks import AGENT
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.staff import Staff, add_staff, get_staff
from escalation.working_hours.instants import parse_instant

log = logging.getLogger(__name__)

BEFORE_ANY_TALK = parse_instant("2020-01-01T00:00+00:00")


def talk_paths(places: Iterable[str]) -> list[Path]:
    """Return these files, and in the place of a folder all talk files in it."""
    found: list[Path] = []
    for place in map(Path, places):
        found.extend(sorted(place.glob("*.y*ml")) if place.is_dir() else [place])
    return found


def talks_of(places: Iterable[str]) -> tuple[Talk, ...]:
    """Return the talks of files, and of all files of folders; raises TalkFaults for the first faulty file."""
    return tuple(talk for path in talk_paths(places) for talk in read_talk_file(path))


def play_talks(rules: Rules, talks: Iterable[Talk], customers: Iterable[CustomerRecord] = ()) -> list[PlayedTalk]:
    """Play each talk by these rules, as if it were the first; `customers`: contacts that talks name by their id.

    Slow: tens of milliseconds a talk, and the first costs an empty database.
    """
    # Nobody takes anything back in a talk: what is said after a resolution is said at once.
    at_once = replace(rules.policy, dialogue=replace(rules.policy.dialogue, undo_within=timedelta(0)))
    rules = replace(rules, policy=at_once, staff_chat="", topic_groups=())
    with tempfile.TemporaryDirectory(prefix="jiedai-talks-") as folder, closing(_empty(Path(folder))) as database:
        return list(_played(database, rules, talks, customers))


def _empty(folder: Path) -> Database:
    database = Database(f"sqlite:///{folder / 'talks.sqlite3'}")
    database.write_now(_make_tables)
    return database


def _make_tables(db: Connection) -> None:
    # Not by the migrations, which take a second: they end in exactly these tables.
    for metadata in schema.all_metadata():
        metadata.create_all(db)


def _played(
    database: Database, rules: Rules, talks: Iterable[Talk], customers: Iterable[CustomerRecord]
) -> Iterator[PlayedTalk]:
    with database.engine.connect() as db, db.begin() as whole:
        who = _hire(db, rules)
        for record in customers:
            customer_store.save_customer(db, rules.vault, rules.policy, record, BEFORE_ANY_TALK)
        for number, talk in enumerate(talks):
            with db.begin_nested() as point:
                yield _play(TalkPlayer(db, rules, who, talk, number))
                point.rollback()
        whole.rollback()


def _play(player: TalkPlayer) -> PlayedTalk:
    try:
        return PlayedTalk(player.talk, player.play())
    except Exception as error:  # the others are played all the same; this one counts as failed
        log.exception("the talk %s cannot be played to its end", player.talk.name)
        return PlayedTalk(player.talk, (), f"{type(error).__name__}: {error}")


def _hire(db: Connection, rules: Rules) -> Staff:
    number = add_staff(db, "talks", AGENT, "agent", list(rules.policy.queues), "-", BEFORE_ANY_TALK)
    found = get_staff(db, number)
    assert found is not None, "just added"
    return found
