"""How soon the first rows of a long list can be used, and whether every other row can be reached."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.desk.ground import RunningDesk, shown_rows

FIRST = 100
USABLE = """() => {
  const look = () => {
    const rows = document.querySelectorAll("#rows > li"), link = rows.length && rows[0].querySelector(".card-link");
    if (rows.length >= wanted && document.readyState !== "loading" && window.jiedai && link) {
      link.focus();
      if (document.activeElement === link) { window.usable = performance.now(); return; }
    }
    requestAnimationFrame(look);
  };
  const wanted = WANTED;
  requestAnimationFrame(look);
}"""


def measure(desk: RunningDesk, count: int, times: int) -> dict[str, Any]:
    """Times of the first rows, and how many rows each way leads to."""
    wanted = min(FIRST, count)
    took = [_first(desk, wanted) for _ in range(times)]
    found: dict[str, Any] = {"rows": wanted, "median_ms": round(statistics.median(took)), "most_ms": round(max(took))}
    found |= _by_scroll(desk)
    found |= _by_tab(desk)
    return found | _by_search(desk)


def _first(desk: RunningDesk, wanted: int) -> float:
    with desk.page() as page:
        page.add_init_script(f"({USABLE.replace('WANTED', str(wanted))})()")
        page.goto(f"{desk.url}/console")
        page.wait_for_function("window.usable")
        return float(page.evaluate("window.usable"))


def _by_scroll(desk: RunningDesk) -> dict[str, Any]:
    with desk.page() as page:
        page.goto(f"{desk.url}/console")
        began = time.monotonic()
        while page.evaluate("document.querySelector('#rows').dataset.more"):
            before = len(shown_rows(page))
            page.mouse.wheel(0, 100_000)
            more = "before => document.querySelectorAll('#rows > li').length > before"
            page.wait_for_function(f"{more} || !document.querySelector('#rows').dataset.more", arg=before)
        return {"by_scroll": len(set(shown_rows(page))), "scroll_s": round(time.monotonic() - began, 1)}


def _by_tab(desk: RunningDesk) -> dict[str, Any]:
    """From the last row on, Tab alone must lead into the next ones, until none are left."""
    with desk.page() as page:
        page.goto(f"{desk.url}/console")
        page.wait_for_load_state("load")
        while page.evaluate("document.querySelector('#rows').dataset.more"):
            before = len(shown_rows(page))
            page.evaluate("document.querySelector('#rows').lastElementChild.querySelector('.card-link').focus()")
            for _ in range(4):  # a button may follow the link
                page.keyboard.press("Tab")
                if page.evaluate("document.querySelector('#rows-next').contains(document.activeElement)"):
                    break
            page.wait_for_function("before => document.querySelectorAll('#rows > li').length > before", arg=before)
            page.wait_for_function("document.querySelector('#rows').contains(document.activeElement)")
        return {"by_tab": len(set(shown_rows(page)))}


def _by_search(desk: RunningDesk, asked: int = 40) -> dict[str, Any]:
    """Tickets that are not among the first rows, by their number."""
    with desk.page() as page:
        page.goto(f"{desk.url}/console")
        beyond = sorted(set(desk.visitors) - set(shown_rows(page)))
        chosen = beyond[:: max(1, len(beyond) // asked)][:asked]
        hit = 0
        for ticket in chosen:
            page.keyboard.press("/")
            page.locator("#search").fill(f"#{ticket}")
            page.keyboard.press("Enter")
            page.wait_for_url(f"**q=*{ticket}*")
            hit += page.locator(f"a[href='/console/tickets/{ticket}']").count() > 0 or f"/tickets/{ticket}" in page.url
        return {"searched": len(chosen), "by_search": hit}
