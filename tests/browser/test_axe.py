"""Pages of the desk and the customer's chat meet WCAG 2.2 AA as far as axe can tell, and fields' edges can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.agents.actions import Claim, Reply, act
from bot.auth import staff_sessions
from bot.web.console.access import COOKIE
from escalation.staff import Staff, all_staff
from tests.browser.conftest import DESKTOP, PATIENCE
from tests.journeys.people import Desk, Page, new_client
from tests.patience import patience
from tests.processes import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
STILL = {"reduced_motion": "reduce"}  # what fades in has not its own colours yet

# Fields whose edge stands out less than 3:1 from what is behind it; boxes and dials that the browser draws are its own.
FAINT_EDGES = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((each) => linear(each / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
    return (more + 0.05) / (less + 0.05);
  };
  const over = (colour, ground) => colour.map((each, at) => (each * colour[3] + ground[at] * (255 - colour[3])) / 255);
  const behind = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const colour = read(getComputedStyle(each).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const drawn = "input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), select, textarea";
  const fields = [...document.querySelectorAll(drawn)].filter((field) => field.checkVisibility() && !field.disabled);
  return fields.map((field) => {
    const ground = behind(field.parentElement), style = getComputedStyle(field);
    const hasEdge = parseFloat(style.borderBottomWidth) && style.borderBottomStyle !== "none";
    const edge = hasEdge ? contrast(over(read(style.borderBottomColor), ground), ground) : 1;
    const ratio = Math.max(edge, contrast(behind(field), ground));
    return [`${field.tagName.toLowerCase()}#${field.id}[name=${field.name}]`, ratio.toFixed(2)];
  }).filter(([, ratio]) => ratio < 3);
}"""


@pytest.fixture(scope="module")
def tickets(server: Server, desk: Desk) -> dict[str, int]:
    """Numbers of tickets: in the agent's hands with a talk, waiting, and in a colleague's hands."""
    found = {}
    with new_client() as http:
        for name, words in (("mine", "打印机卡纸了"), ("waiting", "发票抬头开错了"), ("reading", "订单三天没发货")):
            customer = Page.open(http, server.url)
            customer.say(words)
            customer.say("转人工")
            found[name] = desk.ticket_of(customer).id
            customer.say("请尽快，电话 13800138000")
    rules, now = desk.service.rules, desk.service.clock()
    for login, name in (("lin", "mine"), ("wang", "reading")):
        who = find_staff(desk, login)
        desk.service.database.write_now(act, rules, who, found[name], Claim(), now)
        desk.service.database.write_now(
            act, rules, who, found[name], Reply("您好，正在查看。", login), now + timedelta(seconds=1)
        )
    return found


@pytest.fixture(scope="module")
def sign_in(chromium: Any, server: Server, desk: Desk) -> Iterator[Callable[[str], Any]]:
    """Return the window of a signed-in person, one each."""
    people = {
        "lin": find_staff(desk, "lin"),
        "han": desk.hire("han", "韩梅", "lead"),
        "root": desk.hire("root", "管理员", "admin"),
    }
    opened: dict[str, Any] = {}

    def window(login: str) -> Any:
        if login not in opened:
            context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai", **STILL)
            context.set_default_timeout(patience(PATIENCE) * 1_000)
            if login:
                token = desk.service.database.write_now(
                    staff_sessions.open_session, people[login], desk.service.clock()
                )
                context.add_cookies([{"name": COOKIE, "value": token, "url": server.url}])
            opened[login] = context.new_page()
        return opened[login]

    yield window
    for page in opened.values():
        page.context.close()


def find_staff(desk: Desk, login: str) -> Staff:
    """Return the person with this sign-in name."""
    return next(one for one in desk.read(all_staff) if one.login == login)


PAGES = [
    ("lin", "/console"),
    ("lin", "/console/tickets/{mine}"),
    ("lin", "/console/tickets/{waiting}"),
    ("lin", "/console/tickets/{reading}"),
    ("lin", "/console/me"),
    ("lin", "/console/replies"),
    ("han", "/console/knowledge"),
    ("han", "/console/knowledge/questions"),
    ("han", "/console/knowledge/question?id=order-query"),
    ("han", "/console/roster"),
    ("han", "/console/incidents"),
    ("han", "/console/reports"),
    ("han", "/console/reports/service"),
    ("root", "/console/people"),
    ("", "/chat"),
]


@pytest.mark.parametrize(("login", "path"), PAGES, ids=[path.strip("/") for _, path in PAGES])
def test_a_page_breaks_no_rule_and_its_fields_can_be_seen(
    sign_in: Callable[[str], Any], server: Server, tickets: dict[str, int], shots: Any, login: str, path: str
) -> None:
    page = sign_in(login)
    answer = page.goto(server.url + path.format(**tickets))
    assert answer.status in (200, 422)  # figures of a desk that has none yet are said to be missing
    page.locator("main").first.wait_for()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    shots(page, "axe-" + path.strip("/").replace("/", "-").partition("?")[0])
    assert page.evaluate(FAINT_EDGES) == []
