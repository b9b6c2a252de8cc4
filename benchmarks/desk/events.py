"""What one event costs an open page: bytes it receives, and milliseconds from the news to the row being drawn."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.desk.ground import RunningDesk, open_board, shown_rows
from benchmarks.tables import percentile

QUIET = 400  # milliseconds without a request after which an event is over

# Marks when news of this page arrive, and the frame after something other than a clock has changed inside an element.
WATCH = """() => {
  const bench = window.bench = { arrived: 0, drawn: 0, target: "" };
  jiedai.onNews.unshift(() => { if (!bench.arrived) bench.arrived = performance.now(); });
  const isClock = (node) => node && node.closest && node.closest("[data-due]");
  new MutationObserver((changes) => {
    if (!bench.arrived || bench.drawn) return;
    const about = (node) => node && node.closest && node.closest(bench.target);
    const element = (node) => (node.nodeType === 1 ? node : node.parentElement);
    const isIt = (node) => node.matches && node.matches(bench.target);
    const hit = changes.some(({ target, addedNodes, removedNodes }) => !isClock(element(target)) &&
      (about(element(target)) || [...addedNodes, ...removedNodes].some(isIt)));
    if (hit) { bench.drawn = -1; requestAnimationFrame(() => { bench.drawn = performance.now(); }); }
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
}"""


class Meter:
    """Bytes that a page receives, by what they are for, as they come over the wire."""

    def __init__(self, page: Any) -> None:
        self.bytes: Counter[str] = Counter()
        self._kinds: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._ask)
        session.on("Network.dataReceived", self._receive)
        session.on("Network.loadingFinished", self._finish)

    def _ask(self, told: dict[str, Any]) -> None:
        address = told["request"]["url"]
        part = "x-part" in {name.lower() for name in told["request"]["headers"]}
        kind = "stream" if "/console/stream" in address else "rows" if "/console/rows" in address else "part"
        self._kinds[told["requestId"]] = kind if kind != "part" or part else "other"

    def _receive(self, told: dict[str, Any]) -> None:
        if self._kinds.get(told["requestId"], "stream") == "stream":  # begun before anybody watched, and never ending
            self.bytes["stream"] += told["dataLength"]

    def _finish(self, told: dict[str, Any]) -> None:
        if kind := self._kinds.get(told["requestId"]):
            self.bytes[kind] += round(told["encodedDataLength"])


def _one(page: Any, meter: Meter, target: str, happen: Callable[[], None]) -> tuple[Counter[str], float]:
    page.wait_for_timeout(QUIET)
    page.evaluate("target => Object.assign(bench, { arrived: 0, drawn: 0, target })", target)
    meter.bytes.clear()
    happen()
    page.wait_for_function("bench.drawn > 0")
    seen = -1
    while seen != sum(meter.bytes.values()):
        seen = sum(meter.bytes.values())
        page.wait_for_timeout(QUIET)
    return Counter(meter.bytes), float(page.evaluate("bench.drawn - bench.arrived"))


def _sums(found: Sequence[tuple[Counter[str], float]]) -> dict[str, float]:
    took = [each[1] for each in found]
    kinds = ("stream", "rows", "part", "other")
    per = {f"{kind}_bytes": round(statistics.median(each[0][kind] for each in found)) for kind in kinds}
    totals = [float(sum(each[0].values())) for each in found]
    return {
        "events": len(found),
        **per,
        "bytes": round(statistics.median(totals)),
        "most_bytes": round(max(totals)),
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(percentile(took, 0.95), 1),
    }


def measure(desk: RunningDesk, times: int) -> dict[str, dict[str, float]]:
    """Each kind of event so many times: on the board, and on a ticket's page with the list beside it."""
    with desk.page() as page:
        open_board(page, desk)
        page.evaluate(WATCH)
        meter = Meter(page)
        said = shown_rows(page)[:times]
        spoken = [
            _one(page, meter, f"#row-{each} *", lambda each=each: desk.say(each, "请问进展如何")) for each in said
        ]
        waiting = shown_rows(page, "form[action$='/claim']")[:times]
        claimed = [_one(page, meter, f"#row-{each} *", lambda each=each: desk.claim(each)) for each in waiting]
    return {"board: a message": _sums(spoken), "board: a claim": _sums(claimed), **_at_ticket(desk, times)}


def _at_ticket(desk: RunningDesk, times: int) -> dict[str, dict[str, float]]:
    """On the agent's own ticket: its customer writes; a colleague claims another ticket of the list beside it."""
    with desk.page() as page:
        open_board(page, desk, "?show=waiting")  # the list that is beside the ticket, too
        others = shown_rows(page)[:times]
        open_board(page, desk, "?show=mine")
        mine = shown_rows(page)[0]
        page.evaluate("sessionStorage.setItem('jiedai.view', '')")
        page.goto(f"{desk.url}/console/tickets/{mine}")
        page.wait_for_timeout(2_000)
        page.evaluate(WATCH)
        meter = Meter(page)
        drawn = set(shown_rows(page))
        say = [_one(page, meter, "#talk *", lambda: desk.say(mine, "补充一下")) for _ in range(times)]
        claims = [
            _one(page, meter, f"#row-{each} *", lambda each=each: desk.claim(each)) for each in others if each in drawn
        ]
    found = {"ticket: its message": _sums(say)}
    return found | ({"ticket: a claim beside it": _sums(claims)} if claims else {})
