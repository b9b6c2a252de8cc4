"""A keeper edits a question, tries a sentence, looks at the difference, publishes, and goes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PASSWORD, PHONE
from tests.journeys.people import Desk, Page, new_client
from tests.processes import Server, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
ASKED = "怎么查订单"
NEW = "请在「我的订单」里查看，也可以直接问我。"


@pytest.fixture(scope="module")
def keeper(desk: Desk) -> str:
    """The sign-in name of a lead."""
    return desk.hire("zhou", "周敏", "lead", PASSWORD).login


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "telephone"])
def test_an_answer_is_changed_tried_published_and_taken_back(
    agent: Callable[..., Any], keeper: str, server: Server, shots: Callable[..., None], size: dict[str, int]
) -> None:
    board = agent(keeper, size)
    wide = size["width"]
    board.goto(f"{server.url}/console/knowledge/questions?q=chadingdan")
    _fits(board)
    shots(board, f"keeper-list-{wide}")
    board.get_by_role("link", name=ASKED, exact=True).click()
    before = board.locator("textarea[name=answer]").input_value()
    board.locator("textarea[name=answer]").fill(NEW)
    assert board.locator("[data-preview=answer]").inner_text() == NEW
    _fits(board)
    shots(board, f"keeper-question-{wide}")
    board.get_by_role("button", name="保存到草稿").click()
    board.get_by_role("status").filter(has_text="已保存到草稿").wait_for()

    board.goto(f"{server.url}/console/knowledge/try?text={ASKED}")
    board.get_by_role("heading", name="按草稿").wait_for()
    board.get_by_text(NEW).wait_for(timeout=90_000)
    _fits(board)
    shots(board, f"keeper-try-{wide}")

    board.get_by_role("link", name="草稿与发布").click()
    board.locator("ins", has_text=NEW).wait_for()
    board.get_by_role("button", name="开始检验").click()
    board.get_by_text("检验通过").wait_for(timeout=90_000)
    _fits(board)
    shots(board, f"keeper-draft-{wide}")
    board.get_by_role("button", name="发布", exact=True).click()
    board.get_by_role("status").filter(has_text="已发布").wait_for()
    with new_client() as http:
        customer = Page.open(http, server.url)
        eventually(lambda: _answer(customer) == NEW)
        board.get_by_role("link", name="历史版本").click()
        _fits(board)
        shots(board, f"keeper-editions-{wide}")
        board.locator(".kb-table a").nth(1).click()
        _fits(board)
        board.locator("summary", has_text="看恢复后会改变什么").click()
        shots(board, f"keeper-edition-{wide}")
        board.get_by_role("button", name="恢复到第").click()
        board.get_by_role("status").filter(has_text="已恢复并发布").wait_for(timeout=90_000)
        eventually(lambda: _answer(customer) == before)


def _answer(page: Page) -> str:
    page.say(ASKED)
    eventually(lambda: page.transcript()[-1]["author"] == "bot")
    return str(page.transcript()[-1]["text"])


def _fits(page: Any) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} wide where there is room for {room}"


def test_a_file_with_faults_names_them_and_one_without_is_looked_at(
    agent: Callable[..., Any], keeper: str, server: Server, shots: Callable[..., None]
) -> None:
    board = agent(keeper, PHONE)
    board.goto(f"{server.url}/console/knowledge/files")
    faulty = "云印常见问题,,\n问题,答案,分类\n几点发货,,订单\n".encode()
    board.locator("input[name=file]").set_input_files({"name": "问答.csv", "mimeType": "text/csv", "buffer": faulty})
    board.get_by_role("button", name="上传并查看").click()
    board.get_by_text("第 3 行：「答案」是空的，请填写。").wait_for()
    _fits(board)
    shots(board, "keeper-faults-390")
    board.goto(f"{server.url}/console/knowledge/files")
    good = "问题,答案,分类,相似问法\n几点能发走,365,订单,几点发、什么时候走\n".encode()
    board.locator("input[name=file]").set_input_files({"name": "问答.csv", "mimeType": "text/csv", "buffer": good})
    board.get_by_role("button", name="上传并查看").click()
    board.set_viewport_size(DESKTOP)
    board.get_by_label("我已核对").check()
    shots(board, "keeper-file-1440")
    board.set_viewport_size(PHONE)
    _fits(board)
    board.get_by_role("button", name="放进草稿").click()
    board.get_by_role("status").filter(has_text="文件内容已放进草稿").wait_for()
    board.locator("ins", has_text="365").wait_for()
