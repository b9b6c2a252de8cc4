"""Customers' journeys from `journeys.txt`, played on a running server; every text they are shown is kept."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from benchmarks.outside.clock import Clock
from benchmarks.outside.console import Staff, new_client
from benchmarks.outside.customer import Customer
from benchmarks.outside.tables import opened
from benchmarks.outside.tree import Tree

SCRIPT = Path(__file__).with_name("journeys.txt")
BREATH = timedelta(seconds=1)  # before each step
GATHERED = timedelta(seconds=8)  # after what a customer wrote: longer than fragments are waited for
TAKES_TIME = ("at", "wait", "run")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Journey:
    """A name and its steps, each a verb and the rest of its line."""

    name: str
    steps: tuple[tuple[str, str], ...]


@dataclass
class Stage:
    """A server, its clock, and the staff that are signed in."""

    tree: Tree
    clock: Clock
    client: httpx.Client
    staff: Mapping[str, Staff]
    customer: Customer = field(init=False)

    def play(self, journey: Journey) -> Iterator[str]:
        """The journey's lines: every step, and what the customer was shown after it."""
        self.customer = Customer(self.client)
        for verb, rest in journey.steps:
            self.clock.advance(BREATH)
            yield f"\n> {verb} {rest}".rstrip()
            if told := self._do(verb, rest):
                yield told
            self.clock.settle(always=verb in TAKES_TIME)
            if self.customer.token and verb not in ("open", "and"):
                yield from self.customer.read()

    def _do(self, verb: str, rest: str) -> str:  # noqa: C901, PLR0912  # one line per verb of the script
        match verb:
            case "at":
                self.clock.leap(datetime.fromisoformat(rest))
            case "wait":
                self.clock.advance(duration(rest))
            case "open":
                return self.customer.open(self._token(rest) if rest else None)
            case "identify":
                return self.customer.post("identify", token=self._token(rest))
            case "and":
                return self.customer.write(text=rest)
            case "say":
                return self._then(self.customer.write(text=rest))
            case "tap":
                return self._tap(rest)
            case "rate":
                return self._then(self.customer.write(rating=int(rest)))
            case "post":
                return self._then(self.customer.post(**json.loads(rest)))
            case "send":
                return self._then(self.customer.send_file(*rest.split()))
            case "staff":
                return self._act(*shlex.split(rest))
            case "run":
                [told] = self.tree.batch([shlex.split(rest)])
                return f"{told.code}\n{told.out}{told.err}".rstrip()
            case _:
                raise ValueError(f"the script has no such step: {verb}")
        return ""

    def _then(self, told: str) -> str:
        self.clock.advance(GATHERED)
        return told

    def _tap(self, label: str) -> str:
        found = [each["choice"] for each in self.customer.buttons if each["label"].startswith(label)]
        return self._then(self.customer.write(choice=found[0])) if found else "there is no such button"

    def _token(self, contact_id: str) -> str:
        [told] = self.tree.batch([["customers", "link", contact_id]])
        return told.out.strip().partition("#token=")[2] or contact_id

    def _act(self, login: str, move: str, *fields: str) -> str:
        given = dict(each.replace("\\n", "\n").split("=", 1) for each in fields)
        path = move if move.startswith("/") else f"/console/tickets/{self._ticket()}/{move}"
        return self._then(self.staff[login].act(path, {"key": f"outside-{self.clock.now.timestamp():.0f}", **given}))

    def _ticket(self) -> int:
        with opened(self.clock.database) as db:
            query = "SELECT ticket_id FROM conversations WHERE ticket_id IS NOT NULL ORDER BY id DESC"
            return int(db.execute(query).fetchone()[0])


def read_journeys(text: str) -> list[Journey]:
    """A script: `## name`, then one step a line; lines that begin with `# ` say something to the reader."""
    found: list[Journey] = []
    for block in text.split("\n## ")[1:]:
        name, *lines = block.splitlines()
        steps = [line.partition(" ") for line in lines if line.strip() and not line.startswith("# ")]
        found.append(Journey(name.strip(), tuple((verb, rest.strip()) for verb, _, rest in steps)))
    return found


def duration(text: str) -> timedelta:
    """`90s`, `15m`, `2h` or `1d`."""
    return timedelta(**{UNITS[text[-1]]: int(text[:-1])})


def signed_in(url: str, passwords: Mapping[str, str]) -> dict[str, Staff]:
    """Everybody whose password is known, each with a client of their own."""
    found = {login: Staff(new_client(url), login, password) for login, password in passwords.items()}
    for member in found.values():
        member.sign_in()
    return found
