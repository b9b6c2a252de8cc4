"""Browsers in a word or two, and addresses without their last part."""

from __future__ import annotations

import pytest

from bot.wording.browsers import browser_in_words, shortened

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome · Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/140.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        (f"Mozilla/5.0 (Linux; Android 15; HarmonyOS) {CHROME} MicroMessenger/8.0", "微信 · 鸿蒙"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox · Mac"),
        ("curl/8.0", "未知浏览器"),
        ("", "未知浏览器"),
        ("<script>" * 1000, "未知浏览器"),
    ],
)
def test_a_person_recognises_their_browser(header: str, words: str) -> None:
    assert browser_in_words(header) == words


@pytest.mark.parametrize(
    ("network", "short"),
    [("203.0.113.7", "203.0.113.*"), ("2001:db8:1:2::/64", "2001:db8:1:2::*"), ("::1", "::1"), ("unknown", "unknown")],
)
def test_an_address_loses_its_last_part(network: str, short: str) -> None:
    assert shortened(network) == short
