"""A short conversation with everything in it that writes, and what it leaves behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from bot.agents.actions import Claim, Reply
from bot.delivery import outbox
from bot.transcript import conversations, message_store
from escalation.staff import Staff
from escalation.tickets import deadline_store, history
from tests.journeys.mortal import Mortal
from tests.journeys.people import Desk, Page, sentence
from tests.processes import eventually

INSTANT = re.compile(r"(今天|(\d+年)?\d+月\d+日（周.）) ?\d\d:\d\d|\d+ (分钟|小时)")


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


def _timeless(text: str) -> str:
    return INSTANT.sub("then", re.sub(r"#\d+", "#n", text))
