"""`jiedai demo`: four customers through a compressed day and night, on the real code with a simulated clock."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text
from sqlalchemy import Connection, Row, select

from bot.agents.actions import Action, Claim, Record, Reply, Resolve, act
from bot.app import open_service
from bot.config.settings import Settings
from bot.delivery.customer_messages import WEB
from bot.dialogue import intake
from bot.dialogue.customer import link_contact
from bot.first_start import load_samples
from bot.jobs.alarm_clock import sweep_some
from bot.messages import Incoming
from bot.notifications import notice_inbox
from bot.notifications.notice_tables import notices
from bot.service import Service
from bot.transcript import conversations, message_store, waking
from bot.wording.moments import WEEKDAYS
from bot.wording.owed import QUICK
from escalation.staff import Staff, add_staff, get_staff
from escalation.tickets import sweep
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.ticket_store import tickets
from escalation.working_hours.instants import parse_instant

COLOURS = {"customer": "cyan", "bot": "green", "agent": "magenta", "notice": "yellow", "scene": "bold"}


def demo() -> None:
    """Play the demo in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="jiedai-demo-") as folder:
        service = open_service(Settings(data=Path(folder)))
        load_samples(service)
        try:
            _play(Stage(service))
        finally:
            service.database.close()


@dataclass
class Stage:
    """The service with its simulated clock, and what has been printed so far."""

    service: Service
    now: datetime = field(default_factory=lambda: parse_instant("2026-10-09T20:20+08:00"))
    console: Console = field(default_factory=lambda: Console(highlight=False))
    shown: dict[str, int] = field(default_factory=dict)
    noticed: int = 0
    keys: itertools.count[int] = field(default_factory=itertools.count)
    names: list[str] = field(default_factory=list)
    staff: dict[str, str] = field(default_factory=dict)

    def scene(self, text: str) -> None:
        """Print what is about to happen."""
        self.console.print(Text(f"\n{text}", COLOURS["scene"]), soft_wrap=True)

    def enter(self, name: str, contact_id: str | None) -> None:
        """Open a chat; with a contact id, as a verified customer."""
        self.names.append(name)
        if contact_id is not None:
            self.service.database.write_now(self._introduce, name, contact_id)

    def says(self, name: str, text: str = "", choice: str = "", rating: int | None = None) -> None:
        """Let a customer write, tap or rate; advances the clock until the bot has replied."""
        kind = "choice" if choice else "rating" if rating is not None else "text"
        key = f"{name}:{next(self.keys)}"
        message = Incoming(WEB, name, key, kind, text=text, choice=choice, rating=rating)  # type: ignore[arg-type]
        self.service.database.write_now(intake.receive, self.service.rules, message, None, self.now)
        self.show()
        wait = self.service.rules.policy.dialogue.gather
        self.until(self.now + wait)

    def does(self, who: Staff, ticket_id: int, *actions: Action) -> None:
        """Let a member of staff carry out actions on a ticket."""
        for action in actions:
            self.service.database.write_now(act, self.service.rules, who, ticket_id, action, self.now)
            if not isinstance(action, Reply):
                self._line("agent", who.name, f"[{_in_words(action)}] #{ticket_id}")
            self.show()

    def at(self, clock: str) -> None:
        """Advance the clock to an instant of October 2026, written "10T08:30"."""
        self.until(parse_instant(f"2026-10-{clock}+08:00"))

    def until(self, end: datetime) -> None:
        """Advance the clock; every deadline and timer is served when it is due."""
        database, rules = self.service.database, self.service.rules
        while (due := database.read_now(_next_due)) is not None and due <= end:
            self.now = max(self.now, due)
            database.write_now(sweep_some, rules, self.now)
            for conversation in database.read_now(waking.due_conversations, self.now):
                database.write_now(intake.continue_held, rules, conversation.id, None, self.now)
            self.show()
        self.now = max(self.now, end)

    def ticket(self, name: str) -> int:
        """Return the id of a customer's ticket."""
        found = self.service.database.read_now(conversations.find_conversation, WEB, name)
        assert found is not None
        assert found.ticket_id is not None, f"{name} has no ticket"
        return found.ticket_id

    def show(self) -> None:
        """Print the messages and notices since the last call."""
        for name in self.names:
            for line in self.service.database.read_now(_lines, name, self.shown.get(name, 0)):
                self.shown[name] = line.id
                who = {"customer": name, "bot": f"bot → {name}"}.get(line.author, f"{line.meta.get('name')} → {name}")
                buttons = "".join(f" [{button['label']}]" for button in line.meta.get("buttons", ()))
                self._line(line.author, who, (line.text or _tapped(line)) + buttons)
        told = self.service.database.read_now(_notices, self.noticed)
        vault = self.service.rules.vault
        for _, group in itertools.groupby(told, key=lambda row: row.ref):
            rows = list(group)
            text = vault.open(rows[0].text, row=rows[0].ref, field=notice_inbox.FIELD)
            audience = [self.staff.get(row.name, row.name) if row.audience == "staff" else row.name for row in rows]
            self._line("notice", f"notice → {'、'.join(audience)}", text)
        self.noticed = max([self.noticed, *(row.id for row in told)])

    def _introduce(self, db: Connection, name: str, contact_id: str) -> None:
        conversation = conversations.lock_conversation(db, WEB, name, self.now)
        known = link_contact(db, self.service.rules, conversation, contact_id, "token", self.now)
        conversations.save_conversation(db, known, self.now)

    def _line(self, kind: str, who: str, text: str) -> None:
        there = self.now.astimezone(self.service.rules.policy.zone)
        stamp = f"周{WEEKDAYS[there.weekday()]} {there:%H:%M:%S}  "
        self.console.print(Text(stamp, "dim") + Text(f"{who}  ", COLOURS[kind]) + Text(text), soft_wrap=True)


def _play(stage: Stage) -> None:
    agents = stage.service.database.write_now(demo_staff, stage.now)
    stage.staff = {str(agent.id): agent.name for agent in agents}
    for name, contact_id in (("小店", "C1020"), ("公司", "C1015"), ("医院", "C1007"), ("银行", "C1001")):
        stage.enter(name, contact_id)
    stage.scene("Friday evening. A 三级 customer asks a common question: the knowledge base answers.")
    stage.says("小店", "在吗")
    stage.says("小店", "打印机连不上wifi了")
    stage.says("小店", choice="helpful:wifi-failed")
    stage.scene(
        "Half an hour before closing: a question nobody wrote an answer for, twice. To a person, with a real promise: "
        "the two hours run on into Saturday, which is a working day this week (调休)."
    )
    stage.at("09T20:30")
    stage.says("小店", "你们能帮我们设计公司logo吗")
    stage.says("小店", "就是想找人做个标志")
    stage.scene("A 二级 customer complains: to a person at once, and the lead hears of it.")
    stage.at("09T20:45")
    stage.says("公司", "我要投诉，上周送来的复印机是翻新的")
    stage.scene("Night. The bot carries the load; a 一级 customer gets one answer, then the time a person will write.")
    stage.at("09T22:10")
    stage.says("医院", "复印机卡纸了怎么办")
    stage.says("医院", "还是不行")
    stage.scene("23:50, and a 特级 customer writes. Fifteen minutes, round the clock; nobody takes it …")
    stage.at("09T23:50")
    stage.says("银行", "营业厅三台打印机都打不出回单，明早要用")
    stage.scene("… a warning, a breach, its escalation.")
    stage.at("10T00:21")
    stage.scene("The agent claims, answers; the clock is settled. No rating is asked for at night.")
    bank = stage.ticket("银行")
    stage.does(agents[0], bank, Claim(), Reply("您好，我是值班工程师林涛，已远程连上服务器，正在处理打印队列。", "1"))
    stage.at("10T00:40")
    stage.does(agents[0], bank, Record("assessed"), Record("work_done"), Resolve(why=QUICK[0]))
    stage.scene("Saturday 08:00: now the rating may be asked for.")
    stage.at("10T08:00")
    stage.says("银行", rating=5)
    stage.scene("The morning's work: every promise of the night is still ahead of its deadline.")
    for name, agent in (("医院", agents[0]), ("公司", agents[1]), ("小店", agents[1])):
        stage.does(agent, stage.ticket(name), Claim(), Reply("您好，已收到您的问题，我来跟进。", "1"))
    stage.at("10T08:30")
    stage.does(agents[1], stage.ticket("小店"), Resolve())
    stage.says("小店", "没有了 谢谢")
    _sum_up(stage)


def _sum_up(stage: Stage) -> None:
    stage.scene("What became of every first contact:")
    for row in stage.service.database.read_now(_first_contacts):
        late = "broken" if row.breached_at else "kept"
        due = row.due_at.astimezone(stage.service.rules.policy.zone)
        stage.console.print(
            f"  #{row.ticket_id} {row.tier} {row.queue}: due {due:%m-%d %H:%M}, {row.state}, promise {late}"
        )


def demo_staff(db: Connection, now: datetime) -> list[Staff]:
    """Add the demo's two agents and return them."""
    ids = [
        add_staff(db, "lintao", "林涛", "agent", ["特级专席", "一级专属"], "-", now),
        add_staff(db, "zhaomin", "赵敏", "agent", ["二级专员", "通用客服", "投诉处理"], "-", now),
    ]
    return [who for staff_id in ids if (who := get_staff(db, staff_id)) is not None]


def _next_due(db: Connection) -> datetime | None:
    return min((at for at in (sweep.next_due(db), waking.next_wake(db)) if at is not None), default=None)


def _lines(db: Connection, name: str, after: int) -> list[message_store.Message]:
    found = conversations.find_conversation(db, WEB, name)
    return message_store.transcript(db, found.id, after) if found else []


def _notices(db: Connection, after: int) -> list[Row[Any]]:
    return list(db.execute(select(notices).where(notices.c.id > after).order_by(notices.c.id)))


def _first_contacts(db: Connection) -> list[Row[Any]]:
    columns = (tickets.c.tier, tickets.c.queue, deadlines)
    query = select(*columns).join_from(deadlines, tickets)
    return list(db.execute(query.where(deadlines.c.milestone == "first_contact").order_by(tickets.c.id)))


def _tapped(line: message_store.Message) -> str:
    verb = str(line.meta.get("choice", "")).partition(":")[0]
    return {"helpful": "［有帮助］", "unhelpful": "［没帮助］", "person": "［转人工］"}.get(verb, verb)


def _in_words(action: Action) -> str:
    match action:
        case Claim():
            return "claims"
        case Record(fact):
            return f"records {fact}"
        case Resolve():
            return "resolves"
        case _:
            return type(action).__name__
