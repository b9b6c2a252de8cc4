"""The fake Bot API server in a process of its own, and what is asked of it over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from tests.processes import ROOT

PATIENCE = 60.0
SECRET = "AAf-a-secret-that-stands-in-no-log"  # of nobody's bot
TOKEN = f"1001:{SECRET}"


@dataclass(frozen=True, slots=True)
class Asked:
    """An update that a customer's message became; `at` is the instant it was due, by this machine's clock."""

    at: float
    chat: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """A message that stands in a chat."""

    at: float
    chat: int
    text: str


class BotApi:
    """`with BotApi() as api:` and point a bot at `api.base`; it is gone afterwards."""

    def __init__(self, meters: str = "off") -> None:
        self._command = [sys.executable, "-m", "tests.fakes.telegram", "--token", TOKEN, "--meters", meters]
        self.base = ""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.base = json.loads(self._process.stdout.readline())["base"]
        self._http = httpx.Client(base_url=f"{self.base}/control", trust_env=False, timeout=PATIENCE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def ask(self, texts: Iterable[tuple[int, str]]) -> None:
        """Customers write all this now."""
        self._post("push", texts=list(texts))

    def ask_in_time(self, start: float, texts: Sequence[tuple[float, int, str]]) -> None:
        """Customers write each at so many seconds after `start`, whatever has become of the others."""
        self._post("schedule", start=start, texts=list(texts))

    def asked(self) -> list[Asked]:
        """What `ask_in_time` has brought so far, in that order."""
        return [Asked(at, chat, text) for at, chat, text, *_ in self._get("pushed", after=0)]

    def said(self, after: int = 0) -> list[Said]:
        """What the bot has sent, in order."""
        return [Said(at, chat, text) for at, chat, text, *_ in self._get("sent", after=after)]

    def state(self) -> dict[str, Any]:
        """Counters."""
        found: dict[str, Any] = self._get("state")
        return found

    def change(self, **what: Any) -> None:
        """Settings of the server: `meters`, `targets`, `blocked` and others."""
        self._post("set", **what)

    def fail_next(self, method: str, **how: Any) -> None:
        """The next call of a method goes wrong."""
        self._post("fault", method=method, **how)

    def forget(self) -> None:
        """Keep nothing of what was said until now."""
        self._post("forget")

    def until(self, happened: Callable[[dict[str, Any]], bool], within: float = PATIENCE) -> bool:
        """Wait until its counters are so; False when time is up."""
        end = time.monotonic() + within
        while not happened(self.state()):
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def _get(self, what: str, **query: Any) -> Any:
        return self._http.get(what, params=query).raise_for_status().json()

    def _post(self, what: str, **body: Any) -> Any:
        return self._http.post(what, json=body).raise_for_status().json()
