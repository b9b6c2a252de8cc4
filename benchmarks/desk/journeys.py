"""Work at the desk by the keystroke-level model: keys, clicks and seconds of tasks that are really carried out.

The model and its operators are of Card, Moran and Newell, "The keystroke-level model for user performance time with
interactive systems", Communications of the ACM 23 (7), 1980; the times here: a key K 0.28 s (an average non-
secretary typist), pointing P 1.1 s, pressing or releasing a mouse button B 0.1 s, moving a hand between keyboard
and mouse H 0.4 s, thinking before a step M 1.35 s. Keys and clicks are counted by listeners in the page, M once per
step of the task as it is written here. Chinese words count with the keys of their pinyin and one to choose them.
Time to read, to wait for the page, and to find out what to answer is left out: it is the same whatever the page
looks like.

Each begins on the board, 40 tickets there, the focus nowhere, the hands on the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.desk.ground import RunningDesk, open_board, running, shown_rows

K, P, B, H, M = 0.28, 1.1, 0.1, 0.4, 1.35
TICKETS = 40
NEAR = 6  # rows: pointing at one further down is quicker than walking there
PHONE = "13912345678"
OWN = "[...document.querySelectorAll('#rows > li')].findIndex((row) => row.querySelector('.mine'))"
LISTEN = """() => {
  addEventListener("pointerdown", (event) => event.isTrusted && counted("click"), true);
  addEventListener("keydown", (event) => event.isTrusted && counted("key"), true);
}"""


@dataclass
class Hands:
    """What a person does, and how long that takes by the model."""

    page: Any
    keys: int = 0
    clicks: int = 0
    moves: int = 0
    steps: int = 0
    at_mouse: bool = False

    def count(self, _source: Any, what: str) -> None:
        """Take down a key or a click that the page has seen."""
        self.moves += self.at_mouse != (what == "click")
        self.at_mouse = what == "click"
        self.keys += what == "key"
        self.clicks += what == "click"

    def press(self, *keys: str) -> None:
        """One step: keys, each waited for until the page has dealt with it."""
        self.steps += 1
        for key in keys:
            self.page.keyboard.press(key)

    def click(self, target: Any) -> None:
        """One step."""
        self.steps += 1
        target.click()

    def write(self, words: str, pinyin: str) -> None:
        """One step: words as an input method writes them."""
        self.steps += 1
        for _ in range(len(pinyin) + 1):
            self.count(None, "key")
        self.page.keyboard.insert_text(words)

    @property
    def seconds(self) -> float:
        """By the model."""
        return self.keys * K + self.clicks * (P + 2 * B) + self.moves * H + self.steps * M


def measure() -> dict[str, dict[str, Any]]:
    """Every task once, on a desk of its own with 40 tickets."""
    with running(TICKETS) as desk:
        return {name: carry_out(desk, task) for name, task in TASKS.items()}


def carry_out(desk: RunningDesk, task: Callable[[RunningDesk, Hands], None]) -> dict[str, Any]:
    with desk.page() as page:
        hands = Hands(page)
        page.context.expose_binding("counted", hands.count)
        page.add_init_script(f"({LISTEN})()")
        open_board(page, desk)
        task(desk, hands)
        figures = {"clicks": hands.clicks, "keys": hands.keys, "hand_moves": hands.moves, "steps": hands.steps}
        return {**figures, "seconds": round(hands.seconds, 1)}


def _walk_to(hands: Hands, row: str) -> None:
    """Go down the list to the first row of a kind: one step, however many keys."""
    hands.steps += 1
    for _ in range(TICKETS):
        hands.page.keyboard.press("j")
        if hands.page.evaluate(f"document.activeElement.closest('.row')?.querySelector({row!r}) != null"):
            return
    raise AssertionError(f"no row with {row}")


def _open_own(hands: Hands) -> None:
    """Open the first of one's own tickets from the board: by keys if it is near the top, else by a click."""
    page = hands.page
    if page.evaluate(OWN) < NEAR:
        _walk_to(hands, ".mine")
        hands.press("Enter")
    else:
        hands.click(page.locator("#rows > li", has=page.locator(".mine")).first.locator(".card-link"))
    hands.page.locator("#reply").wait_for()
    _settled(hands.page)


def _settled(page: Any) -> None:
    page.wait_for_load_state("load")
    page.wait_for_timeout(1_000)  # letters count once the stream has said that they are wanted


def _simple(_desk: RunningDesk, hands: Hands) -> None:
    """Claim from the list, reply, and solve with the reply."""
    _walk_to(hands, "form[action$='/claim']")
    hands.press("c")
    hands.page.locator("#reply").wait_for()
    _settled(hands.page)
    _reply(hands, "Control+Shift+Enter")
    hands.page.get_by_role("status").filter(has_text="解决").first.wait_for()


def _simple_by_mouse(_desk: RunningDesk, hands: Hands) -> None:
    hands.click(hands.page.locator("#rows form[action$='/claim'] button").first)
    hands.page.locator("#reply").wait_for()
    _settled(hands.page)
    hands.click(hands.page.locator("#reply"))
    hands.write("您好，已为您处理好了", "ninhaoyiweininchulihaole")
    hands.click(hands.page.locator(".form-reply button[name=then]"))
    hands.page.get_by_role("status").filter(has_text="解决").first.wait_for()


def _reply(hands: Hands, send: str) -> None:
    if hands.page.evaluate("document.activeElement.id") != "reply":
        hands.press("e")
    hands.write("您好，已为您处理好了", "ninhaoyiweininchulihaole")
    hands.press(send)


def _canned(_desk: RunningDesk, hands: Hands) -> None:
    _open_own(hands)
    before = hands.page.locator(".said-agent").count()
    hands.press("e")
    hands.press("/")
    hands.write("查", "cha")
    hands.page.locator("#canned-list [role=option]").first.wait_for()
    hands.press("Enter")
    hands.press("Control+Enter")
    hands.page.locator(".said-agent").nth(before).wait_for()


def _transfer(_desk: RunningDesk, hands: Hands) -> None:
    _open_own(hands)
    hands.press("t")
    hands.press("ArrowDown")
    hands.press("Tab", "Tab", "Enter")
    hands.page.wait_for_function("location.pathname === '/console' || !document.querySelector('#reply')")


def _solve_and_next(_desk: RunningDesk, hands: Hands) -> None:
    _open_own(hands)
    before = hands.page.url
    hands.press("r")
    hands.press("Enter")
    hands.page.wait_for_function("before => location.href !== before", arg=before)


def _find_by_phone(desk: RunningDesk, hands: Hands) -> None:
    ticket = shown_rows(hands.page)[-1]
    desk.say(ticket, f"我的电话是 {PHONE}")
    hands.page.wait_for_timeout(1_000)
    hands.press("/")
    hands.press(*PHONE)
    hands.press("Enter")
    hands.page.wait_for_url("**q=*")
    hands.page.locator(f"a[href='/console/tickets/{ticket}']").first.wait_for()
    _settled(hands.page)
    hands.press("j", "Enter")
    hands.page.wait_for_url(f"**/console/tickets/{ticket}")


def _send_file(_desk: RunningDesk, hands: Hands) -> None:
    """The dialog of the system counts as one more click on the file and one on its button."""
    _open_own(hands)
    with hands.page.expect_file_chooser() as chooser:
        hands.click(hands.page.locator(".attach .attach-pick, .attach label").first)
    chooser.value.set_files([{"name": "说明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}])
    for _ in range(2):
        hands.steps += 1
        hands.count(None, "click")
    hands.page.locator(".attach-list li").first.wait_for()
    before = hands.page.locator(".said-agent").count()
    hands.click(hands.page.locator("[data-send]"))
    hands.page.locator(".said-agent").nth(before).wait_for()


def _answer(_desk: RunningDesk, hands: Hands) -> None:
    _open_own(hands)
    hands.click(hands.page.locator("#open-answers"))
    hands.write("发票抬头", "fapiaotaitou")
    hands.page.locator("#answers-list [role=option]").first.wait_for()
    hands.press("Enter")
    hands.page.wait_for_function("document.querySelector('#reply').value.length > 10")


TASKS: dict[str, Callable[[RunningDesk, Hands], None]] = {
    "simple ticket, by keys": _simple,
    "simple ticket, by mouse": _simple_by_mouse,
    "standard sentence": _canned,
    "look up and insert an answer": _answer,
    "send a file": _send_file,
    "transfer": _transfer,
    "solve and next": _solve_and_next,
    "find by phone": _find_by_phone,
}
