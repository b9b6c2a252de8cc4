"""A desk with many open tickets, agents who can sign in, and talks behind every ticket."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, func, select

from bot.agents.actions import Claim, Reply, act
from bot.app import open_service, utc_now
from bot.auth.passwords import hash_password
from bot.config.settings import read_settings
from bot.delivery.customer_messages import WEB
from bot.dialogue import intake
from bot.first_start import load_samples
from bot.messages import Incoming
from bot.rules import Rules
from escalation.roles import ALL_QUEUES, Role
from escalation.staff import Staff, add_staff, all_staff
from escalation.tickets.ticket_store import tickets

PASSWORD = "a password for the console"  # of invented people
PEOPLE: tuple[tuple[str, str, Role], ...] = (
    ("lin", "小林", "agent"),
    ("wang", "小王", "agent"),
    ("chen", "陈组长", "lead"),
)
SAYINGS = (
    "打印机卡纸了，按说明弄了半天还是不行，转人工",
    "发票抬头开错了能不能重开，转人工",
    "我的订单三天了还没发货，转人工",
    "请问保修期多久，需要寄回去吗，转人工",
    "设备一直报错 E05，影响办公了，转人工",
    "安装师傅约的上午没有来，请给个说法，转人工",
)
FURTHER = ("有人在吗", "还是不行，麻烦快一点", "型号是 M2051，买了两年", "好的，谢谢", "我下午三点以后方便接电话")
AT_ONCE = 50  # tickets in one transaction
MINUTES = 150  # before now within which they came


def fill(folder: Path, count: int, seed: int = 4) -> Sequence[Staff]:
    """Write the samples, PEOPLE and `count` open tickets, a fifth of them in the first agent's hands."""
    environment = {"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}
    service = open_service(read_settings(environment, data=str(folder)))
    try:
        load_samples(service)
        rules, now = service.rules, utc_now()
        hired = [service.database.write_now(_hire, login, name, role, now) for login, name, role in PEOPLE]
        chance = random.Random(seed)  # nothing secret
        for begun in range(0, count, AT_ONCE):
            numbers = range(begun, min(count, begun + AT_ONCE))
            service.database.write_now(_open, rules, numbers, hired[0], chance, now)
        return hired
    finally:
        service.database.close()


def _hire(db: Connection, login: str, name: str, role: Role, now: datetime) -> Staff:
    number = add_staff(db, login, name, role, (ALL_QUEUES,), hash_password(PASSWORD), now)
    return next(one for one in all_staff(db) if one.id == number)


def _open(db: Connection, rules: Rules, numbers: range, agent: Staff, chance: random.Random, now: datetime) -> None:
    for number in numbers:
        at = now - timedelta(seconds=chance.randrange(60, MINUTES * 60))
        address = f"visitor-{number:05d}"
        for text in (chance.choice(SAYINGS), "转人工"):
            intake.receive(db, rules, Incoming(WEB, address, uuid4().hex, "text", text), None, at)
        ticket_id = db.scalar(select(func.max(tickets.c.id))) or 0
        if number % 5 == 0:
            act(db, rules, agent, ticket_id, Claim(), at + timedelta(seconds=20))
            act(
                db,
                rules,
                agent,
                ticket_id,
                Reply("您好，我是小林，正在为您查看。", uuid4().hex),
                at + timedelta(seconds=40),
            )
        if number % 3 == 0:
            saying = Incoming(WEB, address, uuid4().hex, "text", chance.choice(FURTHER))
            intake.receive(db, rules, saying, None, at + timedelta(seconds=55))


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--tickets", type=int, default=200)
    asked = options.parse_args()
    fill(asked.folder, asked.tickets)
