"""A page that keeps itself up to date is sent what has changed, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from bot.web.console.page_deltas import PageDeltas, regions_of
from tests.bot.web.console.console_scene import Console


def page(talk: Sequence[str], head: str = "一", now: str = "10:00") -> str:
    lines = "".join(f'<p data-part id="l{line}">{line}</p>' for line in talk)
    return (
        f'<body data-now="{now}" data-who="7"><span id="unread" class="badge">3</span>'
        f'<div id="head" data-live><div>{head}</div></div>'
        f'<section id="talk" data-live tabindex="0">\n{lines}</section></body>'
    )


def told(before: str, after: str) -> Any:
    deltas = PageDeltas()
    number, nothing = deltas.answer(before, "")
    assert nothing is None
    return deltas.answer(after, number)[1]


def test_a_page_that_is_the_same_is_told_of_no_region() -> None:
    found = told(page("ab"), page("ab", now="10:05"))
    assert (found["now"], found["who"], found["unread"], found["regions"]) == ("10:05", "7", 3, {})


def test_a_region_without_parts_comes_whole() -> None:
    assert told(page("ab"), page("ab", head="二"))["regions"] == {
        "head": {"html": '<div id="head" data-live><div>二</div></div>'}
    }


@pytest.mark.parametrize(
    ("before", "after", "at", "count", "ids"),
    [
        ("ab", "abc", 2, 0, "c"),
        ("ab", "xab", 0, 0, "x"),
        ("abc", "ac", 1, 1, ""),
        ("abc", "axc", 1, 1, "x"),
        ("", "ab", 0, 0, "ab"),
        ("aab", "ab", 1, 1, ""),
        ("abcdef", "abxyf", 2, 3, "xy"),
    ],
)
def test_of_a_list_the_new_parts_come(before: str, after: str, at: int, count: int, ids: str) -> None:
    change = told(page(before), page(after))["regions"]["talk"]
    assert (change["at"], change["count"]) == (at, count)
    assert "".join(re.findall(r'id="l(.)"', change["html"])) == ids
    made = list(before)
    made[at : at + count] = ids
    assert "".join(made) == after


def test_the_words_of_a_countdown_are_no_change() -> None:
    clock = '<div id="head" data-live><time class="count soon" datetime="t" data-due="t" data-warn="w">{}</time></div>'
    assert told(clock.format("03:00"), clock.format("02:59"))["regions"] == {}


def test_regions_may_hold_elements_like_their_own() -> None:
    html = '<div id="a" data-live><div><div>x</div></div></div><div id="b" data-live></div>'
    assert {name: "".join(parts) for name, parts in regions_of(html).items()} == {
        "a": '<div id="a" data-live><div><div>x</div></div></div>',
        "b": '<div id="b" data-live></div>',
    }


def test_pages_of_long_ago_are_forgotten_and_come_whole() -> None:
    deltas = PageDeltas(remembered=2)
    first = deltas.answer(page("a"), "")[0]
    for _ in range(2):
        deltas.answer(page("a"), "")
    assert deltas.answer(page("ab"), first)[1] is None


async def test_a_new_message_costs_a_ticket_page_less_than_two_kilobytes(console: Console) -> None:
    anna = console.scene.visitor("anna")
    anna.say("人工")
    mine, wang = console.scene.ticket.id, await console.sits("wang")
    await wang.do(mine, "claim")
    whole = await wang.look(f"/console/tickets/{mine}")
    (number,) = re.findall(r'data-page="(\w+)"', whole.text)
    anna.say("还在吗")
    headers = {"X-Part": "1", "X-Have": number, "Accept": "text/html"}
    part = await wang.browser.get(f"/console/tickets/{mine}", headers=headers)
    assert part.headers["content-type"] == "application/json"
    assert "还在吗" in part.json()["regions"]["talk"]["html"]
    assert part.json()["who"] == str(wang.who.id)
    compressed = int(part.headers["content-length"])
    assert compressed < 2048, sorted((len(str(each)), name) for name, each in part.json()["regions"].items())
    again = await wang.browser.get(f"/console/tickets/{mine}", headers={**headers, "X-Have": part.json()["page"]})
    assert again.json()["regions"] == {}


async def test_another_persons_page_number_gets_nothing_of_theirs(console: Console) -> None:
    console.scene.visitor("anna").say("人工")
    wang, li = await console.sits("wang"), await console.sits("li", queues=("特级专席",))
    whole = await wang.look(f"/console/tickets/{console.scene.ticket.id}")
    (number,) = re.findall(r'data-page="(\w+)"', whole.text)
    headers = {"X-Part": "1", "X-Have": number, "Accept": "text/html"}
    refused = await li.browser.get(f"/console/tickets/{console.scene.ticket.id}", headers=headers)
    assert refused.status_code == 403
