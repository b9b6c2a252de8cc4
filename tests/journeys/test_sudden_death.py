"""kill -9 at every commit of a conversation: what is left is exactly what an undisturbed conversation leaves."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from bot.agents.actions import Claim, Reply
from bot.app import SAMPLE_FAQ
from bot.auth.passwords import is_password
from bot.delivery import outbox
from bot.transcript import conversations, message_store
from escalation.customers.customer_rows import contacts
from escalation.staff import Staff, find_credentials, staff
from escalation.tickets import deadline_store, history
from knowledge_base.revisions.revision_store import revisions
from tests.journeys.people import Desk, Page, desk_at, new_client, own_policy, sentence
from tests.patience import patience
from tests.processes import ROOT, Server, eventually, jiedai

LAUNCHER = (str(ROOT / "tests" / "journeys" / "launcher.py"),)
INSTANT = re.compile(r"(今天|(\d+年)?\d+月\d+日（周.）) ?\d\d:\d\d|\d+ (分钟|小时)")


class Mortal:
    """A server whose death can be arranged, with a successor standing by."""

    def __init__(self, folder: Path, policy: Path, database: str = "") -> None:
        self.folder, self.policy, self.database = folder, policy, database
        self.death = folder / "death.json"
        self.data = folder / "data"
        self.deaths = 0
        self._numbers = itertools.count()
        self.successor = self._stand_by()
        self.server = self._rise()

    def arrange(self, when: str, nth: int) -> None:
        """The nth commit from now on is the last moment of whoever serves then."""
        aside = self.death.with_suffix(".new")
        aside.write_text(json.dumps({"when": when, "nth": nth, "of": self.deaths}), encoding="utf-8")
        aside.replace(self.death)

    def spare(self) -> bool:
        """Nobody dies after all; True if it had not come to that."""
        with contextlib.suppress(FileNotFoundError):
            self.death.unlink()
            return True
        return False

    def insist(self, attempt: Callable[[str], httpx.Response]) -> httpx.Response:
        """As a client does: try the same again until it is acknowledged, whoever serves."""
        while True:
            try:
                answer = attempt(self.server.url)
            except httpx.TransportError:
                assert self.server.process is not None
                assert self.server.process.wait(patience(10)) == -9, self.server.complained
                self.deaths += 1
                self.server = self._rise()
            else:
                assert answer.status_code in (200, 201), answer.text
                return answer

    def close(self) -> None:
        """Leave no process behind."""
        self.server.kill()
        self.successor.kill()

    def _stand_by(self) -> Server:
        number = next(self._numbers)
        given = {"JOURNEY_DEATH": str(self.death), "JOURNEY_START": str(self.folder / f"start-{number}")}
        given["PYTHONPATH"] = str(ROOT)
        successor = Server(self.data, self.database, self.policy, LAUNCHER, given, starts=number)
        successor.begin()
        return successor

    def _rise(self) -> Server:
        risen = self.successor
        Path(risen.environment["JOURNEY_START"]).touch()
        self.successor = self._stand_by()
        return risen.wait()


@contextmanager
def mortal(folder: Path, database: str = "") -> Iterator[tuple[Mortal, Desk, Staff]]:
    """A mortal server on a policy that gathers fragments for a second only, with the sample questions and an agent."""
    folder.mkdir()
    policy = own_policy(folder, ("gather: 3s", "gather: 1s"))
    where = ["--data", str(folder / "data"), "--policy", str(policy), *(["--database", database] if database else [])]
    imported = jiedai("kb", "import", SAMPLE_FAQ, *where)
    assert imported.returncode == 0, imported.stderr
    one = Mortal(folder, policy, database)
    try:
        with desk_at(one.server) as desk:
            yield one, desk, desk.hire("lin", "小林")
    finally:
        one.close()


class Story:
    """A short conversation with everything in it that writes: a session, words, taps, a hand-off, a reply, a breach."""

    def __init__(self, one: Mortal, desk: Desk, agent: Staff, http: httpx.Client) -> None:
        self.one, self.desk, self.agent, self.http = one, desk, agent, http
        self.acknowledged: list[int] = []
        answer = one.insist(lambda url: http.post(f"{url}/api/chat/sessions", json={}))
        self.page = Page(http, "", answer.json()["session_token"])

    def tell(self) -> dict[str, Any]:
        """From the first word to the breach; what it left behind."""
        self._post(text="在吗")  # held for a second, in case more follows
        self._hear(sentence("greeting"))
        self._post(text="怎么取消订单")
        self._hear("取消订单")
        self._post(choice="unhelpful:order-cancel")
        self._hear(sentence("try_again"))
        self._post(text="转人工")
        self._hear("最晚")
        self._post(text="订单号 YY20261120")
        self._hear(sentence("appended"))
        (ticket,) = self.desk.tickets_of(self.page)
        self.desk.let_pass([ticket.id], timedelta(hours=2, seconds=5))
        self._keep_alive(lambda: self.desk.noticed(ticket.id, "breach"))
        self.desk.do(self.agent, ticket.id, Claim())
        self.desk.do(self.agent, ticket.id, Reply("您好，已为您取消。", "reply"))
        self._post(text="谢谢")
        return self._left_behind(ticket.id)

    def _post(self, **message: Any) -> None:
        key = self.page.key()
        answer = self.one.insist(lambda url: self.page.move(url).post(key=key, **message))
        if answer.json()["id"] is not None:
            self.acknowledged.append(answer.json()["id"])

    def _hear(self, words: str) -> None:
        self._keep_alive(lambda: words in str([line for line in self._lines() if line["author"] == "bot"]))

    def _lines(self) -> list[dict[str, Any]]:
        address = "{}/api/chat/messages".format
        answer = self.one.insist(lambda url: self.http.get(address(url), headers=self.page.headers))
        return answer.json()["messages"]  # type: ignore[no-any-return]

    def _keep_alive(self, check: Callable[[], Any]) -> None:
        # Asked through the server each time, so that one that died by itself is succeeded.
        eventually(lambda: self._lines() and check(), within=20)

    def _left_behind(self, ticket_id: int) -> dict[str, Any]:
        desk, conversation = self.desk, self.desk.conversation_of(self.page)
        lines = desk.read(message_store.transcript, conversation)
        assert {line.id for line in lines} >= set(self.acknowledged), "what was acknowledged is there"
        tables = (deadline_store.deadlines, history.ticket_events)
        deadlines, events = (desk.rows(select(t).where(t.c.ticket_id == ticket_id)) for t in tables)
        # That the topic comes often is told at the tenth ticket of a service, whoever died meanwhile.
        told = [(*whom, _timeless(text)) for *whom, text in desk.notices_of(ticket_id) if whom[0] != "recurring"]
        kept = desk.read(conversations.get_conversation, conversation)
        return {
            "lines": [(line.author, line.kind, _timeless(line.text), line.ticket_id is not None) for line in lines],
            "pending": len(desk.read(message_store.pending, conversation)),
            "tickets": [(t.queue, t.state, t.holder_id, t.subject, t.reason) for t in desk.tickets_of(self.page)],
            "deadlines": sorted((d.milestone, d.state, d.step, d.breached_at is not None) for d in deadlines),
            "events": [event.kind for event in events if event.kind != "recurred"],
            "notices": sorted(told),
            "outbox": [_timeless(row.text) for row in desk.rows(select(outbox.outbox))],
            "conversation": (kept.misses, kept.awaiting, kept.held_until, kept.hand_over_at, kept.question),
        }


@pytest.mark.timeout(240)
def test_death_at_any_commit_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        chains = [threads.submit(_die_at_every_commit, tmp_path / when, when) for when in ("before", "after")]
        assert [chain.result() >= 8 for chain in chains] == [True, True]


def _die_at_every_commit(folder: Path, when: str) -> int:
    with mortal(folder) as (one, desk, agent), new_client() as http:
        undisturbed = Story(one, desk, agent, http).tell()
        assert one.deaths == 0
        for nth in itertools.count(1):
            one.arrange(when, nth)
            assert Story(one, desk, agent, http).tell() == undisturbed, f"killed {when} commit {nth}"
            if one.spare():  # the conversation has no nth commit: all of them had their turn
                assert one.deaths == nth - 1
                break
    return one.deaths


@pytest.mark.timeout(240)
def test_death_at_some_commits_on_postgresql(tmp_path: Path, http: httpx.Client, prepared_postgres: str) -> None:
    with mortal(tmp_path / "house", prepared_postgres) as (one, desk, agent):
        undisturbed = Story(one, desk, agent, http).tell()
        for when, nth in (("before", 3), ("after", 6), ("before", 8)):
            one.arrange(when, nth)
            assert Story(one, desk, agent, http).tell() == undisturbed, f"killed {when} commit {nth}"
            assert not one.spare()


@pytest.mark.timeout(240)
def test_death_while_starting_for_the_first_time_loses_nothing_either(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        chains = [
            threads.submit(_die_at_every_commit_of_a_start, tmp_path / when, when) for when in ("before", "after")
        ]
        # The tables, the samples and the first administrator.
        assert [chain.result() >= 3 for chain in chains] == [True, True]


def _die_at_every_commit_of_a_start(folder: Path, when: str) -> int:
    folder.mkdir()
    for nth in itertools.count(1):
        death = folder / f"{nth}.json"
        death.write_text(json.dumps({"when": when, "nth": nth}), encoding="utf-8")
        given = {"JOURNEY_DEATH": str(death), "PYTHONPATH": str(ROOT)}
        first = Server(folder / str(nth), program=LAUNCHER, environment=given)
        try:
            first.begin()
            eventually(lambda: not first.is_alive or "Ctrl-C" in first.said, within=30)  # noqa: B023
        finally:
            first.kill()
        if death.exists():
            break
        _see_it_complete(Server(folder / str(nth)))
    return nth - 1


def _see_it_complete(server: Server) -> None:
    with server, desk_at(server) as desk:
        counted = [desk.rows(select(func.count()).select_from(table))[0][0] for table in (revisions, staff, contacts)]
        assert counted[:2] == [1, 1]
        assert counted[2] > 20
        found = desk.read(find_credentials, "admin")
        password = (server.data / "first-console-password").read_text(encoding="utf-8").strip()
        assert is_password(found[1], password), "nobody is locked out"


def _timeless(text: str) -> str:
    return INSTANT.sub("then", re.sub(r"#\d+", "#n", text))
