"""Identity and bank card numbers are starred, orders, parcels and telephones are not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.customers.identity_numbers import hide_identity_numbers

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(place: int, born: date, serial: int) -> str:
    """A number of eighteen signs with its check sign."""
    digits = f"{place:06}{born:%Y%m%d}{serial:03}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return digits + "10X98765432"[total % 11]


def card(prefix: str, length: int, serial: int) -> str:
    """A card number with its check digit."""
    body = prefix + f"{serial:0{length - 1 - len(prefix)}}"[-(length - 1 - len(prefix)) :]
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


@given(
    st.sampled_from([110105, 320583, 440303, 510107, 650102, 810000]),
    st.integers(0, 30_000).map(lambda days: date(1930, 1, 1) + timedelta(days)),
    st.integers(0, 999),
    st.sampled_from(["我身份证{}", "{}", "实名用 {} 谢谢", "号码（{}）"]),
)
def test_an_identity_card_is_starred(place: int, born: date, serial: int, said: str) -> None:
    number = identity(place, born, serial)
    told = hide_identity_numbers(said.format(number))
    assert number not in told
    assert told == said.format(f"{number[:3]}{'*' * 13}{number[-2:]}")


@given(st.sampled_from([("62", 16), ("62", 19), ("4", 16), ("53", 16)]), st.integers(0, 10**12))
def test_a_bank_card_is_starred(kind: tuple[str, int], serial: int) -> None:
    number = card(*kind, serial)
    told = hide_identity_numbers(f"打到 {number} 就行")
    assert number not in told
    assert told.endswith(f"{number[-4:]} 就行")


@pytest.mark.parametrize(
    "said",
    [
        "我身份證號是１１０１０５１９４９１２３１００２Ｘ",
        "身份证 110105 19491231 002X",
        "11010519491231002x",
        "我的号是110105491231002",
        "身份证110105194912310020，是我的",  # mistyped, and called so
        "电话138 0013 8000 卡4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "卡号4222222222222",
        "378282246310005",
    ],
)
def test_a_number_is_found_however_it_is_written(said: str) -> None:
    told = hide_identity_numbers(said)
    assert told.count("*") >= 9
    assert len(told) == len(said)


@pytest.mark.parametrize(
    "said",
    [
        "订单号2026112800123456",
        "订单 6222021234567890128 到哪了",
        "快递单号4312345678901",
        "SF1234567890123",
        "机身序列号 110105491231002",
        "13800138000",
        "座机010-62345678，手机 138 0013 8000",
        "20261128123456789",
        "4200001234202611281234567890",
        "110105202613310028",  # no such day
        "1234567890123456",
        "91310115MA1K4A3L5X",
        "两台 HP1020，一台 M7400",
        "",
    ],
)
def test_other_numbers_stay_as_they_are(said: str) -> None:
    assert hide_identity_numbers(said) == said


def test_only_the_persons_number_is_starred() -> None:
    told = hide_identity_numbers("身份证11010519491231002X，订单2026112812345678，电话13800138000")
    assert told == "身份证110*************2X，订单2026112812345678，电话13800138000"


@given(st.text(alphabet="0123456789 -Xx订单卡号身份证，", max_size=300))
def test_nothing_else_moves(said: str) -> None:
    told = hide_identity_numbers(said)
    assert len(told) == len(said)
    assert all(new in (old, "*") for old, new in zip(said, told, strict=True))
    assert hide_identity_numbers(told) == told
