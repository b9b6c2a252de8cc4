"""What `jiedai audit verify` finds of changes made past the product: by table, found of tried.

An installation is built by use; then, in a copy of it each time and with the database's own guards dropped, one cell is
changed, one row deleted or one row doubled by plain SQL, and the verification is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from benchmarks.tables import show
from bot.agents.actions import Action, Claim, MakePlan, Note, Reply, Resolve, SendStep, act
from bot.agents.helping import AskTask
from bot.app import enforce_policy, open_service
from bot.auth import messenger_accounts
from bot.auth.api_keys import create_key
from bot.config.secret_files import kept_journal_key, kept_vault
from bot.config.settings import DATABASE_FILE, Settings
from bot.delivery.customer_messages import WEB
from bot.first_start import first_administrator, load_samples
from bot.messages import File, Incoming
from bot.service import Service
from bot.storage.covered_tables import COVERS
from bot.storage.database import Database
from bot.storage.read_only import reading
from bot.storage.seal_check import verify_seals
from bot.tickets import incidents
from bot.transcript import dead_letters, edits, linked_lines, message_store
from bot.transcript.notices_shown import record_shown
from escalation.calendars import calendar_editions
from escalation.calendars.days import CalendarDay
from escalation.column_seal import opened_with
from escalation.customers import (
    customer_notes,
    data_requests,
    items,
    manual_tiers,
    restricted_parts,
    service_teams,
)
from escalation.customers.consents import Consent, Whose, record_consent
from escalation.customers.customer_rows import contacts
from escalation.customers.holds import add_hold
from escalation.customers.items import CustomerItem
from escalation.customers.model import ManualTier
from escalation.improvement.improvement_rules import Finding, ImprovementWish
from escalation.improvement.improving import add_progress, begin
from escalation.improvement.suggestions import suggestion
from escalation.improvement.targets import add_target, announce_target, read_target
from escalation.incidents import incident_store
from escalation.incidents.model import IncidentDraft
from escalation.journal.journal_check import JournalCount, verify_journal
from escalation.staff import add_staff, all_staff, get_staff
from escalation.staffing.roster_changes import add_shift
from escalation.staffing.roster_file import ShiftEntry
from escalation.supervision.drawing import DrawWish, draw
from escalation.supervision.objecting import object_to
from escalation.supervision.rectifying import RectificationWish, rectify
from escalation.supervision.sampling import SampleSize
from escalation.supervision.submitting import Scores, submit
from escalation.surveys import survey_consents, survey_store
from escalation.tickets import audit, ticket_store
from escalation.tickets.fact_words import insert_words
from escalation.tickets.plans import PlanStep, insert_report
from escalation.tickets.ratings import insert_dimension, insert_rating
from escalation.tickets.ticket_store import tickets
from knowledge_base.adjusting.adjustment_store import add_order
from knowledge_base.gaps import gap_store
from knowledge_base.revisions import draft_store, revision_store, talk_store
from knowledge_base.revisions.regression_store import regressions
from knowledge_base.revisions.talk_store import KeptTalkFile

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHAINED = ("ticket_events", "journal_lines", "journal_heads", "seals")
TABLES = (*dict.fromkeys(cover.table for cover in COVERS), *CHAINED)
WAYS = ("cell", "delete", "double")


def build(folder: Path) -> Settings:
    """Make an installation in which every covered table has rows; return its settings."""
    settings = Settings(data=folder, acts="none", encoder="none")
    service = open_service(settings)
    try:
        service.clock = lambda: NOW
        load_samples(service)
        enforce_policy(service)
        first_administrator(service)
        asyncio.run(_talk(service))
        service.database.write_now(_work, service)
        service.database.write_now(_keep_house, service)
        service.database.write_now(_inspect, service)
        service.database.write_now(_improve, service)
    finally:
        service.database.close()
    return settings


async def _talk(service: Service) -> None:
    for address in ("a" * 32, "b" * 32):
        for turn, said in enumerate(("打印机连不上wifi", "转人工", "机身序列号是 AB1234567")):
            await service.receive(Incoming(WEB, address, f"{address}{turn}", "text", text=said))
        photo = File("a.png", "image/png", 3, b"png")
        await service.receive(Incoming(WEB, address, f"{address}f", "file", file=photo))


def _work(db: Connection, service: Service) -> None:
    lin = get_staff(db, add_staff(db, "lin", "林", "lead", ["*"], "x", NOW))
    assert lin is not None, "just added"
    wu = add_staff(db, "wu", "吴", "agent", ["*"], "x", NOW)
    other, ticket = ticket_store.find_tickets(db)
    plan = MakePlan(lin.id, (PlanStep("换墨盒", NOW + timedelta(days=1)),))
    asked = AskTask("task", wu, "请查库存", NOW + timedelta(days=1))
    sent = SendStep("progress", "已备好墨盒。", "s1")
    actions: Sequence[Action] = (Claim(), Reply("您好，请问型号？", "r1"), Note("客户着急"), plan, asked, sent)
    for action in actions:
        act(db, service.rules, lin, ticket.id, action, NOW)
    said = message_store.ticket_lines(db, ticket.id, 0, 1)[0]
    edits.revise(db, said.id, "打印机连不上网", NOW)
    linked_lines.link_line(db, ticket.id, message_store.ticket_lines(db, other.id, 0, 1)[0].id, lin.id, NOW)
    ticket_store.begin_pause(db, ticket.id, lin.id, "等客户", NOW)
    insert_report(db, ticket.id, "manager", "已处理", lin.id, NOW)
    insert_rating(db, ticket.id, 1, 2, NOW)
    insert_dimension(db, ticket.id, 1, "response", 3, NOW)
    insert_words(db, ticket.id, "followed_up", "客户接受换货", lin.id, NOW)
    messenger_accounts.link(db, 42, lin.id, NOW)
    declared = incidents.declare(db, service.rules, lin, IncidentDraft("云打印中断", (), ("云打印",), "正在处理"), NOW)
    incident_store.mark_notified(db, declared.id, [ticket.conversation_id], NOW)


def _keep_house(db: Connection, service: Service) -> None:
    day = (NOW + timedelta(days=1)).date()
    add_shift(db, service.rules.policy.zone, ShiftEntry(day, "lin", 9 * 60, 18 * 60), "lin", NOW)
    calendar_editions.save(db, service.rules.policy, 2026, (CalendarDay(day, "off", "店庆"),), "lin", "", NOW)
    dead_letters.keep(db, service.rules.vault, "k1", "sticker", 7, "unknown kind", {"a": 1}, NOW)
    db.execute(insert(regressions).values(text="怎么开专票", expected="invoice", added_at=NOW))
    talk_store.save_talks(db, (KeptTalkFile("one.yaml", "a: 1"),), NOW, talks=1, author="lin", note="")
    article = next(iter(revision_store.load_published(db)[1]))
    change = [(article.id, replace(article, answer="请拨打客服电话。"))]
    draft_store.change_entries(db, draft_store.begin_draft(db, NOW, "lin"), change, "lin", NOW)
    gap_store.add_gap(db, "unanswered", "云打印怎么收费", NOW)
    add_order(db, "off", at=(0.8, 0.8), shift=0.0, revision=1, by="lin", now=NOW)
    someone = db.execute(select(contacts.c.organisation_id).limit(1)).scalar_one()
    wished = ManualTier("一级", "框架协议", date(2027, 12, 31))
    manual_tiers.wish_tier(db, service.rules.policy, someone, wished, "lin", NOW)
    service_teams.set_post(db, someone, "lin", "客户经理")
    items.save_items(db, someone, [CustomerItem("device", "AB1234567", "打印机")], NOW)
    customer_notes.add_note(db, service.rules.vault, someone, None, "周五前要回电", "林 lin", NOW)
    asked = survey_store.insert_once(db, "2026-Q4", "web", "C1001", 1, NOW)
    survey_store.insert_score(db, asked or 0, "", 4, NOW)
    survey_consents.set_wanted(db, "C1001", "web", NOW, wanted=False)
    record_consent(db, Whose("C1001"), Consent("sensitive", True, NOW, "1", "web", "customer"))
    record_shown(db, 1, "1", "web", NOW)
    asked = data_requests.add_request(db, "restrict", "C1001", "cli", "lin", NOW, NOW, state="restricted")
    restricted_parts.keep_part(db, service.rules.vault, asked.id, [{"table": "contacts", "name": "周文博"}])
    add_hold(db, contact_id="C1001", ground="诉讼", until=date(2027, 12, 31), by="lin", at=NOW)
    create_key(db, "crm", ("customers",), "lin", NOW)


def _inspect(db: Connection, service: Service) -> None:
    ended = ticket_store.find_tickets(db)[0]
    supervision = service.rules.policy.supervision
    assert supervision is not None, "the example has one"
    agent = get_staff(db, add_staff(db, "he", "何", "agent", ["*"], "x", NOW))
    inspector = get_staff(db, add_staff(db, "sun", "孙", "inspector", [], "x", NOW))
    assert agent is not None, "just added"
    assert inspector is not None, "just added"
    for action in (Claim(), Resolve(why="当场解决")):
        act(db, service.rules, agent, ended.id, action, NOW)
    wish = DrawWish(NOW - timedelta(days=1), NOW + timedelta(days=1), SampleSize(10_000, 1), "seed")
    draw(db, supervision, inspector, wish, "cli", NOW)
    answers = {item.id: str(item.up_to) if item.up_to else "yes" for item in supervision.checklist.items}
    number = submit(db, inspector, 1, Scores(answers, {}, "好"), supervision.object_within, NOW).id
    object_to(db, agent, number, "请复核", NOW)
    rectify(db, inspector, number, RectificationWish(agent.id, "复习用语", NOW.date()), NOW.date(), NOW)


def _improve(db: Connection, service: Service) -> None:
    today, policy = NOW.date(), service.rules.policy
    lin = next(each for each in all_staff(db) if each.login == "lin")
    number = add_target(db, policy, lin, suggestion("fcr").adopted(lin.id, today), today, NOW).id
    announce_target(db, lin, number, NOW)
    read_target(db, lin, number, NOW)
    wish = ImprovementWish(Finding("回访太晚"), "process", "无提醒", "加提醒", lin.id, "客服部", today)
    add_progress(db, lin, begin(db, policy, lin, wish, today, NOW).id, "已加提醒", NOW)


def tamper(file: Path, table: str, way: str, luck: random.Random) -> str | None:
    """Change a database by plain SQL; return what was done, None where it changed nothing."""
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        columns = [(row[1], row[5]) for row in db.execute(f'PRAGMA table_info("{table}")')]
        numbers = [row[0] for row in db.execute(f'SELECT rowid FROM "{table}"')]
        assert numbers, f"{table} has rows"
        rowid = luck.choice(numbers)
        if way == "delete":
            db.execute(f'DELETE FROM "{table}" WHERE rowid = ?', (rowid,))
            return f"row {rowid} deleted"
        if way == "double":
            return _doubled(db, table, columns, rowid)
        return _changed(db, table, [name for name, _ in columns if _counts(table, name)], rowid, luck)


def _counts(table: str, column: str) -> bool:
    """Whether a column is covered; of a chained table every one but a history's id: its `seq` says where it stands."""
    if (table, column) == ("ticket_events", "id"):
        return False
    covers = [cover for cover in COVERS if cover.table == table]
    return not covers or any(column not in cover.not_ and column in (cover.only or (column,)) for cover in covers)


def _changed(db: sqlite3.Connection, table: str, columns: Sequence[str], rowid: int, luck: random.Random) -> str | None:
    column = luck.choice(columns)
    (old,) = db.execute(f'SELECT "{column}" FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone()
    new: Any = old + 1 if isinstance(old, int) else 1 if old is None else _other(old, luck)
    try:
        db.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, rowid))
    except sqlite3.IntegrityError:
        return None
    return f"{column} of row {rowid} changed"


def _other(old: Any, luck: random.Random) -> Any:
    if isinstance(old, bytes):
        return old + b"x"
    if not old:
        return "x"
    place = luck.randrange(len(old))
    return old[:place] + ("7" if old[place] != "7" else "8") + old[place + 1 :]


def _doubled(db: sqlite3.Connection, table: str, columns: Sequence[tuple[str, int]], rowid: int) -> str | None:
    """A copy of a row under the next free number, or with another text where the key is a text."""
    names = [name for name, _ in columns]
    row = dict(zip(names, db.execute(f'SELECT * FROM "{table}" WHERE rowid = ?', (rowid,)).fetchone(), strict=True))
    for name, key in columns:
        unique = key or name in ("seq", "version", "name_mac", "login")
        if unique and isinstance(row[name], int):
            row[name] = db.execute(f'SELECT max("{name}") + 1 FROM "{table}"').fetchone()[0]
        elif unique:
            row[name] = f"{row[name]}2"
    listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
    try:
        db.execute(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', tuple(row.values()))
    except sqlite3.IntegrityError:
        return None
    return f"row {rowid} doubled"


def faults(settings: Settings, file: Path) -> list[str]:
    """Everything that `jiedai audit verify` tells of this file."""
    key = kept_journal_key(settings)
    assert key is not None, "the installation was started"
    with opened_with(kept_vault(settings)), reading(f"sqlite:///{file}", key) as db:
        history = [str(fault) for fault in audit.verify(db).faults]
        rest = [str(fault) for fault in (*verify_journal(db, JournalCount()), *verify_seals(db))]
        return history + rest


def copy_database(source: Path, copy: Path) -> None:
    """Copy a SQLite database with what is still in its journal."""
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)


def urge(settings: Settings, file: Path, number: int) -> None:
    """Have the product itself change a ticket of this file."""
    key = kept_journal_key(settings)
    with closing(Database(f"sqlite:///{file}", journal_key=key or b"", vault=kept_vault(settings))) as database:
        database.write_now(lambda db: db.execute(update(tickets).where(tickets.c.id == number).values(urged=9)))


def measure(folder: Path, times: int, seed: int, tables: Sequence[str] = TABLES) -> dict[str, dict[str, int]]:
    """Tamper with each table in each way so many times; return found and tried by table."""
    settings, luck = build(folder), random.Random(seed)
    source, copy = folder / DATABASE_FILE, folder / "tampered.sqlite3"
    assert faults(settings, source) == [], "untouched, it verifies"
    found: dict[str, dict[str, int]] = {}
    for table in tables:
        counts = found.setdefault(table, {"tried": 0, "found": 0})
        for way in WAYS:
            for _ in range(times):
                copy_database(source, copy)
                done = tamper(copy, table, way, luck)
                if done is None:
                    continue
                counts["tried"] += 1
                if faults(settings, copy):
                    counts["found"] += 1
                else:
                    print(f"missed: {table}: {done}")
    return found


def main() -> None:
    """Print found of tried per table, and last one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=10, help="of each way in each table")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder) / "data", given.times, given.seed)
    rows = [(table, str(counts["found"]), str(counts["tried"])) for table, counts in found.items()]
    show("Changes made past the product", ("table", "found", "tried"), rows)
    total = {name: sum(counts[name] for counts in found.values()) for name in ("found", "tried")}
    print(json.dumps({**total, "seed": given.seed, "tables": found}))


if __name__ == "__main__":
    main()
