"""What redraws take from under a person's hands: clicks half made, selections, the focus, words half typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.desk.ground import RunningDesk, open_board, shown_rows

WORDS = "您好，正在为您核实"
# Counts clicks that arrive at buttons of rows, and keeps them from doing anything.
COUNT_CLICKS = """() => {
  window.clicks = 0;
  addEventListener("click", (event) => {
    if (!event.target.closest("#rows button")) return;
    clicks += 1;
    event.preventDefault();
  }, true);
}"""
COUNT_NEWS = "() => { window.news = 0; jiedai.onNews.push(() => { news += 1; }); }"
# A few characters within a text, as a person selects them; what is selected is compared with it later.
SELECT = """(selector) => {
  const texts = document.createTreeWalker(document.querySelector(selector), NodeFilter.SHOW_TEXT);
  while (texts.nextNode() && !texts.currentNode.data.trim());
  const text = texts.currentNode, start = text.data.search(/\\S/) + 1;
  getSelection().setBaseAndExtent(text, start, text, Math.min(start + 4, text.length));
  return String(getSelection());
}"""


def measure(desk: RunningDesk, times: int) -> dict[str, Any]:
    """So many redraws in all, of five kinds; each forced by a customer's message and by `jiedai.refresh()`."""
    each = max(1, times // 5)
    with desk.page() as page:
        open_board(page, desk)
        page.evaluate(COUNT_CLICKS)
        page.evaluate(COUNT_NEWS)
        found = {
            "clicks": sum(_press(page, desk, ticket) for ticket in _some(page, "form[action$='/claim']", each)),
            "selections in rows": sum(_select(page, desk, ticket) for ticket in _some(page, "", each)),
            "focus in rows": sum(_focus(page, desk, ticket) for ticket in _some(page, "", each)),
        }
        open_board(page, desk, "?show=mine")
        mine = shown_rows(page)
        chosen = [mine[number % len(mine)] for number in range(each)]
        found["half-typed replies"] = sum(_type(page, desk, ticket) for ticket in chosen)
        found["selections in talks"] = sum(_select_line(page, desk, ticket) for ticket in chosen)
    return {"redraws": 5 * each, **found, "lost": sum(found.values())}


def _some(page: Any, only: str, count: int) -> list[int]:
    rows = shown_rows(page, only)
    return [rows[number % len(rows)] for number in range(count)]


def _redraw(page: Any, happen: Callable[[], None]) -> None:
    """Make it happen, see the news come and the page fetch and draw what has changed."""
    before = page.evaluate("news")
    happen()
    page.wait_for_function("before => news > before", arg=before)
    page.evaluate("jiedai.refresh()")
    page.wait_for_timeout(350)


def _press(page: Any, desk: RunningDesk, ticket: int) -> int:
    button = page.locator(f"#row-{ticket} form button")
    button.scroll_into_view_if_needed()
    button.hover()
    before = page.evaluate("clicks")
    page.mouse.down()
    _redraw(page, lambda: desk.say(ticket, "请问进展如何"))
    page.mouse.up()
    page.wait_for_timeout(50)
    return int(page.evaluate("clicks") != before + 1)


def _select(page: Any, desk: RunningDesk, ticket: int) -> int:
    selected = page.evaluate(SELECT, f"#row-{ticket} .subject")
    _redraw(page, lambda: desk.say(ticket, "还有别的办法吗"))
    return int(page.evaluate("String(getSelection())") != selected or not selected)


def _focus(page: Any, desk: RunningDesk, ticket: int) -> int:
    page.evaluate("ticket => document.querySelector(`#row-${ticket} .card-link`).focus()", ticket)
    _redraw(page, lambda: desk.say(ticket, "我再等等"))
    here = "document.activeElement.closest('.row') && document.activeElement.matches('.card-link')"
    return int(page.evaluate(f"{here} ? +document.activeElement.closest('.row').dataset.ticket : 0") != ticket)


def _open(page: Any, desk: RunningDesk, ticket: int) -> None:
    page.goto(f"{desk.url}/console/tickets/{ticket}")
    page.wait_for_load_state("load")
    page.evaluate(COUNT_NEWS)
    page.wait_for_timeout(800)  # the first news, and what they lead to


def _type(page: Any, desk: RunningDesk, ticket: int) -> int:
    _open(page, desk, ticket)
    reply = page.locator("#reply")
    reply.fill("")
    reply.focus()
    page.keyboard.insert_text(WORDS)
    page.keyboard.press("ArrowLeft")
    _redraw(page, lambda: desk.say(ticket, "请问进展如何"))
    state = "[document.activeElement.id, document.activeElement.value, document.activeElement.selectionStart]"
    return int(page.evaluate(state) != ["reply", WORDS, len(WORDS) - 1])


def _select_line(page: Any, desk: RunningDesk, ticket: int) -> int:
    _open(page, desk, ticket)
    selected = page.evaluate(SELECT, "#talk .said-customer .words")
    _redraw(page, lambda: desk.say(ticket, "请问进展如何"))
    return int(page.evaluate("String(getSelection())") != selected or not selected)
