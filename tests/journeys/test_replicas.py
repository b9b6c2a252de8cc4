"""Two processes on one database are one service: what one takes in the other shows, and nothing happens twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot.agents.actions import Claim, Reply
from escalation.customers.customer_rows import contacts
from escalation.staff import staff
from escalation.tickets.deadline_store import deadlines
from escalation.tickets.history import ticket_events
from knowledge_base.revisions.revision_store import revisions
from tests.journeys.people import Desk, Page, desk_at, sentence, signed
from tests.processes import Server, eventually, jiedai

SECRET = "a secret that both replicas were given, 32 bytes or more"
TICKETS = 24


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def replicas(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    """Two servers that begin at the same instant on one new database."""
    folder = tmp_path_factory.mktemp("replicas")
    with ExitStack() as stack:
        servers = [stack.enter_context(_closing(server)) for server in _two(request, folder)]
        with ThreadPoolExecutor(2) as threads:
            yield list(threads.map(lambda server: server.start(), servers))


def _two(request: pytest.FixtureRequest, folder: Path) -> list[Server]:
    given = {"JIEDAI_CUSTOMER_TOKEN_SECRET": SECRET}
    if request.param == "sqlite":
        return [Server(folder / "data", environment=given) for _ in range(2)]
    url = request.getfixturevalue("postgres_databases").empty()
    # Two machines: each has a folder of its own, and the keys to personal data come from the operator.
    done = jiedai("db", "upgrade", "--database", url, "--data", folder / "one")
    assert done.returncode == 0, done.stderr
    linked = jiedai("customers", "link", "C1", "--database", url, "--data", folder / "one")
    assert 'no customer "C1"' in linked.stderr
    given["JIEDAI_JOURNAL_KEY"] = (folder / "one" / "journal-key").read_text(encoding="utf-8").strip()
    given["JIEDAI_VAULT_KEYS"] = (folder / "one" / "vault-keys.json").read_text(encoding="utf-8")
    return [Server(folder / name, url, environment=given) for name in ("one", "two")]


class _closing:  # noqa: N801
    def __init__(self, server: Server) -> None:
        self.server = server

    def __enter__(self) -> Server:
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.kill()


@pytest.fixture(scope="module")
def office(replicas: list[Server]) -> Iterator[Desk]:
    """The staff's side of both."""
    with desk_at(replicas[0]) as found:
        yield found


@pytest.fixture(scope="module", autouse=True)
def at_first(office: Desk) -> list[int]:
    """How many revisions and members of staff there are before any test adds some, whichever test comes first."""
    return [office.rows(select(func.count()).select_from(table))[0][0] for table in (revisions, staff)]


def test_a_simultaneous_first_start_loads_everything_once(
    replicas: list[Server], office: Desk, at_first: list[int]
) -> None:
    assert at_first == [1, 1]
    assert office.rows(select(func.count()).select_from(contacts))[0][0] > 20
    told = [server for server in replicas if "admin, with the new password in" in server.said]
    assert len(told) == 1, "one of them made the first administrator and says so"


def test_a_message_taken_in_by_one_is_streamed_by_the_other(
    http: httpx.Client, replicas: list[Server], office: Desk
) -> None:
    agent = office.hire("lin", "小林")
    here = Page.open(http, replicas[0].url, signed(SECRET, office.new_contact("特级")))
    with here.move(replicas[1].url).listening() as events:
        next(events)
        here.say("会议室的机器要换一台")
        assert [line["author"] for line in next(events)["messages"]] == ["customer", "bot"]
        ticket = office.ticket_of(here)
        office.do(agent, ticket.id, Claim())
        office.do(agent, ticket.id, Reply("马上为您安排。", "r1"))
        lines = _lines_until(events, "马上为您安排。")
    assert lines.count("马上为您安排。") == 1
    assert here.move(replicas[1].url).transcript() == here.transcript()


def test_the_same_message_delivered_to_both_counts_once(http: httpx.Client, replicas: list[Server]) -> None:
    page = Page.open(http, replicas[0].url)
    with ThreadPoolExecutor(2) as threads:
        sides = [page, page.move(replicas[1].url)] * 2
        answers = list(threads.map(lambda side: side.post(key="one", text="怎么查订单"), sides))
    assert sorted(answer.json()["duplicate"] for answer in answers) == [False, True, True, True]
    assert [line["author"] for line in page.transcript()] == ["customer", "bot"]


def test_fragments_sent_through_both_are_answered_once(http: httpx.Client, replicas: list[Server]) -> None:
    page = Page.open(http, replicas[0].url)
    assert page.say("在吗")["composing"] is True
    page.move(replicas[1].url).say("你好")
    page.hears(sentence("greeting"))
    eventually(lambda: not page.state()["composing"])
    assert [line["author"] for line in page.transcript()] == ["customer", "customer", "bot"]


def test_a_breach_is_noticed_exactly_once(http: httpx.Client, replicas: list[Server], office: Desk) -> None:
    numbers = [_open_ticket(http, replicas[n % 2], office) for n in range(TICKETS)]
    office.let_pass(numbers, timedelta(hours=2))
    eventually(lambda: not _due(office, numbers), within=30)
    breaches = _count(office, ticket_events.c.ticket_id, ticket_events.c.kind, numbers, "breach")
    assert breaches == dict.fromkeys(numbers, 2), "first contact and assessment, each once"
    # A deadline so late passes its later step too: the queue, lead and manager hear of both, for both milestones.
    told = [(number, *notice) for number in numbers for notice in office.noticed(number, "breach")]
    assert Counter(notice[:3] for notice in told) == {
        (number, *audience): 2
        for number in numbers
        for audience in (("queue", "特级专席"), ("role", "lead"), ("role", "manager"))
    }
    assert len({notice[3] for notice in told}) == 2 * TICKETS


def _open_ticket(http: httpx.Client, server: Server, office: Desk) -> int:
    page = Page.open(http, server.url, signed(SECRET, office.new_contact("特级")))
    page.say("框架协议续签的事")
    return office.ticket_of(page).id


def _due(office: Desk, numbers: list[int]) -> int:
    # A breach is told again and again until somebody acknowledges it: only what has not been told at all is due.
    unswept = (deadlines.c.ticket_id.in_(numbers), deadlines.c.state == "open", deadlines.c.breached_at.is_(None))
    return int(office.rows(select(func.count()).select_from(deadlines).where(*unswept))[0][0])


def _count(office: Desk, group, column, numbers: list[int], kind: str) -> dict[int, int]:  # type: ignore[no-untyped-def]
    query = select(group, func.count()).where(group.in_(numbers), column == kind).group_by(group)
    return {row[0]: row[1] for row in office.rows(query)}


def _lines_until(events, words: str) -> list[str]:  # type: ignore[no-untyped-def]
    lines: list[str] = []
    while words not in lines:
        lines += [line["text"] for line in next(events)["messages"]]
    return lines
