"""Pictures and files from the console to the customer's page: chosen, pasted and dropped, listed, sent, enlarged."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.journeys.people import Desk
from tests.link_cases import LINK_CASES
from tests.patience import patience

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
Opens = Callable[..., Any]


def _picture(width: int, height: int) -> bytes:
    """A PNG with a slope of colours."""
    rows = b"".join(
        b"\0" + bytes(part for x in range(width) for part in (x * 255 // width, y * 255 // height, 140))
        for y in range(height)
    )
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(rows)))
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return (
        b"\x89PNG\r\n\x1a\n"
        + b"".join(chunks)
        + struct.pack(">I", 0)
        + b"IEND"
        + struct.pack(">I", zlib.crc32(b"IEND"))
    )


PNG = _picture(640, 480)
PDF = b"%PDF-1.7 a contract"
PASTED = """(element, words) => {
  const held = new DataTransfer();
  const bytes = Uint8Array.from(atob(words), (sign) => sign.charCodeAt(0));
  held.items.add(new File([bytes], "image.png", { type: "image/png" }));
  element.dispatchEvent(new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true }));
}"""
DROPPED = """(element, words) => {
  const held = new DataTransfer();
  const bytes = Uint8Array.from(atob(words), (sign) => sign.charCodeAt(0));
  held.items.add(new File([bytes], "现场.png", { type: "image/png" }));
  for (const kind of ["dragover", "drop"])
    element.dispatchEvent(new DragEvent(kind, { dataTransfer: held, bubbles: true, cancelable: true }));
}"""


def _say(chat: Any, words: str) -> None:
    chat.locator("#text").fill(words)
    chat.locator("#text").press("Enter")
    chat.locator("article.line-customer", has_text=words).last.wait_for()


def _held(chat: Any, board: Any, matter: str) -> None:
    """The customer of a chat asks for a person, and the agent takes the matter."""
    _say(chat, matter)
    _say(chat, "转人工")
    board.locator("li.row", has_text=matter).locator("a.card-link").click()
    board.get_by_role("button", name="认领", exact=True).click()
    board.locator("#reply").wait_for()


def _listed(board: Any) -> list[str]:
    found: list[str] = board.locator(".attach-list .attach-name").all_inner_texts()
    return [each.split("\n")[0] for each in found]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_files_are_listed_before_and_shown_on_the_customers_page_after(
    customer: Opens, agent: Opens, desk: Desk, shots: Any, size: dict[str, int]
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    board, chat = agent(size=size), customer(desk.new_contact("一级"), size=size)
    _held(chat, board, f"传真机卡纸{size['width']}")
    picker = board.locator(".attach input[type=file]")
    picker.set_input_files(
        [
            {"name": "操作说明.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "屏幕.png", "mimeType": "image/png", "buffer": PNG},
        ]
    )
    words = base64.b64encode(PNG).decode()
    board.locator("#reply").evaluate(PASTED, words)
    board.locator("#composer").evaluate(DROPPED, words)
    assert _listed(board)[:2] == ["操作说明.pdf", "屏幕.png"]
    assert _listed(board)[2].startswith("截图")
    assert _listed(board)[3] == "现场.png"
    board.get_by_role("button", name=f"移除「{_listed(board)[2]}」").click()
    picker.set_input_files([{"name": "安装.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"}])
    expect(board.locator(".attach-wrong")).to_have_text(
        "「安装.exe」不是可以发送的文件，请换成图片、音频、视频、PDF、Word、Excel、PPT 或纯文本。"
    )
    assert _listed(board) == ["操作说明.pdf", "屏幕.png", "现场.png"]
    board.locator("#reply").fill("请按说明操作，图上是出纸口")
    shots(board, f"attach-chosen-{size['width']}")
    assert board.evaluate("document.documentElement.scrollWidth") <= size["width"]
    board.get_by_role("button", name="发送给客户").click()
    expect(board.locator("#talk article.said-agent")).to_have_count(4)
    expect(board.locator(".attach-list")).to_be_hidden()
    shots(board, f"attach-sent-{size['width']}")
    expect(chat.locator("article.line-agent")).to_have_count(4)
    expect(chat.locator("article.line-agent img")).to_have_count(2)
    with chat.expect_download() as download:
        chat.locator("article.line-agent button.file").click()
    assert download.value.suggested_filename == "操作说明.pdf"
    shots(chat, f"attach-chat-{size['width']}")
    last = board.locator("article.said-agent").last
    last.locator("summary", has_text="撤回").click()
    last.get_by_role("button", name="撤回这条回复").click()
    withdrawn = chat.locator("article.line-agent .bubble").last
    expect(withdrawn).to_have_text("（这条消息已撤回）")
    expect(withdrawn).not_to_have_class("bubble picture withdrawn")


def test_what_was_chosen_stays_while_a_note_is_written_and_when_the_reply_is_refused(
    customer: Opens, agent: Opens, desk: Desk
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    board, chat = agent(), customer(desk.new_contact("一级"))
    _held(chat, board, "扫描仪不走纸")
    board.locator(".attach input[type=file]").set_input_files(
        [{"name": "假图.png", "mimeType": "image/png", "buffer": b"MZ no picture"}]
    )
    board.locator("label[for=tab-note]").click()
    board.locator("#note").fill("已查过配件")
    board.get_by_role("button", name="保存备注").click()
    expect(board.locator("#talk")).to_contain_text("已查过配件")
    board.locator("label[for=tab-reply]").click()
    assert _listed(board) == ["假图.png"]
    board.get_by_role("button", name="发送给客户").click()
    expect(board.locator("#flash")).to_contain_text("「假图.png」不是可以发送的文件")
    assert _listed(board) == ["假图.png"]
    assert board.evaluate("document.querySelector('.attach input[type=file]').files.length") == 1
    board.get_by_role("button", name="移除「假图.png」").click()
    expect(board.locator(".attach-list")).to_be_hidden()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_picture_is_enlarged_over_the_page_and_the_keyboard_comes_back_to_it(
    customer: Opens, agent: Opens, desk: Desk, shots: Any, size: dict[str, int]
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    board, chat = agent(size=size), customer(desk.new_contact("一级"), size=size)
    _held(chat, board, f"装订机不出钉{size['width']}")
    picture = {"name": "说明图.png", "mimeType": "image/png", "buffer": _picture(1600, 1200)}
    board.locator(".attach input[type=file]").set_input_files([picture])
    board.get_by_role("button", name="发送给客户").click()
    for page in (board, chat):
        small, before = page.locator("[data-enlarge]").last, page.url
        expect(small.locator("img")).to_be_visible()
        small.focus()
        page.keyboard.press("Enter")
        large = page.get_by_role("dialog", name="图片：说明图.png")
        expect(large).to_be_visible()
        expect(large.get_by_role("button", name="关闭")).to_be_focused()
        page.wait_for_function("document.querySelector('.enlarged img').naturalWidth === 1600")
        box = large.locator("img").bounding_box()
        assert box["width"] <= size["width"]
        assert box["width"] > min(size["width"], 1600) * 0.5
        shots(page, f"enlarged-{'console' if page is board else 'chat'}-{size['width']}")
        large.get_by_role("button", name="原始大小").click()
        assert large.locator("img").bounding_box()["width"] == 1600
        page.keyboard.press("Escape")
        expect(large).to_be_hidden()
        expect(small).to_be_focused()
        small.click()
        large.get_by_role("button", name="关闭").click()
        expect(small).to_be_focused()
        assert page.url == before


def test_what_leads_somewhere_is_the_same_on_the_customers_page(customer: Opens, desk: Desk) -> None:
    chat = customer(desk.new_contact("一级"))
    found = chat.evaluate(
        """(texts) => texts.map((text) => {
          const box = document.createElement("div");
          box.append(...jiedai.linked(text));
          const links = [...box.querySelectorAll("a")];
          const kept = (each) => each.rel === "noopener noreferrer nofollow" && each.target === "_blank";
          const told = links.map((each) => [each.textContent, each.getAttribute("href")]);
          return { text: box.textContent, links: told, kept: links.every(kept) };
        })""",
        [text for text, _links in LINK_CASES],
    )
    for (text, links), shown in zip(LINK_CASES, found, strict=True):
        assert shown == {"text": text, "links": [list(each) for each in links], "kept": True}


def test_addresses_and_numbers_in_a_talk_can_be_tapped_on_both_sides(
    customer: Opens, agent: Opens, desk: Desk, shots: Any
) -> None:
    from playwright.sync_api import expect

    expect.set_options(timeout=patience(10) * 1_000)
    board, chat = agent(), customer(desk.new_contact("一级"), size=PHONE)
    _held(chat, board, "塑封机说明书丢了")
    _say(chat, "是 https://example.com/a?b=1 吗")
    board.locator("#reply").fill("在https://example.com/help。<b>急</b>请打400-123-4567转客服，或javascript:alert(1)")
    board.get_by_role("button", name="发送给客户").click()
    for page, line in ((chat, "article.line-agent .bubble"), (board, "article.said-agent .words")):
        words = page.locator(line).last
        expect(words).to_have_text("在https://example.com/help。<b>急</b>请打400-123-4567转客服，或javascript:alert(1)")
        links = words.locator("a").evaluate_all("(all) => all.map((each) => each.getAttribute('href'))")
        assert links == ["https://example.com/help", "tel:4001234567"]
    asked = board.locator("article.said-customer .words a").first
    expect(asked).to_have_attribute("href", "https://example.com/a?b=1")
    shots(board, "linked-console")
    shots(chat, "linked-chat-390")
