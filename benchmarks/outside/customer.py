"""A customer on the chat API: opens a session, writes, taps, rates, and reads what came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx


@dataclass
class Customer:
    """One visitor's page; `seen` is the last message read."""

    client: httpx.Client
    token: str = ""
    seen: int = 0
    buttons: list[dict[str, str]] = field(default_factory=list)
    keys: count[int] = field(default_factory=lambda: count(1))

    def open(self, customer_token: str | None) -> str:
        """Begin; the greeting. With a token, the company's own site vouches for the visitor."""
        answer = self.client.post("/api/chat/sessions", json={"token": customer_token} if customer_token else {})
        answer.raise_for_status()
        self.token = answer.json()["session_token"]
        return str(answer.json()["greeting"])

    def post(self, path: str = "messages", **body: Any) -> str:
        """Send something; empty when it was taken, else the refusal."""
        return _refusal(self.client.post(f"/api/chat/{path}", json=body, headers=self._headers()))

    def write(self, **message: Any) -> str:
        """A message under a key of its own."""
        return self.post(key=f"k{next(self.keys)}", **message)

    def send_file(self, name: str, mime: str) -> str:
        """A small file."""
        files = {"file": (name, b"outside", mime)}
        key = {"key": f"k{next(self.keys)}"}
        return _refusal(self.client.post("/api/chat/files", params=key, files=files, headers=self._headers()))

    def read(self) -> list[str]:
        """What is new in the transcript, as lines; remembers the buttons that can be tapped."""
        answer = self.client.get("/api/chat/messages", params={"after": self.seen}, headers=self._headers())
        found = answer.json()
        for line in found["messages"]:
            self.seen = line["id"]
            self.buttons = line["buttons"] or self.buttons
        return [*(_in_words(line) for line in found["messages"]), f"({found['state']})"]

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}


def _refusal(answer: httpx.Response) -> str:
    return "" if answer.status_code == 200 else f"{answer.status_code} {answer.text}"


def _in_words(line: dict[str, Any]) -> str:
    buttons = "".join(f" [{button['label']}|{button['choice']}]" for button in line["buttons"])
    more = {name: line[name] for name in ("name", "file", "choice") if name in line}
    return f"{line['at']} {line['author']} {line['kind']}: {line['text']}{buttons}{f' {more}' if more else ''}"
