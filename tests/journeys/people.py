"""The people of a journey: a customer's page over HTTP, an agent at the desk, and the ledger both leave behind."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

import httpx
import jwt
from sqlalchemy import Connection, select, update

from bot.agents.actions import Action, act
from bot.app import open_service, utc_now
from bot.auth import visitor_sessions
from bot.auth.customer_tokens import AUDIENCE
from bot.auth.passwords import hash_password
from bot.config.settings import EXAMPLE_POLICY, read_settings
from bot.notifications.notice_inbox import FIELD
from bot.notifications.notice_tables import notices
from bot.service import Service
from bot.transcript.conversations import find_conversation
from escalation.customers.customer_store import SavedCustomer, save_customer
from escalation.customers.model import Customer, CustomerRecord, ManualTier
from escalation.policy.reader import read_policy
from escalation.staff import Staff, add_staff
from escalation.tickets.deadline_store import DeadlineRow, deadlines, deadlines_of
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.ticket_store import tickets
from tests.patience import patience
from tests.processes import NeverHappened, Server, eventually

SILENCE = 30  # seconds; twice the stream's own beat


def new_client() -> httpx.Client:
    """A client that trusts no proxy setting of this machine."""
    return httpx.Client(trust_env=False, timeout=patience(30))


@dataclass
class Page:
    """A customer's page on one server (or, after `move`, on another that shares its database)."""

    http: httpx.Client
    url: str
    token: str
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    def open(cls, http: httpx.Client, url: str, customer_token: str | None = None) -> Self:
        """Begin a conversation."""
        body = {"token": customer_token} if customer_token else {}
        answer = http.post(f"{url}/api/chat/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return cls(http, url, answer.json()["session_token"])

    def move(self, url: str) -> Page:
        """The same visitor, on another replica."""
        return Page(self.http, url, self.token, self._keys)

    def key(self) -> str:
        """A key no other message of this page has."""
        return f"k{next(self._keys)}"

    def post(self, **message: Any) -> httpx.Response:
        """Send a message as it is."""
        return self.http.post(f"{self.url}/api/chat/messages", json=message, headers=self.headers)

    def say(self, text: str) -> dict[str, Any]:
        """Send a text and see it acknowledged."""
        return self._acknowledged(text=text)

    def tap(self, choice: str) -> dict[str, Any]:
        """Tap a button and see it acknowledged."""
        return self._acknowledged(choice=choice)

    def transcript(self) -> list[dict[str, Any]]:
        """All lines."""
        return self.state()["messages"]  # type: ignore[no-any-return]

    def state(self) -> dict[str, Any]:
        """Lines, whether the bot is composing, and who has the floor."""
        answer = self.http.get(f"{self.url}/api/chat/messages", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def hears(self, words: str, author: str = "bot") -> dict[str, Any]:
        """Wait for a line with these words."""

        def heard() -> list[dict[str, Any]]:
            return [line for line in self.transcript() if line["author"] == author and words in line["text"]]

        return eventually(heard)[-1]

    @contextmanager
    def listening(self, after: int = 0) -> Iterator[Iterator[dict[str, Any]]]:
        """The stream's events, as they come; half a minute without one is an error, signs of life or not."""
        address = f"{self.url}/api/chat/stream?after={after}"
        with self.http.stream("GET", address, headers=self.headers, timeout=patience(20)) as answer:
            assert answer.status_code == 200
            yield _events(answer)

    @property
    def headers(self) -> dict[str, str]:
        """What proves that this is the same visitor."""
        return {"Authorization": f"Bearer {self.token}"}

    def _acknowledged(self, **message: Any) -> dict[str, Any]:
        answer = self.post(key=self.key(), **message)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]


def _events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    end = time.monotonic() + SILENCE
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line[6:])
            end = time.monotonic() + SILENCE
        if time.monotonic() > end:
            raise NeverHappened(f"no event for {SILENCE} s")


@cache
def sentence(wording: str) -> str:
    """What the bot says on such an occasion, up to the first thing that is filled in."""
    return read_policy(EXAMPLE_POLICY).wording[wording].partition("{")[0]


def signed(secret: str, contact_id: str, *, hours: float = 1) -> str:
    """What a host site signs for a customer it knows."""
    claims = {"sub": contact_id, "aud": AUDIENCE, "exp": int((utc_now() + timedelta(hours=hours)).timestamp())}
    return jwt.encode(claims, secret, algorithm="HS256")


def token_of(server: Server, contact_id: str) -> str:
    """The same, with the secret that this server generated for itself."""
    return signed((server.data / "customer-token-secret").read_text(encoding="utf-8").strip(), contact_id)


@dataclass
class Desk:
    """The company's side, on the same database as the servers."""

    service: Service

    def hire(self, login: str, name: str, role: Any = "agent", password: str | None = None) -> Staff:
        """One more colleague, who works every queue; without a password nobody can sign in as them."""
        now, hashed = self.service.clock(), hash_password(password) if password else "no sign-in in this journey"
        number = self.service.database.write_now(add_staff, login, name, role, ["*"], hashed, now)
        return Staff(number, login, name, role, ["*"])

    def new_customer(self, tier: str) -> Customer:
        """A contact of this tier whom no other test has: their one conversation holds nothing yet."""
        now, rules, name = self.service.clock(), self.service.rules, f"N{token_hex(4)}"
        manual = ManualTier(tier, "测试", (now + timedelta(days=365)).date())
        record = CustomerRecord(name, f"单位 {name}", f"联系人 {name}", 0, None, None, None, manual=manual)
        saved: SavedCustomer = self.service.database.write_now(save_customer, rules.vault, rules.policy, record, now)
        return saved.customer

    def new_contact(self, tier: str) -> str:
        """The id of such a customer's contact."""
        return self.new_customer(tier).contact.id

    def do(self, who: Staff, ticket_id: int, action: Action) -> None:
        """Carry out an action, exactly as the console does."""
        self.service.database.write_now(act, self.service.rules, who, ticket_id, action, self.service.clock())

    def read(self, query: Callable[..., Any], *arguments: Any) -> Any:
        """Look something up."""
        return self.service.database.read_now(query, *arguments)

    def rows(self, statement: Any) -> list[Any]:
        """What a query finds."""
        return self.read(lambda db: list(db.execute(statement)))  # type: ignore[no-any-return]

    def conversation_of(self, page: Page) -> int:
        """The conversation behind a page."""
        return self.read(_conversation_of, page.token)  # type: ignore[no-any-return]

    def ticket_of(self, page: Page) -> Ticket:
        """The newest ticket of a page, once there is one."""
        return eventually(lambda: self.tickets_of(page))[-1]

    def tickets_of(self, page: Page) -> list[Ticket]:
        """All tickets of a page."""
        columns = [tickets.c[each.name] for each in fields(Ticket)]
        mine = tickets.c.conversation_id == self.conversation_of(page)
        return [Ticket(*row) for row in self.rows(select(*columns).where(mine).order_by(tickets.c.id))]

    def deadline(self, ticket_id: int, milestone: str) -> DeadlineRow:
        """The latest clock of this milestone."""
        found: list[DeadlineRow] = self.read(deadlines_of, ticket_id)
        return [row for row in found if row.milestone == milestone][-1]

    def let_pass(self, ticket_ids: list[int], span: timedelta) -> None:
        """As if these tickets had been opened so much earlier."""
        self.service.database.write_now(_let_pass, ticket_ids, span)

    def noticed(self, ticket_id: int, kind: str) -> list[tuple[str, str, str]]:
        """Who was told of such a thing, and in which words."""
        return [told[1:] for told in self.notices_of(ticket_id) if told[0] == kind]

    def notices_of(self, ticket_id: int) -> list[tuple[str, str, str, str]]:
        """All that staff were told about a ticket: kind, kind of audience, audience, words."""
        vault = self.service.rules.vault
        found = self.rows(select(notices).where(notices.c.ticket_id == ticket_id).order_by(notices.c.id))
        return [(row.kind, row.audience, row.name, vault.open(row.text, row=row.ref, field=FIELD)) for row in found]


@contextmanager
def desk_at(server: Server) -> Iterator[Desk]:
    """The company's side of a running server."""
    policy = str(server.policy) if server.policy else None
    environment = {"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none", **server.environment}
    settings = read_settings(environment, data=str(server.data), database=server.database, policy=policy)
    service = open_service(settings)
    try:
        yield Desk(service)
    finally:
        service.database.close()


def _conversation_of(db: Connection, token: str) -> int:
    address = visitor_sessions.address_of(db, token, utc_now())
    found = find_conversation(db, "web", address or "")
    assert found is not None, "something was said"
    return found.id


def _let_pass(db: Connection, ticket_ids: list[int], span: timedelta) -> None:
    for row in db.execute(select(deadlines).where(deadlines.c.ticket_id.in_(ticket_ids))).all():
        instants = {name: getattr(row, name) for name in ("started_at", "due_at", "warn_at", "next_at")}
        earlier = {name: at - span for name, at in instants.items() if at is not None}
        db.execute(update(deadlines).where(deadlines.c.id == row.id).values(**earlier))


def own_policy(folder: Path, *changes: tuple[str, str]) -> Path:
    """The example policy with some of its words replaced; its service never closes, so that no hour matters."""
    text = EXAMPLE_POLICY.read_text(encoding="utf-8")
    always = (("    working_days_only: true\n", ""), ('hours: ["08:00-21:00"]', 'hours: ["00:00-24:00"]'))
    for old, new in (*always, *changes):
        assert old in text, f"the example policy no longer says {old!r}"
        text = text.replace(old, new)
    path = folder / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return path
