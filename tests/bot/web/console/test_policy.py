"""The console's page of the policy's editions: read by all, changed by nobody."""

from __future__ import annotations

import html
from datetime import UTC, datetime

import pytest

from bot.wording import refusals
from escalation.policy import policy_editions
from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat

OLD, NEW = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
PAGE = "/console/policy"


@pytest.fixture
def console(console: Console, scene: Scene) -> Console:
    """With two editions of a policy."""
    for day, version in ((1, OLD), (8, NEW)):
        since = datetime(2026, 11, day, 1, tzinfo=UTC)
        scene.write(policy_editions.activate, version, f"name: {version}\n# {HOSTILE}\n", since)
    return console


@pytest.fixture
async def agent(console: Console) -> Seat:
    return await console.sits("wang")


async def test_an_edition_is_shown_as_its_file_was(agent: Seat) -> None:
    page = await agent.look(f"{PAGE}/{OLD}")
    assert page.status_code == 200
    assert (
        html.escape(f"name: {OLD}\n# {HOSTILE}", quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;")
        in page.text
    )
    assert "<script>alert(1)" not in page.text
    assert "2026年11月1日 周日 09:00 起，至 2026年11月8日 周日 09:00" in page.text
    assert "已由新版本替代" in page.text


async def test_without_a_version_it_is_the_one_in_force(agent: Seat) -> None:
    page = await agent.look(PAGE)
    assert f"name: {NEW}" in page.text
    assert "现行" in page.text
    assert f'href="{PAGE}/{OLD}"' in page.text


async def test_what_was_never_kept_is_told_so(agent: Seat) -> None:
    page = await agent.look(f"{PAGE}/cccccccccccc")
    assert page.status_code == 404
    assert refusals.NO_SUCH_EDITION in page.text


async def test_nobody_reads_it_without_signing_in(console: Console) -> None:
    answer = await console.browser().get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in?next=%2Fconsole%2Fpolicy")


async def test_nothing_can_be_sent_to_it(agent: Seat) -> None:
    assert (await agent.browser.post(f"{PAGE}/{OLD}", data={"text": "x"})).status_code == 405
