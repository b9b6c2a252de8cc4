"""Passwords that people choose: long, typed twice alike, and not the first that anybody would try."""

from __future__ import annotations

import pytest

from bot.auth.password_rules import PasswordRefused, demand_good

NAMES = ("lintao", "林涛", "云印办公设备")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "short"),
        ("九个字的密码不够长", "short"),
        ("x9" * 129, "long"),
        ("aaaaaaaaaaaa", "trivial"),
        ("1212121212", "trivial"),
        ("1234567890", "trivial"),
        ("0987654321", "trivial"),
        ("qwertyuiop", "trivial"),
        ("Password123!", "trivial"),
        ("ｐａｓｓｗｏｒｄ１２３", "trivial"),
        ("woaini1314520", "trivial"),
        ("admin20261129", "trivial"),
        ("lintao123456", "name"),
        ("LinTao@2026", "name"),
        ("云印办公设备2026", "name"),
    ],
)
def test_what_is_tried_first_is_refused(password: str, fault: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        demand_good(password, password, NAMES)
    assert refused.value.fault == fault


def test_what_is_typed_otherwise_the_second_time_is_refused() -> None:
    with pytest.raises(PasswordRefused) as refused:
        demand_good("correct horse", "correct hors", NAMES)
    assert refused.value.fault == "different"


@pytest.mark.parametrize(
    "password", ["correct horse", "我家的猫叫小满会开门", "lintao likes rain", "7f3k9q2m5x", "十个字的密码刚刚够长"]
)
def test_length_is_enough_whatever_it_is_made_of(password: str) -> None:
    demand_good(password, password, NAMES)
