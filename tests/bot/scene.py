"""A small company with a handful of questions: customers write, staff act, time passes, and we look at every row."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, select

from bot.agents.actions import Action, Claim, act
from bot.delivery import outbox
from bot.dialogue import intake
from bot.dialogue.customer import link_contact
from bot.dialogue.intake import Receipt
from bot.files.escalation_files import read_customer_file
from bot.first_start import SAMPLE_CUSTOMERS
from bot.jobs import alarm_clock
from bot.messages import File, Incoming
from bot.notifications.notice_tables import notices
from bot.notifications.publish import announce_now
from bot.rules import Rules
from bot.storage.database import Database
from bot.topic_sync import topics
from bot.transcript import conversations, message_store, waking
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording import phrases
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord
from escalation.policy.default_wording import DEFAULT_NUMBER
from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES, Role
from escalation.staff import Staff, add_staff, get_staff
from escalation.tickets import deadline_store, ending, sweep, ticket_store
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.events import TicketWithdrawn
from escalation.tickets.history import history_of
from escalation.tickets.lifecycle import Ticket
from escalation.vault import Vault
from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import Candidate
from knowledge_base.model.calibration import Thresholds

ORDER = Article("order-query", "订单", "怎么查订单", ("我的订单在哪儿看", "查订单"), "点「我的订单」即可查看。")
WIFI = Article("wifi-failed", "故障", "打印机连不上wifi怎么办", ("那个打印机 连不上wifi了",), "请重启路由器后再试。")
JAM = Article("paper-jam", "故障", "打印机卡纸怎么办", ("卡纸了",), "请打开后盖取出卡住的纸。")
FEE = Article("install-fee", "安装", "安装人工费多少钱", ("安装要另外收费吗",), "标准安装免费。")
INVOICE = Article("invoice-how", "发票", "怎么开发票", ("发票怎么开",), "在订单页点「申请发票」。")
TONER = Article("toner-price", "耗材", "硒鼓多少钱", ("硒鼓价格",), "以商品页标价为准。")
RENT = Article("rent-price", "合同", "租打印机多少钱", ("租机价格",), "月租 199 元起。")
ARTICLES = (ORDER, WIFI, JAM, FEE, INVOICE, TONER, RENT)

# What the matching is taken to find for words that are no question word for word; anything else is unknown.
SCRIPT: Mapping[str, Sequence[tuple[Article, float]]] = {
    "打印机有点问题": [
        (WIFI, 0.8),
        (JAM, 0.79),
        (TONER, 0.7),
        (RENT, 0.66),
        (FEE, 0.65),
        (INVOICE, 0.62),
        (ORDER, 0.61),
    ],
    "那个打印机": [(WIFI, 0.7), (JAM, 0.65)],
    "纸卡在里面出不来": [(JAM, 0.95), (WIFI, 0.3)],
    "我要投诉你们打印机老卡纸": [(JAM, 0.95)],
    "打印机卡纸还冒烟": [(JAM, 0.97)],
    "想了解一下租机": [(RENT, 0.91)],
}

UNKNOWN = "帮我写一首关于秋天的诗"  # no question of ours, no wish, no word of any list

_numbers = itertools.count(1)


class ScriptedRules(Rules):
    """Word-for-word hits are found as ever; how near anything else comes is written above."""

    def rank(self, text: str, tier: str, now: datetime) -> tuple[Candidate, ...]:
        """Exact hits first, then what the script says."""
        exact = tuple(candidate for candidate in super().rank(text, tier, now) if candidate.exact)
        near = (Candidate(article, article.question, sure, False) for article, sure in SCRIPT.get(text, ()))
        return exact or tuple(near)

    @property
    def learned(self) -> Thresholds:
        """As if learned, so that the figures of the script mean what they say."""
        return Thresholds(0.86, 0.15)


@dataclass
class Visitor:
    """Somebody at one address of one channel."""

    scene: Scene
    address: str = "anna"
    channel: str = "web"
    origin: str = ""
    seen: int = field(default=0, init=False)

    def say(self, text: str, *, settle: bool = True, key: str | None = None) -> list[str]:
        """Write, wait until nothing more is expected, and read what is said in return."""
        receipt = self.send("text", text=text, key=key)
        if settle and receipt.composing:
            self.scene.pass_time(seconds=3)
        return self.read()

    def tap(self, choice: str, key: str | None = None) -> list[str]:
        """Tap a button."""
        self.send("choice", choice=choice, key=key)
        return self.read()

    def rate(self, score: int) -> list[str]:
        """Tap a number."""
        self.send("rating", rating=score)
        return self.read()

    def send_file(
        self, name: str = "机器.jpg", mime: str = "image/jpeg", content: bytes = b"\xff\xd8picture"
    ) -> list[str]:
        """Send a picture, a voice message, a document."""
        self.send("file", file=File(name, mime, len(content), content))
        return self.read()

    def send(self, kind: Any, *, key: str | None = None, **what: Any) -> Receipt:
        """Anything at all, as the door hands it in."""
        key = f"{self.address}:{key or f'auto-{next(_numbers)}'}"
        message = Incoming(self.channel, self.address, key, kind, origin=self.origin, **what)
        return self.scene.write(intake.receive, self.scene.rules, message, None, self.scene.now)

    def identify(self, contact_id: str) -> None:
        """The host site vouches for them."""
        self.scene.write(_identify, self.scene.rules, self, contact_id, self.scene.now)

    def read(self) -> list[str]:
        """What was said to them since they last looked."""
        fresh = [line for line in self.lines() if line.id > self.seen]
        self.seen = fresh[-1].id if fresh else self.seen
        return [line.text for line in fresh if line.author != "customer"]

    def lines(self) -> list[Message]:
        """The whole transcript."""
        found = self.conversation
        return self.scene.read(message_store.transcript, found.id) if found else []

    def buttons(self) -> list[str]:
        """The choices under the latest line."""
        return [button["choice"] for button in self.lines()[-1].meta.get("buttons", [])]

    @property
    def conversation(self) -> Conversation | None:
        """What is remembered of them."""
        return self.scene.read(conversations.find_conversation, self.channel, self.address)


@cache
def _index(fillers: tuple[str, ...]) -> Index:
    return build(ARTICLES, revision=1, fillers=fillers)


@cache
def _sample_customers(tiers: tuple[str, ...]) -> tuple[CustomerRecord, ...]:
    return tuple(read_customer_file(SAMPLE_CUSTOMERS, tiers=tiers))


class Scene:
    """The rooms behind the doors, on one database, with a clock that moves only when told to."""

    def __init__(self, database: Database, policy: Policy, vault: Vault, clock: Any) -> None:
        self.database, self.policy, self.vault, self.clock = database, policy, vault, clock
        self.rules: Rules = ScriptedRules(policy, vault, _index(policy.words["filler"]))
        database.before_commit = lambda db: topics.mark_changed(db, self.rules, self.now)

    @property
    def now(self) -> datetime:
        """The instant."""
        return self.clock.now

    def write(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """One transaction."""
        return self.database.write_now(fn, *args, **kwargs)

    def read(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """A look."""
        return self.database.read_now(fn, *args, **kwargs)

    def visitor(self, address: str = "anna", channel: str = "web", customer: str | None = None) -> Visitor:
        """Somebody new; `customer`: proven to be this contact from the start."""
        visitor = Visitor(self, address, channel)
        if customer is not None:
            self.know(customer)
            visitor.identify(customer)
        return visitor

    def know(self, *contact_ids: str) -> None:
        """These contacts, and those of the same organisations, are in the CRM."""
        records = _sample_customers(tuple(self.policy.tiers))
        houses = {record.organisation for record in records if record.id in contact_ids}
        for record in records:
            if record.organisation in houses:
                self.write(customer_store.save_customer, self.vault, self.policy, record, self.now)

    def staff(self, login: str = "li", role: Role = "agent", queues: Sequence[str] = (ALL_QUEUES,)) -> Staff:
        """A new member of staff."""
        found = self.read(get_staff, self.write(add_staff, login, f"客服{login}", role, queues, "-", self.now))
        assert found is not None
        return found

    def act(self, who: Staff, action: Action, ticket_id: int | None = None) -> None:
        """A member of staff does something, with the newest ticket unless another is named."""
        self.write(act, self.rules, who, ticket_id or self.ticket.id, action, self.now)

    def claimed_by(self, who: Staff) -> Staff:
        """They take the newest ticket."""
        self.act(who, Claim())
        return who

    def withdraw(self, ticket_id: int | None = None) -> TicketWithdrawn:
        """Its customer withdraws a ticket, the newest unless another is named, and staff hear of it."""
        number = ticket_id or self.ticket.id
        event: TicketWithdrawn = self.write(_withdraw, self.rules, number, self.now)
        return event

    def pass_time(self, **span: float) -> None:
        """Time passes, and whatever falls due in it happens at its instant."""
        end = self.now + timedelta(**span)
        for _ in range(500):
            due = [
                at for at in (self.read(sweep.next_due), self.read(waking.next_wake)) if at is not None and at <= end
            ]
            if not due:
                self.clock.now = end
                return
            self.clock.now = max(self.now, min(due))
            self.run_due()
        raise AssertionError("time does not pass: something falls due again and again")

    def run_due(self) -> None:
        """One look of the alarm clock."""
        while self.write(alarm_clock.sweep_some, self.rules, self.now):
            pass
        for conversation in self.read(waking.due_conversations, self.now):
            self.write(intake.continue_held, self.rules, conversation.id, None, self.now)

    @property
    def tickets(self) -> list[Ticket]:
        """All of them, newest first."""
        return self.read(ticket_store.find_tickets)

    @property
    def ticket(self) -> Ticket:
        """The newest."""
        return self.tickets[0]

    def clocks(self, milestone: str, ticket_id: int | None = None) -> list[DeadlineRow]:
        """Every clock of this milestone that ever ran on a ticket."""
        return [
            row
            for row in self.read(deadline_store.deadlines_of, ticket_id or self.ticket.id)
            if row.milestone == milestone
        ]

    def history(self, kind: str, milestone: str) -> list[datetime]:
        """When the newest ticket's history has lines of this kind on this milestone."""
        lines = self.read(history_of, self.ticket.id)
        return [line.at for line in lines if line.kind == kind and line.data.get("milestone") == milestone]

    def clocks_of(self, ticket_id: int) -> list[DeadlineRow]:
        """Every clock that ever ran on a ticket."""
        return list(self.read(deadline_store.deadlines_of, ticket_id))

    def clock_of(self, milestone: str, ticket_id: int | None = None) -> DeadlineRow:
        """The latest of them."""
        return self.clocks(milestone, ticket_id)[-1]

    def notices(self, kind: str | None = None) -> list[tuple[str, str, str]]:
        """(kind, audience, name) of every notice to staff, oldest first."""
        rows = self.read(lambda db: db.execute(select(notices).order_by(notices.c.id)).all())
        return [(row.kind, row.audience, row.name) for row in rows if kind in (None, row.kind)]

    def posted(self, channel: str) -> list[Any]:
        """Rows of the outbox."""
        query = select(outbox.outbox).where(outbox.outbox.c.channel == channel).order_by(outbox.outbox.c.id)
        return list(self.read(lambda db: db.execute(query).all()))

    def count(self, table: Any) -> int:
        """How many rows a table holds."""
        return int(self.read(lambda db: db.scalar(select(func.count()).select_from(table))))

    def sentence(self, wording: str, by: str = "", language: str = "zh-Hans") -> str:
        """A sentence of the policy."""
        return phrases.say(self.policy, wording, language, number=DEFAULT_NUMBER, **({"by": by} if by else {}))


def _withdraw(db: Connection, rules: Rules, ticket_id: int, now: datetime) -> TicketWithdrawn:
    event = ending.withdraw(db, rules.policy, ticket_id, now)
    announce_now(db, rules, [event], now)
    return event


def _identify(db: Connection, rules: Rules, visitor: Visitor, contact_id: str, now: datetime) -> None:
    conversation = conversations.lock_conversation(db, visitor.channel, visitor.address, now)
    known = link_contact(db, rules, conversation, contact_id, "token", now)
    conversations.save_conversation(db, known, now)
