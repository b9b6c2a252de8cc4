"""`jiedai tickets`: the list, one ticket's page, and moves by somebody's hand."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from bot.agents.actions import Claim, Record, Reply, Resolve
from bot.app import open_service
from bot.cli import errors
from bot.config.settings import read_settings
from escalation.tickets import deadline_store
from escalation.tickets.refusal_codes import RefusalCode
from tests.bot.cli.conftest import Terminal
from tests.bot.scene import Scene


@pytest.fixture
def scene(terminal: Terminal, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """The service of our data folder, at the clock's instant; what customers do in it, the commands see."""
    monkeypatch.setattr("bot.app.utc_now", clock)
    service = open_service(read_settings(data=str(terminal.data)), "none")
    yield Scene(service.database, service.rules.policy, service.rules.vault, clock)
    service.database.close()


def asked(scene: Scene, address: str = "anna", text: str = "转人工", customer: str | None = None) -> int:
    """A customer wants a person; the ticket's number."""
    scene.visitor(address, customer=customer).say(text)
    return int(scene.ticket.id)


def test_without_tickets_it_says_so(terminal: Terminal, scene: Scene) -> None:
    assert terminal.here("tickets", "list") == "No such tickets.\n"
    assert terminal.json("tickets", "list") == []


def test_listed_by_deadline_with_what_is_left(terminal: Terminal, scene: Scene) -> None:
    plain, pressing = asked(scene), asked(scene, "boris", "打印机冒烟了")
    scene.clock.advance(minutes=5)
    found = terminal.json("tickets", "list")
    assert [line["ticket"] for line in found] == [pressing, plain]
    assert found[0]["next"] == {
        "milestone": "first_contact",
        "label": "首次联系",
        "kind": "promise",
        "due_at": "2026-11-23T10:15:00+08:00",
        "left_s": 600,
        "paused": False,
        "provisional": False,
    }
    assert (found[1]["tier"], found[1]["state"], found[1]["customer"], found[1]["late"]) == (
        "三级", "waiting", None, False,
    )  # fmt: skip
    printed = terminal.here("tickets", "list")
    assert printed.startswith("Tickets · 11-23 周一 10:05")
    assert "10m" in printed


def test_narrowed_by_queue_tier_lateness_and_number(terminal: Terminal, scene: Scene) -> None:
    plain, pressing = asked(scene), asked(scene, "boris", "打印机冒烟了")
    assert [line["ticket"] for line in terminal.json("tickets", "list", "--queue", "特级专席")] == [pressing]
    assert terminal.json("tickets", "list", "--tier", "特级") == []
    assert terminal.json("tickets", "list", "--late") == []
    assert len(terminal.json("tickets", "list", "--limit", "1")) == 1
    assert terminal.here("tickets", "list", "--limit", "1").endswith(
        "Tickets: 2, of which the first 1 are shown (--limit).\n"
    )
    scene.clock.advance(hours=1)
    assert [line["ticket"] for line in terminal.json("tickets", "list", "--late")] == [pressing]
    assert "late 45m" in terminal.here("tickets", "list", "--late")
    del plain


def test_finished_ones_only_when_asked_for(terminal: Terminal, scene: Scene) -> None:
    number = str(asked(scene))
    terminal.here("staff", "add", "li", "--queue", "*")
    terminal.here("tickets", "claim", number, "--as", "li")
    terminal.here("tickets", "record", number, "called", "--as", "li")
    terminal.here("tickets", "resolve", number, "--as", "li")
    assert terminal.json("tickets", "list") == []
    assert [line["state"] for line in terminal.json("tickets", "list", "--all")] == ["resolved"]


def test_a_withdrawn_one_is_called_so(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene)
    scene.clock.advance(minutes=5)
    scene.withdraw()
    assert terminal.json("tickets", "list") == []
    (line,) = terminal.json("tickets", "list", "--all")
    assert (line["state"], line["withdrawn_at"], line["next"], line["late"]) == (
        "closed", "2026-11-23T10:05:00+08:00", None, False,
    )  # fmt: skip
    assert "withdrawn" in terminal.here("tickets", "list", "--all")
    found = terminal.json("tickets", "show", str(number))
    assert (found["state"], found["withdrawn_at"]) == ("closed", "2026-11-23T10:05:00+08:00")
    assert {clock["state"] for clock in found["clocks"]} == {"cancelled"}
    assert found["history"][-1]["kind"] == "withdrawn"
    page = terminal.here("tickets", "show", str(number))
    assert f"Ticket: {number}, withdrawn, in 通用客服" in page
    assert "Withdrawn by the customer: 11-23 周一 10:05" in page


def test_a_customers_name_is_shown_unless_it_is_not_wanted(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene, customer="C1001")
    name = terminal.json("tickets", "list")[0]["customer"]
    assert name
    assert "customer" not in terminal.json("tickets", "list", "--no-names")[0]
    assert name.split()[-1] not in terminal.here("tickets", "list", "--no-names")
    assert terminal.json("tickets", "show", str(number))["customer"] == name
    assert "Customer:" not in terminal.here("tickets", "show", str(number), "--no-names")


def test_a_calendar_that_cannot_be_counted_is_told(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene)
    fault = "Calendar 工作日 has no open hour in the two years after 2026-11-23; give it hours."
    table = deadline_store.deadlines
    first = table.c.milestone == "first_contact"
    scene.write(lambda db: db.execute(table.update().where(first).values(fault=fault)))
    said = f"{fault} Elapsed time is counted instead."
    assert f"Ticket {number}, 首次联系: {said}" in terminal.here("tickets", "list")
    assert f"首次联系: {said}" in terminal.here("tickets", "show", str(number))
    assert terminal.json("tickets", "list")[0]["calendar_faults"] == [{"milestone": "first_contact", "fault": fault}]


def test_one_tickets_page_holds_all_that_is_known(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene)
    agent = scene.staff()
    scene.clock.advance(minutes=10)
    scene.act(agent, Claim())
    scene.act(agent, Reply("您好，我来处理。", "key-0001"))
    scene.act(agent, Record("waiting_for_customer"))
    terminal.here("tickets", "note", str(number), "等客户发型号", "--as", "li")
    found = terminal.json("tickets", "show", str(number))
    assert (found["ticket"], found["state"], found["holder"]) == (number, "claimed", "客服li")
    first = next(clock for clock in found["clocks"] if clock["milestone"] == "first_contact")
    assert (first["state"], first["settled_at"], first["late_s"]) == ("met", "2026-11-23T10:10:00+08:00", None)
    assert [pause["ended_at"] for pause in found["pauses"]] == [None]
    assert [note["text"] for note in found["notes"]] == ["等客户发型号"]
    kinds = [line["kind"] for line in found["history"]]
    assert kinds[:3] == ["opened", "claimed", "replied"]
    claimed = found["history"][1]
    assert (claimed["by"], claimed["data"]["before"]["state"], claimed["data"]["after"]["state"]) == (
        "客服li", "waiting", "claimed",
    )  # fmt: skip
    printed = terminal.here("tickets", "show", str(number))
    assert f"Ticket: {number}, claimed, in 通用客服" in printed
    assert "Paused from 11-23 周一 10:10 until now: 等待客户 (waiting_for_customer), 客服li" in printed
    assert "Note, 11-23 周一 10:10, 客服li: 等客户发型号" in printed


def test_every_rating_of_every_solution_is_shown(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene, text="打印机卡纸，修不好，转人工")
    agent = scene.staff()
    for action in (Claim(), Reply("好了。", "key-0001"), Resolve(None, "当场解决")):
        scene.act(agent, action)
    scene.pass_time(minutes=1)
    anna = scene.visitor("anna")
    anna.rate(2)
    anna.rate(4)
    anna.say("响应 3")
    found = terminal.json("tickets", "show", str(number))
    at = "2026-11-23T10:01:00+08:00"
    assert [(one["solution"], one["score"], one["at"]) for one in found["ratings"]] == [(1, 2, at), (1, 4, at)]
    assert found["dimensions"] == [{"solution": 1, "dimension": "response", "label": "响应", "score": 3, "at": at}]
    printed = terminal.here("tickets", "show", str(number))
    assert "Solution 1 rated 4, 11-23 周一 10:01" in printed
    assert "Solution 1, 响应 (response) rated 3, 11-23 周一 10:01" in printed


def test_each_move_is_done_by_the_hand_of_the_person_named(terminal: Terminal, scene: Scene) -> None:
    number = str(asked(scene))
    terminal.here("staff", "add", "li", "--name", "李雷", "--queue", "*")
    terminal.here("staff", "add", "wang", "--name", "王芳", "--role", "lead", "--queue", "*")
    assert terminal.here("tickets", "claim", number, "--as", "li") == (
        f"Done: ticket {number} is claimed in 通用客服, held by 李雷.\n"
    )
    assert terminal.json("tickets", "transfer", number, "--to", "wang", "--as", "li")["holder"] == "王芳"
    moved = terminal.json("tickets", "transfer", number, "--queue", "技术支持", "--as", "wang")
    assert moved == {"ticket": int(number), "state": "waiting", "queue": "技术支持", "holder": None}
    terminal.here("tickets", "grade", number, "urgent", "--as", "wang")
    assert terminal.json("tickets", "show", number)["urgency"] == "urgent"
    terminal.here("tickets", "claim", number, "--as", "li")
    terminal.here("tickets", "release", number, "--as", "li")
    assert terminal.json("tickets", "show", number)["holder"] is None
    assert terminal.here("audit", "verify").startswith("Tickets: 1; lines of history: ")


def test_every_refusal_is_a_sentence(terminal: Terminal, scene: Scene) -> None:
    number = str(asked(scene))
    for login, queue in (("li", "通用客服"), ("wang", "通用客服"), ("chen", "特级专席")):
        terminal.here("staff", "add", login, "--name", f"客服{login}", "--queue", queue)
    terminal.here("tickets", "claim", number, "--as", "li")
    for words, sentence in (
        (("list", "--queue", "大堂"), "The policy has no queue \"大堂\"; it has 特级专席, 一级专属, 二级专员, 通用客服, 技术支持, 投诉处理."),
        (("list", "--tier", "五级"), 'The policy has no tier "五级"; it has 特级, 一级, 二级, 三级.'),
        (("list", "--limit", "0"), "--limit must be 1 or more."),
        (("show", "99"), "There is no ticket 99; `jiedai tickets list --all` shows those there are."),
        (("claim", number, "--as", "han"), 'Nobody signs in as "han"; `jiedai staff list` shows who does.'),
        (("claim", number, "--as", "wang"), "Ticket 1 is held by 客服li already."),
        (("claim", number, "--as", "li"), "Ticket 1 is already theirs."),
        (("claim", number, "--as", "chen"), "Ticket 1 is in a queue they do not work; a lead can do this."),
        (("resolve", number, "--as", "wang"), "Ticket 1 is held by 客服li; only its holder can do this."),
        (
            ("record", number, "danced", "--as", "li"),
            "The policy has no such fact; `facts` in its file lists them, beside called and call_missed.",
        ),
        (
            ("grade", number, "asap", "--as", "li"),
            "The policy has no such urgency; `urgencies` in the policy file lists them.",
        ),
        (("note", number, " ", "--as", "li"), "The text is empty; write something."),
        (("transfer", number, "--as", "li"), "Say where it goes: --queue Q, --to LOGIN, or both."),
        (
            ("transfer", number, "--to", "han", "--as", "li"),
            'Nobody signs in as "han"; `jiedai staff list` shows who does.',
        ),
        (
            ("transfer", number, "--queue", "大厅", "--as", "li"),
            "The policy has no queue \"大厅\"; it has 特级专席, 一级专属, 二级专员, 通用客服, 技术支持, 投诉处理.",
        ),
    ):  # fmt: skip
        assert terminal.refused_here("tickets", *words) == f"jiedai: {sentence}"


def test_what_is_refused_leaves_nothing_behind(terminal: Terminal, scene: Scene) -> None:
    number = str(asked(scene))
    terminal.here("staff", "add", "li", "--queue", "*")
    before = terminal.json("tickets", "show", number)
    terminal.refused_here("tickets", "resolve", number, "--as", "li")
    assert terminal.json("tickets", "show", number) == before


def test_every_refusal_of_the_desk_has_its_sentence() -> None:
    assert set(errors.MOVES) == set(get_args(RefusalCode))
    assert all(sentence.endswith(".") for sentence in errors.MOVES.values())


def test_a_lead_notes_why_a_ticket_was_late(terminal: Terminal, scene: Scene) -> None:
    number = asked(scene)
    scene.staff("chen", "lead")
    why = ("tickets", "cause", str(number), "只有一人值班", "--of", "breach", "--class", "resources", "--as", "chen")
    assert f"Nothing of this kind happened to ticket {number}, so that it has no cause." in terminal.refused_here(*why)
    scene.pass_time(days=9)
    assert terminal.here(*why).startswith(f"Done: ticket {number} is waiting")
