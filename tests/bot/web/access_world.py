"""One customer's matter and later complaint, and everybody who may ask for them, on a console over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from bot.agents.actions import Claim, Reply, Resolve
from bot.agents.helping import AskHelp
from bot.auth import api_keys, visitor_sessions
from bot.auth.api_keys import SCOPES, Scope
from bot.tickets import canned_replies
from bot.transcript import conversations
from bot.transcript.canned_reply_store import CannedReplyWords
from escalation.improvement import improving, targets
from escalation.improvement.improvement_rules import Finding, ImprovementWish
from escalation.improvement.suggestions import suggestion
from escalation.roles import Role
from escalation.supervision import drawing
from escalation.supervision.drawing import DrawWish
from escalation.supervision.sampling import SampleSize
from tests.bot.inspected import SUPERVISION
from tests.bot.scene import UNKNOWN
from tests.bot.web import access_ways as ways
from tests.bot.web.console.console_scene import PAGE, Console, Seat, csrf_of

ELSEWHERE = "203.0.113.9"
COMPLAINT = "我要投诉你们的技术员，他向我索要红包，请保密"
SECRETS = ("索要红包", "我们会查清楚的", "红包.jpg")
LAST = {("POST", "/api/chat/end"), ("POST", "/console/sign-out")}  # these end what the others need
PEOPLE: Mapping[str, tuple[Role, tuple[str, ...]]] = {
    ways.AGENT: ("agent", ("通用客服", "投诉处理")),
    ways.AGENT_ELSEWHERE: ("agent", ("特级专席",)),
    ways.ACCUSED: ("agent", ("通用客服", "投诉处理")),
    ways.LEAD: ("lead", ("通用客服", "投诉处理")),
    ways.LEAD_ELSEWHERE: ("lead", ("特级专席",)),
    ways.MANAGER: ("manager", ()),
    ways.INSPECTOR: ("inspector", ("通用客服", "投诉处理")),  # queues give an inspector nothing
    ways.AUDITOR: ("auditor", ("*",)),
    ways.ADMIN: ("admin", ()),
    ways.HELPER: ("agent", ("技术支持",)),
}


class World:
    """One customer's solved matter and later complaint, another customer, staff of every kind, keys of every scope."""

    def __init__(self, console: Console) -> None:
        self.console, self.scene = console, console.scene
        self.seats: dict[str, Seat] = {}
        self.tokens: dict[str, str] = {}
        self.first = self.second = self.file = self.secret_file = 0

    async def furnish(self) -> None:
        """Let all of it happen, in the rooms behind the doors."""
        for number, (kind, (role, queues)) in enumerate(PEOPLE.items()):
            seat = await self.console.sits(f"p{number}", role, queues)
            self.seats[kind] = seat
        self._talk()
        for scope in SCOPES:
            self.tokens[f"key {scope}"] = self._key(scope)

    def _talk(self) -> None:
        scene, accused = self.scene, self.seats[ways.ACCUSED].who
        for kind in (ways.OWNER, ways.OTHER):
            token, address = scene.write(visitor_sessions.open_session, scene.now)
            self.tokens[kind] = token
            scene.write(conversations.lock_conversation, "web", address, scene.now)
            if kind == ways.OWNER:
                anna = scene.visitor(address)
        anna.say(UNKNOWN)
        anna.send_file("机器.jpg")
        self.first = scene.ticket.id
        for action in (Claim(), Reply("好了", "12345678"), Resolve(why="当场解决")):
            scene.act(accused, action, self.first)
        scene.clock.advance(minutes=5)
        anna.say(COMPLAINT)
        self.second = scene.ticket.id
        agent = self.seats[ways.AGENT].who
        for action in (Claim(), Reply(SECRETS[1], "23456789")):
            scene.act(agent, action, self.second)
        anna.send_file("红包.jpg")
        self.file, self.secret_file = (line.id for line in anna.lines() if line.kind == "file")
        scene.act(agent, AskHelp("技术", "怎么查"), self.second)
        inspector = self.seats[ways.INSPECTOR].who
        lately = scene.now - timedelta(days=1)
        wish = DrawWish(lately, scene.now + timedelta(days=1), SampleSize(100, 1), "s")
        scene.write(drawing.draw, SUPERVISION, inspector, wish, "cli", scene.now)

        self._improve()

        words = CannedReplyWords("你好", "问候", "您好，请稍等。")
        scene.write(canned_replies.add, scene.policy, self.seats[ways.MANAGER].who, words, scene.now, team=True)

    def _improve(self) -> None:
        scene, lead, agent = self.scene, self.seats[ways.LEAD].who, self.seats[ways.AGENT].who
        today = scene.now.date()
        wish = replace(suggestion("fcr").adopted(lead.id, today), queue="通用客服")
        scene.write(targets.add_target, scene.policy, lead, wish, today, scene.now)
        finding = Finding("回访太晚", queue="通用客服")
        plan = ImprovementWish(finding, "process", "没有提醒", "加提醒", agent.id, "", today)
        scene.write(improving.begin, scene.policy, lead, plan, today, scene.now)

    def _key(self, scope: Scope) -> str:
        made = self.scene.write(api_keys.create_key, scope, (scope,), "test", self.scene.now)
        assert isinstance(made, str)
        return made

    async def ask(self, kind: str, method: str, path: str, ticket: int) -> httpx.Response:
        """Go this way as this kind of person or program."""
        places = {
            "ticket_id": ticket,
            "number": 1,
            "version": "none",
            "customer_id": "C77",
            "move": "dismiss" if "/knowledge/" in path else "note",
            "line_id": 1,
        }
        places["message_id"] = self.file if ticket == self.first else self.secret_file
        if "/tasks/" in path:
            places["move"] = "withdraw"
        if "/roster/" in path or "/calendar/" in path:
            places["move"] = "add"
        if "/inspections/" in path:
            places["move"] = "submit"
        if "/improvement/" in path:
            places["move"] = "end" if "/targets/" in path else "close"
        address, headers = path.format(**places), dict(PAGE) if path.startswith("/console") else {}
        form: dict[str, Any] = {}
        if kind in self.seats:
            client = self.seats[kind].browser
            if method == "POST" and path.startswith("/console"):
                form["data"] = {"csrf": csrf_of(await client.get("/console"))}
        else:
            client = self.console.browser()
            if kind in self.tokens:
                headers["Authorization"] = f"Bearer {self.tokens[kind]}"
        if path.startswith("/api") and method in ("POST", "PUT", "PATCH"):
            form["json"] = BODIES.get(path, {})
        if method == "Mount":
            method, address = "GET", f"{address}/base.css"
        return await client.request(method, address, headers=headers, **form)


BODIES: Mapping[str, Any] = {
    "/api/customers/{customer_id}": {
        "organisation": "瑞成科技",
        "contact": "王工",
        "annual_amount": 1,
        "orders_per_year": 1,
        "influence": 1,
        "complexity": 1,
    },
    "/api/chat/identify": {"token": "no token"},
    "/api/tickets": {"key": "12345678", "channel": "mail", "what": "卡纸", "caller": "王女士"},
}


def is_admitted(answer: httpx.Response, path: str) -> bool:
    """Whether the way was open, whatever then came of the empty form."""
    if path == "/console/sign-in":  # the form, or the board for whoever is signed in
        return answer.headers.get("location") == "/console" or "登录" in answer.text
    if path == "/api/chat/identify":  # the session counts; its customer token is wrong for everybody
        return "会话" not in answer.text
    if answer.status_code == 404 and "{message_id}" in path:
        return False
    unknown = answer.headers.get("location", "").startswith("/console/sign-in?next")
    return answer.status_code not in (401, 403) and not unknown


Deviation = tuple[str, str, str, int]  # method, path, who, and the status of the answer


async def deviations(world: World) -> list[Deviation]:
    """Go every way as everybody; return where somebody got in who may not, or did not who may."""
    found: list[Deviation] = []
    for way in sorted(ways.HTTP_WAYS, key=lambda way: way in LAST):
        found += await _deviations(world, way, world.first, ways.HTTP_WAYS[way])
    return found


async def deviations_of_complaint(world: World) -> list[Deviation]:
    """The same with the complaint in the ticket's place."""
    found: list[Deviation] = []
    for way, may in ways.COMPLAINT_WAYS.items():
        found += await _deviations(world, way, world.second, may)
    return found


async def _deviations(world: World, way: tuple[str, str], ticket: int, may: tuple[str, ...]) -> list[Deviation]:
    found = []
    for kind in ways.EVERYBODY:
        answer = await world.ask(kind, *way, ticket)
        assert answer.status_code < 500, (way, kind, answer.text)
        if is_admitted(answer, way[1]) != (kind in may):
            found.append((*way, kind, answer.status_code))
    return found


async def words_shown(world: World) -> list[tuple[str, str, str]]:
    """Look at every page as everybody who must not know of the complaint; return where a word of it stands."""
    shown = []
    for method, path in ways.HTTP_WAYS:
        for kind in set(ways.EVERYBODY) - {ways.OWNER, *ways.SEES_COMPLAINT}:
            if method == "GET":
                answer = await world.ask(kind, method, path, world.first)
                shown += [(path, kind, word) for word in SECRETS if word in answer.text]
    for kind in set(ways.STAFF) - set(ways.SEES_COMPLAINT):
        for word in SECRETS:
            answer = await world.seats[kind].look(f"/console?q={word}")
            shown += [("search", kind, word)] * (f"/console/tickets/{world.second}" in answer.text)
    return shown


async def furnished(console: Console) -> World:
    """Return the world behind this console, whose browsers come from elsewhere and whose streams end at once."""
    console.address = ELSEWHERE
    console.app.state.stopping.set()
    made = World(console)
    await made.furnish()
    return made
