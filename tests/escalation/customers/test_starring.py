"""What is starred of a customer's words in titles, lists, notices, pages and names of topics."""

from __future__ import annotations

import pytest

from escalation.customers.personal_data import mask
from escalation.customers.starring import parts_of, starred


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打我电话13800000001", "打我电话138****0001"),
        ("tel13800000001", "tel138****0001"),
        ("１３８００００００01", "138****0001"),
        ("138\u200b0000\u200b0001", "138****0001"),
        ("座机025-83300001", "座机025-****0001"),
        ("+44 20 7946 0000", "+44 2* **** 0000"),
        ("订单20261121001，手机13800000001", "订单20261121001，手机138****0001"),
        ("快递电话13800000001", "快递电话138****0001"),
        ("身份证110101199003070018", "身份证110*************18"),
        ("11010119900307001x", "110*************1x"),
        ("卡号6222020200000000017", "卡号***************0017"),
        ("发到 zhou.wenbo@example.com 吧", "发到 z***@example.com 吧"),
        ("车牌京A·12345", "车牌京*·***45"),
        ("护照 E12345678", "护照 E******78"),
    ],
)
def test_numbers_and_addresses_are_starred(text: str, shown: str) -> None:
    assert starred(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我微信是abc_12345", "我微信是a***"),
        ("vx：wang1988", "vx：w***"),
        ("QQ 123456789", "QQ 1***"),
        ("加我微信wang_fei88，详谈", "加我微信w***，详谈"),
        ("微信号abcdef", "微信号a***"),
        ("加个v zhang_3344", "加个v z***"),
        ("加V:hello2020", "加V:h***"),
        ("我的扣扣是3344556", "我的扣扣是3***"),
        ("QQ号码：10001000", "QQ号码：1***"),
        ("wechat: LiLei2001", "wechat: L***"),
        ("微信號：abc_12345", "微信號：a***"),
        ("123456789是我QQ", "1***是我QQ"),
        ("wang1988 这是我的微信", "w*** 这是我的微信"),
        ("微信：13800000001", "微信：138****0001"),
    ],
)
def test_accounts_of_wechat_and_qq_are_starred(text: str, shown: str) -> None:
    assert starred(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("密码是 Abc@123", "密码是 ******"),
        ("登录密码：888888", "登录密码：******"),
        ("密码Abc@123登不上", "密码******登不上"),
        ("密码改成了abc123", "密码改成了******"),
        ("WiFi密码 12345678", "WiFi密码 ******"),
        ("默认密码为admin", "默认密码为******"),
        ("password is Abc@123.", "password is ******."),
        ("Password: hunter22", "Password: ******"),
        ("pwd=Qwe!23", "pwd=******"),
        ("口令：xyz987", "口令：******"),
        ("密码「Abc123」", "密码「******」"),
        ("密码：ＡＢＣ１２３", "密码：******"),
        ("密碼是Passw0rd！", "密碼是******！"),
        ("密码是八八八八六六", "密码是******"),
        ("Abc@123是我的登录密码", "******是我的登录密码"),
        ("账号admin密码13800000001", "账号admin密码******"),
    ],
)
def test_passwords_are_starred_without_their_length(text: str, shown: str) -> None:
    assert starred(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "E05",
        "L3255 卡纸",
        "HP1020 报 E05",
        "微信 HP1020 打不了",
        "微信支付后打不开",
        "输入密码后报E05",
        "输入密码E05报错",
        "重置密码 HP1020",
        "密码忘了",
        "密码是多少",
        "密码锁 L3255",
        "QQ浏览器 2024 打不开",
        "微信 8.0.49 版本",
        "订单 20261121001 什么时候到",
        "订单号13912345678到哪了",
        "订单号：2026112313912345678",
        "DD13912345678 到哪了",
        "序列号 C12345678",
        "运单号 6222020200000000017 查一下",
        "400-000-0000",
        "2026-10-10 09:30 前",
        "一共 12,800,000 元",
        "新HP1020怎么装驱动，黑CF226A硒鼓",
        "我叫周文博，收件人也是周文博",
        "幸福路12号3栋2单元501室",
    ],
)
def test_models_orders_and_everything_else_stay(text: str) -> None:
    assert starred(text) == text


def test_a_starred_text_starred_again_stays_the_same() -> None:
    text = (
        "13800000001 密码：888888 微信号abcdef 6222020200000000017 a@example.com QQ 123456789 京A12345 密码是 Abc@123"
    )
    assert starred(starred(text)) == starred(text)


def test_the_parts_of_a_text_are_the_whole_of_it() -> None:
    parts = parts_of("vx：wang\u200b1988，密码：888888。")
    assert "".join(part.text for part in parts) == "vx：wang\u200b1988，密码：888888。"
    assert [part.text for part in parts if part.is_starred] == ["wang\u200b1988", "888888"]


def test_what_is_masked_for_the_knowledge_base_holds_no_account_and_no_password() -> None:
    assert mask("我微信是abc_12345，登录密码：888888") == "我微信是*********，登录密码：******"
    assert mask("加微信13800000001") == "加微信138****0001"
