"""Beside the reply, in the browser: a standard sentence in one click and some keys, an answer looked up in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.tickets import canned_replies
from bot.transcript.canned_reply_store import CannedReplyWords, get_reply
from escalation.staff import find_credentials
from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]


@pytest.fixture(autouse=True)
def _expects() -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)


@pytest.fixture(scope="module")
def canned(desk: Desk) -> int:
    """The agent's own reply, in which a customer whom nobody knows leaves a gap."""
    service = desk.service
    found = service.database.read_now(find_credentials, "lin")
    assert found is not None
    words = CannedReplyWords("核实", "正在核实", "{客户姓名}您好，工单 {工单号} 正在核实，稍等。")
    order = (service.rules.policy, found[0], words, service.clock())
    return int(service.database.write_now(canned_replies.add, *order, team=False))


@pytest.fixture
def page(customer: Opens, agent: Opens) -> Callable[..., Any]:
    """A claimed ticket's page before the agent, the focus nowhere."""

    def open_page(words: str, size: dict[str, int] = DESKTOP) -> Any:
        chat = customer()
        for said in (words, "转人工"):
            chat.locator("#text").fill(said)
            chat.locator("#text").press("Enter")
            chat.locator("article.line-customer", has_text=said).last.wait_for()
        board = agent(size=size)
        board.locator("li.row", has_text=words).locator("a.card-link").click()
        board.get_by_role("button", name="认领", exact=True).click()
        board.locator("#reply").wait_for()
        board.goto(board.url.partition("?")[0])
        board.locator("#reply").wait_for()
        return board

    return open_page


def test_i_send_a_standard_sentence_with_one_click_and_a_few_keys(
    page: Callable[..., Any], canned: int, desk: Desk, shots: Any
) -> None:
    from playwright.sync_api import expect

    board = page("碎纸机响得厉害")
    board.get_by_role("button", name="快捷回复").click()
    board.keyboard.type("核")
    expect(board.locator("#canned-list [role=option]")).to_have_count(1)
    expect(board.locator("#reply")).to_have_attribute("role", "combobox")
    shots(board, "composer-canned-1440")
    board.keyboard.press("Enter")
    expect(board.locator("#canned")).to_be_hidden()
    board.keyboard.press("Control+Enter")
    expect(board.get_by_role("alert")).to_have_text(
        "回复里还有没填的内容：〔请填写：客户姓名〕。请填好或删去，再发送给客户。"
    )
    field = board.locator("#reply")
    field.fill(field.input_value().replace("〔请填写：客户姓名〕", "王工"))
    board.keyboard.press("Control+Enter")
    expect(board.locator("#talk")).to_contain_text("王工您好，工单 #")
    assert desk.read(get_reply, canned).uses == 1


@pytest.mark.usefixtures("canned")
def test_a_slash_opens_the_list_where_no_ime_composes_and_escape_closes_it(page: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    board = page("过塑机不热了")
    reply = board.locator("#reply")
    reply.click()
    board.keyboard.type("见 1/2 页")
    expect(board.locator("#canned")).to_be_hidden()
    board.keyboard.type(" /核实")
    expect(board.locator("#canned")).to_be_visible()
    board.keyboard.press("Escape")
    expect(board.locator("#canned")).to_be_hidden()
    expect(reply).to_have_value("见 1/2 页 /核实")
    expect(reply).not_to_have_attribute("role", "combobox")
    reply.fill("")
    session = board.context.new_cdp_session(board)
    session.send("Input.imeSetComposition", {"text": "/he", "selectionStart": 3, "selectionEnd": 3})
    expect(board.locator("#canned")).to_be_hidden()
    session.send("Input.insertText", {"text": "/核"})
    expect(board.locator("#canned")).to_be_visible()
    board.keyboard.press("Tab")
    expect(reply).to_be_focused()
    expect(board.locator("#canned")).to_be_hidden()
    assert board.evaluate("getSelection().toString()") == "〔请填写：客户姓名〕"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_i_look_an_answer_up_and_put_it_into_my_reply_with_two_clicks(
    page: Callable[..., Any], shots: Any, size: dict[str, int]
) -> None:
    from playwright.sync_api import expect

    board = page(f"点钞机修好要多久{size['width']}", size)
    board.get_by_role("button", name="查知识库").click()
    board.keyboard.type("发票抬头写错了")
    first = board.locator("#answers-list [role=option]").first
    expect(first).to_contain_text("发票")
    shots(board, f"composer-answers-{size['width']}")
    answer = first.locator("span").inner_text()
    first.click()
    assert answer[:20] in board.locator("#reply").input_value()
    assert board.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_i_adopt_the_suggested_answer_and_it_is_not_suggested_again(page: Callable[..., Any], shots: Any) -> None:
    from playwright.sync_api import expect

    board = page("怎么开发票")
    suggestion = board.get_by_role("region", name="参考答案")
    shots(board, "composer-suggested-1440")
    suggestion.get_by_role("button", name="采纳").click()
    board.keyboard.press("Control+Enter")
    expect(board.locator("#flash")).to_contain_text("回复已发给客户")
    expect(suggestion).to_have_count(0)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_the_standard_wording_is_at_hand(page: Callable[..., Any], shots: Any, size: dict[str, int]) -> None:
    board = page(f"塑封机坏了{size['width']}", size)
    board.get_by_text("标准话术与流程").click()
    shots(board, f"composer-standard-{size['width']}")
    board.get_by_role("button", name="插入「客户道谢」").click()
    assert board.locator("#reply").input_value() == "不客气，有需要随时告诉我。"


def test_the_page_of_canned_replies_fits_a_telephone(agent: Opens, canned: int, shots: Any) -> None:
    board = agent(size=PHONE)
    board.goto(board.url.partition("/console")[0] + "/console/replies")
    board.get_by_text("新建快捷回复").click()
    shots(board, "replies-390")
    assert board.evaluate("document.documentElement.scrollWidth") <= 390
