"""The console as a member of staff sees it: sign in, walk every page that is linked, fill in a form."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from benchmarks.outside.normalise import Normaliser

START = ("/console", "/console/notices", "/console/knowledge", "/console/calendar", "/console/policy")
MORE = ("/console/incidents", "/console/roster", "/console/telegram", "/console/sign-in", "/console/no-such-page")
OPEN_TO_ALL = ("/", "/chat", "/healthz", "/readyz", "/metrics", "/api/openapi.json", "/console/sign-in", "/console")
REFUSED = ("/no-such-page", "/api/chat/messages", "/api/customers/C1", "/console/tickets/1", "/static/nothing.css")
MOST_PAGES = 80
MOST_ALIKE = 6  # pages at one path: weeks and years go on for ever
_LINK = re.compile(r'\b(?:href|src)="([^"]+)"')
_SAID = re.compile(r'<(\w+)\b[^>]*\brole="(?:alert|status)"[^>]*>(.*?)</\1>', re.DOTALL)
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def new_client(url: str) -> httpx.Client:
    """A client that trusts no proxy setting of this machine, and follows no redirect unseen."""
    return httpx.Client(base_url=url, trust_env=False, timeout=120, headers={"Accept": "text/html"})


LINK = "/console/welcome?link="
OWN_PASSWORD = "a password of one's own"


@dataclass
class Staff:
    """Somebody signed in to the console."""

    client: httpx.Client
    login: str
    password: str
    csrf: str = ""

    def sign_in(self) -> None:
        """Sign in, with a password of their own if a one-time link was given in place of one.

        Raises RuntimeError when the console does not let them in.
        """
        if LINK in self.password:
            own = {"link": self.password.partition(LINK)[2], "password": OWN_PASSWORD, "again": OWN_PASSWORD}
            self.client.post("/console/welcome", data=own)
            self.password = OWN_PASSWORD
        answer = self.client.post("/console/sign-in", data={"login": self.login, "password": self.password})
        if answer.status_code != 303:
            raise RuntimeError(f"{self.login} cannot sign in: {answer.status_code}")
        found = _CSRF.search(self.client.get("/console").text)
        self.csrf = found[1] if found else ""

    def act(self, path: str, fields: Mapping[str, str]) -> str:
        """Send one of the console's forms; where it leads to, or what it is refused with."""
        answer = self._send(path, fields)
        if answer.status_code == 401:  # a session is shorter than a script that runs over days
            self.sign_in()
            answer = self._send(path, fields)
        if answer.is_redirect:
            return f"{answer.status_code} {answer.headers['location']}"
        return f"{answer.status_code} {said_on(answer.text)}"

    def _send(self, path: str, fields: Mapping[str, str]) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def save_pages(self, folder: Path, normalise: Normaliser) -> None:
        """Every page that links lead to, each in a file of its own."""
        folder.mkdir(parents=True)
        waiting, seen, alike = [*START, *MORE], set[str](), dict[str, int]()
        while waiting and len(seen) < MOST_PAGES:
            address = waiting.pop(0)
            path = urlsplit(address).path
            if address in seen or alike.get(path, 0) >= MOST_ALIKE:
                continue
            seen.add(address)
            alike[path] = alike.get(path, 0) + 1
            answer = self.client.get(address)
            _save(folder, address, answer, normalise)
            waiting += linked(address, answer.text)


def save_open_pages(client: httpx.Client, folder: Path, normalise: Normaliser) -> None:
    """What needs nobody signed in, what is refused without, and the files that those pages load."""
    folder.mkdir(parents=True)
    loaded = dict[str, None]()
    for address in (*OPEN_TO_ALL, *REFUSED):
        answer = client.get(address)
        _save(folder, address, answer, normalise)
        loaded |= dict.fromkeys(link for link in linked(address, answer.text) if link.startswith("/static"))
    for address in loaded:
        _save(folder, address, client.get(address), normalise)


def linked(address: str, page: str) -> list[str]:
    """The addresses of the console and of its files that a page names, without fragments, in the page's order."""
    found = [urljoin(address, html.unescape(link)).partition("#")[0] for link in _LINK.findall(page)]
    return [link for link in found if link.startswith(("/console", "/static"))]


def said_on(page: str) -> str:
    """What a page announces: the text of its alerts and status lines, without markup."""
    plain = (html.unescape(re.sub(r"<[^>]*>", " ", text)) for _, text in _SAID.findall(page))
    return " / ".join(" ".join(text.split()) for text in plain if text.strip())


def _save(folder: Path, address: str, answer: httpx.Response, normalise: Normaliser) -> None:
    kept = ("content-type", "location", "content-security-policy", "cache-control", "content-disposition")
    lines = [f"GET {address}", str(answer.status_code)]
    lines += [f"{name}: {answer.headers[name]}" for name in kept if name in answer.headers]
    body = _body(answer)
    name = re.sub(r"[^\w=.-]+", "_", address.strip("/")) or "root"
    (folder / f"{name}.txt").write_text(normalise("\n".join([*lines, "", body])), encoding="utf-8")


def _body(answer: httpx.Response) -> str:
    kind = answer.headers.get("content-type", "")
    if "json" in kind:
        return json.dumps(answer.json(), ensure_ascii=False, indent=1, sort_keys=True)
    is_text = kind.startswith("text/") or "script" in kind or "svg" in kind
    return answer.text.replace("><", ">\n<") if is_text else f"<{len(answer.content)} bytes>"
