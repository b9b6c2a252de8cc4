"""One customer on two devices and at a messenger, two replicas, two agents, and a death in between: one talk."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import func, select

from bot.agents.actions import Claim, Reply
from bot.delivery.outbox import outbox
from bot.dialogue import intake
from bot.dialogue.identity import identify
from bot.messages import Incoming
from bot.transcript.conversations import conversations, talks_of
from escalation.staff import Staff
from escalation.tickets.ticket_store import tickets
from tests.journeys.people import Desk, Page, signed
from tests.processes import Server, eventually

EACH = 6  # messages of everybody while a replica dies
IN_TIME = 1.0  # seconds


@dataclass
class OneTalk:
    """A customer and their two devices, one on each replica, and a stranger to them on the first."""

    replicas: Sequence[Server]
    desk: Desk
    http: httpx.Client
    secret: str
    number: int
    agents: tuple[Staff, Staff]
    took: dict[str, float] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.who, self.other = self.desk.new_contact("三级"), self.desk.new_contact("三级")
        self.chat = str(7_000_000 + self.number)

    def meet(self) -> None:
        """They write on one device, go on with another, then at the messenger; an agent answers."""
        self.first = self._page(self.who, 0)
        self._say(self.first, "人工")
        began = time.monotonic()
        self.second = self._page(self.who, 1)
        self._seen_at(self.second, "人工")
        self.took["second visit"] = time.monotonic() - began
        self._time("second device", self.first, lambda words: self._say(self.second, words))
        self._write(identify, self.desk.service.rules, "telegram", self.chat, self.who, "link", self._now)
        self._time("other channel", self.second, self._text)
        self.ticket = self.desk.tickets_of(self.first)[-1].id
        self.desk.do(self.agents[0], self.ticket, Claim())
        self._time("an agent's reply", self.second, self._reply)

    def survive(self, dies: int, after: float) -> None:
        """Everybody writes at once while a replica is killed and begins anew."""
        self.stranger = self._page(self.other, 0)
        self._say(self.stranger, "人工")
        theirs = self.desk.tickets_of(self.stranger)[-1].id
        self.desk.do(self.agents[1], theirs, Claim())
        answers = [f"给{self.other}的第{each}句回复" for each in range(EACH)]
        lines: dict[Callable[[str], Any], list[str]] = {
            lambda words: self._say(self.first, words): [f"{self.number} 手机上的第{n}句" for n in range(EACH)],
            lambda words: self._say(self.second, words): [f"{self.number} 电脑上的第{n}句" for n in range(EACH)],
            self._text: [f"{self.number} 电报里的第{n}句" for n in range(EACH)],
            self._reply: [f"{self.number} 客服的第{n}句" for n in range(EACH)],
            lambda words: self.desk.do(self.agents[1], theirs, Reply(words, words)): answers,
        }
        with ThreadPoolExecutor(len(lines)) as threads:
            running = [threads.submit(lambda do, texts: [do(each) for each in texts], *each) for each in lines.items()]
            time.sleep(after)
            self.replicas[dies].kill()
            self.replicas[dies].start()
            for each in running:
                each.result()
        self.others = answers

    def faults(self) -> list[str]:
        """What is lost, doubled, or shown to the wrong person."""
        found: list[str] = []
        shown = [[line["text"] for line in self._lines(page)] for page in (self.first, self.second)]
        counted = Counter(shown[0])
        found += [f"{words}: {counted[words]} times" for words in self.said if counted[words] != 1]
        if shown[0] != shown[1]:
            found.append("the two devices show different lines")
        found += [f"{words}: shown to {self.who}" for words in self.others if words in counted]
        strange = {line["text"] for line in self._lines(self.stranger)}
        found += [f"{words}: shown to {self.other}" for words in self.said if words != "人工" and words in strange]
        found += [f"{words}: not shown to {self.other}" for words in self.others if words not in strange]
        if (talks := self.desk.read(talks_of, self.who)) != [self.desk.conversation_of(self.first)]:
            found.append(f"{self.who} has the conversations {talks}")
        open_ones = select(func.count()).where(tickets.c.contact_id == self.who)
        if (number := self.desk.rows(open_ones)[0][0]) != 1:
            found.append(f"{self.who} has {number} tickets")
        return found + self._deliveries()

    def _deliveries(self) -> list[str]:
        """Each reply goes to the messenger once, and nothing there is for anybody else."""
        told = Counter(row.text for row in self.desk.rows(select(outbox.c.text).where(outbox.c.address == self.chat)))
        replies = [words for words in self.said if "客服的" in words or "an agent" in words]
        return [f"{words}: {told[words]} times to the messenger" for words in replies if told[words] != 1] + [
            f"{words}: to the messenger of {self.who}" for words in self.others if words in told
        ]

    def _time(self, what: str, page: Page, do: Callable[[str], Any]) -> None:
        words = f"{self.number} {what}"
        with page.listening() as events, ThreadPoolExecutor(1) as thread:
            next(events)  # it stands
            began = time.monotonic()
            done = thread.submit(do, words)
            while not any(line["text"] == words for line in next(events)["messages"]):
                pass
            self.took[what] = time.monotonic() - began
            done.result()

    def _page(self, contact: str, replica: int) -> Page:
        return Page.open(self.http, self.replicas[replica].url, signed(self.secret, contact))

    def _here(self, page: Page) -> Page:
        """The page at its replica, which has another address since its death."""
        return page.move(self.replicas[1 if page is self.__dict__.get("second") else 0].url)

    def _say(self, page: Page, words: str) -> None:
        self._keep(page, words)
        key = f"{len(self.said)}-{hash(words) % 10**9}"

        def sent() -> bool:
            with suppress(httpx.TransportError):
                answer = self._here(page).post(key=key, text=words)
                return answer.status_code == 200
            return False

        eventually(sent, within=60)

    def _keep(self, page: Page | None, words: str) -> None:
        if page is None or page is not self.__dict__.get("stranger"):
            self.said.append(words)

    def _text(self, words: str) -> None:
        self._keep(None, words)
        message = Incoming("telegram", self.chat, f"{self.chat}:{words}", "text", text=words)
        self._write(intake.receive, self.desk.service.rules, message, None, self._now)

    def _reply(self, words: str) -> None:
        self._keep(None, words)
        self.desk.do(self.agents[0], self.ticket, Reply(words, words))

    def _seen_at(self, page: Page, words: str) -> None:
        eventually(lambda: any(line["text"] == words for line in page.transcript()))

    def _lines(self, page: Page) -> list[dict[str, Any]]:
        return self._here(page).transcript()

    def _write(self, fn: Callable[..., Any], *arguments: Any) -> Any:
        return self.desk.service.database.write_now(fn, *arguments)

    @property
    def _now(self) -> Any:
        return self.desk.service.clock()


def tombstones(desk: Desk) -> int:
    """How many conversations have become part of others."""
    found: int = desk.rows(select(func.count()).where(conversations.c.joined_into.is_not(None)))[0][0]
    return found
