"""The fake by HTTP, for processes of their own: push updates, read what was sent, ask for faults.

All under `/control/`, JSON in and out; `?bot=TOKEN` for another bot than the first:
  POST push      {"updates": [...]} and/or {"texts": [[chat, text], ...]} → {"number", "at"}
  POST schedule  {"start": at, "texts": [[seconds after start, chat, text], ...]}: pushed at their instants
  GET  pushed    ?after=N → [[at, chat, text, number], ...] of what `schedule` has pushed
  GET  sent      ?after=N → [[at, chat, text, number, thread, method], ...]
  GET  state     counters: confirmed, pending, polling, sent, calls, meter, impatient, last_number, at
  GET  wait      ?sent=N&confirmed=N&polling=N&seconds=S → state, as soon as it is so or the time is over
  GET  record    ?after=N → the calls, polls left out
  GET  chat      ?id=N → the chat with its topics and messages
  POST fault     {"method", "code", "description", "parameters"} or {"method", "cut": "before"|"after"} or {"slow": s}
  POST forum     {"chat", "title", "rights": {...}}: a forum group with the bot in it
  POST person    {"account", "do": "say", "args": [...], "more": {...}, "about": {...}}: what `Person` can do
  POST set       {"blocked": [...], "forgetful": n, "meters": "off"|"count"|"refuse", "targets": [url, ...],
                  "retry_pause": s, "duplicate_deliveries": n, "shuffled": bool, "per_second": n, …}
  POST forget    empties sent, record and pushed, so that a long run stays small
`at` is the monotonic clock of the machine, the same in every process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.telegram.refusals import Json, bad
from tests.fakes.telegram.updates import text_update

if TYPE_CHECKING:
    from tests.fakes.telegram.bot import Bot
    from tests.fakes.telegram.server import FakeTelegram


class Control:
    """Answers under `/control/`."""

    def __init__(self, server: FakeTelegram) -> None:
        self._server = server
        self._pushed: list[tuple[float, int, str, int]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.BaseRequest, what: str) -> web.Response:
        """One request."""
        asked = dict(request.query)
        bot = self._server.bots[asked.pop("bot", self._server.token)]
        body: Json = json.loads(await request.read() or b"{}")
        handler: Callable[[Bot, Json], Any] | None = getattr(self, f"_{request.method.lower()}_{what}", None)
        if handler is None:
            raise bad(f"nothing is called {what} here")
        result = handler(bot, asked | body)
        return web.json_response(await result if asyncio.iscoroutine(result) else result)

    def _post_push(self, bot: Bot, given: Json) -> Json:
        texts = [text_update(chat, text) for chat, text in given.get("texts", ())]
        return {"number": bot.queue(*given.get("updates", ()), *texts), "at": bot.meter.clock()}

    def _post_schedule(self, bot: Bot, given: Json) -> Json:
        task = asyncio.create_task(self._push_in_time(bot, given["start"], given["texts"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {"at": bot.meter.clock()}

    async def _push_in_time(self, bot: Bot, start: float, texts: list[tuple[float, int, str]]) -> None:
        for due, chat, text in sorted(texts):
            await asyncio.sleep(max(0.0, start + due - bot.meter.clock()))
            self._pushed.append((start + due, chat, text, bot.queue(text_update(chat, text))))

    def _get_pushed(self, bot: Bot, given: Json) -> list[Any]:
        return self._pushed[int(given.get("after", 0)) :]

    def _get_sent(self, bot: Bot, given: Json) -> list[Any]:
        return [[s.at, s.chat, s.text, s.number, s.thread, s.method] for s in bot.sent[int(given.get("after", 0)) :]]

    def _get_state(self, bot: Bot, given: Json) -> Json:
        meter = bot.meter
        return {
            "at": meter.clock(),
            "confirmed": bot.confirmed,
            "pending": bot.pending,
            "polling": bot.polling,
            "last_number": bot.last_number,
            "sent": len(bot.sent),
            "calls": dict(bot.calls),
            "impatient": bot.impatient,
            "scheduled": len(self._tasks),
            "webhook": bot.webhook.get("url", ""),
            "deliveries": len(bot.deliveries),
            "meter": {
                "mode": meter.mode,
                "exceeded": meter.exceeded,
                "by": dict(meter.exceeded_by),
                "most_per_second": meter.most_per_second,
                "most_per_minute": {str(chat): most for chat, most in meter.most_per_minute.items()},
            },
        }

    async def _get_wait(self, bot: Bot, given: Json) -> Json:
        least = {name: int(given.get(name, 0)) for name in ("sent", "confirmed", "polling")}

        def is_so() -> bool:
            return (
                len(bot.sent) >= least["sent"]
                and bot.confirmed >= least["confirmed"]
                and bot.polling >= least["polling"]
            )

        with contextlib.suppress(TimeoutError, AssertionError):
            await asyncio.wait_for(bot.until(is_so, "what was asked for"), float(given.get("seconds", 10)))
        return self._get_state(bot, given)

    def _get_record(self, bot: Bot, given: Json) -> list[Any]:
        calls = bot.record[int(given.get("after", 0)) :]
        return [[c.at, c.method, {k: v for k, v in c.given.items() if _is_plain(v)}, c.refused] for c in calls]

    def _get_chat(self, bot: Bot, given: Json) -> Json:
        chat = bot.chats.get(int(given["id"]))
        if chat is None:
            raise bad("chat not found")
        topics = [
            {"thread": t.thread, "name": t.name, "closed": t.closed, "deleted": t.deleted} for t in chat.topics.values()
        ]
        messages = [
            m.raw | {"pinned": m.pinned, "reactions": m.reactions, "past": m.past, "mine": m.mine}
            for m in chat.standing_messages()
        ]
        return {"chat": chat.raw, "topics": topics, "messages": messages}

    def _post_fault(self, bot: Bot, given: Json) -> Json:
        method = given["method"]
        if "cut" in given:
            bot.hang_up_next(method, after=given["cut"] == "after")
        elif "slow" in given:
            bot.slow_next(method, float(given["slow"]))
        else:
            bot.fail_next(method, int(given["code"]), given["description"], **given.get("parameters", {}))
        return {}

    def _post_forum(self, bot: Bot, given: Json) -> Json:
        return bot.make_forum(given["chat"], given.get("title", "客服群"), **given.get("rights", {})).raw

    async def _post_person(self, bot: Bot, given: Json) -> Json:
        """Any act of a person by its name, as `Person` has it."""
        act = getattr(bot.person(given["account"], **given.get("about", {})), given["do"])
        done = act(*given.get("args", ()), **given.get("more", {}))
        return {"result": await done if asyncio.iscoroutine(done) else done, "last_number": bot.last_number}

    def _post_set(self, bot: Bot, given: Json) -> Json:
        if "blocked" in given:
            bot.blocked = set(given["blocked"])
        if "forgetful" in given:
            bot.forgetful = int(given["forgetful"])
        if "targets" in given:
            bot.targets = list(given["targets"])
        for name in ("retry_pause", "duplicate_deliveries", "shuffled", "sees_all"):
            if name in given:
                setattr(bot, name, given[name])
        if "meters" in given:
            bot.meter.mode = given["meters"]
        for name in ("per_second", "per_minute", "burst"):
            if name in given:
                setattr(bot.meter, name, int(given[name]))
        return {}

    def _post_forget(self, bot: Bot, given: Json) -> Json:
        bot.sent.clear()
        bot.record.clear()
        self._pushed.clear()
        return {}


def _is_plain(value: Any) -> bool:
    return not isinstance(value, web.FileField)
