"""What is masked before it is logged, and what a customer claims to be."""

from __future__ import annotations

import pytest

from escalation.customers.personal_data import IdentityClaim, claims_in, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("打我电话13800000001，谢谢", "打我电话138****0001，谢谢"),
        ("138 0000 0001", "138 **** 0001"),
        ("138-0000-0001", "138-****-0001"),
        ("+86 13800000001", "+86 1******0001"),
        ("１３８００００００01", "138****0001"),
        ("138\u200b0000\u200b0001", "138****0001"),
        ("座机010-88880001", "座机010-****0001"),
        ("(010) 8888-0001", "(010) ****-0001"),
        ("0755 8888 0001", "075* **** 0001"),
        ("+44 20 7946 0000", "+44 2* **** 0000"),
        ("身份证110101199003070018", "身份证110*************18"),
        ("11010119900307001x。", "110*************1x。"),
        ("110101 19900307 0018", "110*** ******** **18"),
        ("卡号6222020200000000017", "卡号***************0017"),
        ("6222 0202 0000 0000", "**** **** **** 0000"),
        ("发到 zhou.wenbo@example.com 吧", "发到 z***@example.com 吧"),
        ("a@example.com,b@example.org", "a***@example.com,b***@example.org"),
        ("手机13800000001和13800000002", "手机138****0001和138****0002"),
        ("手机13800000001邮箱a@example.com", "手机138****0001邮箱a***@example.com"),
        ("护照 E12345678", "护照 E******78"),
        ("通行证ea1234567", "通行证e******67"),
        ("车牌京A·12345", "车牌京*·***45"),
        ("沪AD12345能进园区吗", "沪*****45能进园区吗"),
        ("新A12345", "新****45"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("幸福路12号3栋2单元501室", "幸福路**号*栋*单元***室"),
        ("幸福路１２号３棟２單元５０１室", "幸福路**号*棟*單元***室"),
        ("幸福路十二号，三楼", "幸福路**号，*楼"),
        ("寄到中关村大街27号A座1503，谢谢", "寄到中关村大街**号*座****，谢谢"),
        ("阳光小区3栋501", "阳光小区*栋***"),
        ("阳光小区12号302室", "阳光小区**号***室"),
        ("中山路88弄3号", "中山路**弄*号"),
        ("村3组12号", "村*组**号"),
        ("门牌号是12-3", "门牌号是**-*"),
        ("弥敦道12號", "弥敦道**號"),
        ("三栋二单元五零一室", "*栋*单元***室"),
        ("云印大厦A座12层1201室有台复印机", "云印大厦*座**层****室有台复印机"),
    ],
)
def test_the_numbers_of_an_address_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("我叫周文博，收件人也是周文博", "我叫***，收件人也是***"),
        ("我姓李，行李箱丢了", "我姓*，行李箱丢了"),
        ("我是江海银行的周文博", "我是********"),
        ("周文博先生，发票已开", "***先生，发票已开"),
        ("张女士您好", "*女士您好"),
        ("收件人：王小明", "收件人：***"),
        ("姓名 欧阳娜", "姓名 ***"),
    ],
)
def test_names_are_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_names_known_from_elsewhere_are_masked_wherever_they_stand() -> None:
    assert mask("江海银行的许雅琴要开票", ["江海银行", "许雅琴", "许"]) == "****的***要开票"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "打印机连不上 wifi 了",
        "订单 20261121001 什么时候到",
        "2026-10-10 09:30 前",
        "型号 MX-3050N，序列号 88A01234",
        "400-000-0000",
        "一共 12,800,000 元",
        "a@b",
        "我：13 台；你！？",
        "知道12号到货吗，11月12号前要用",
        "3号硒鼓多少钱，3号机卡纸",
        "住院部三楼的打印机，我们在2楼",
        "一栋楼都连不上，复印机第2层纸盒卡纸",
        "配送中心12号发货吗，全城2小时送达，商城3期免息",
        "新HP1020怎么装驱动，黑CF226A硒鼓",
        "联系人常用地址怎么改，收件人可以改吗",
        "请问王经理在吗",
    ],
)
def test_everything_else_is_left_alone(text: str) -> None:
    assert mask(text) == text


def test_a_masked_text_masked_again_stays_the_same() -> None:
    text = "13800000001 110101199003070018 6222020200000000017 a@example.com +44 20 7946 0000 E12345678 京A12345"
    text += " 幸福路12号3栋2单元501室，我叫周文博，张先生"
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("text", "kind", "claim"),
    [
        ("我的号码是 138 0000 0001", "phone", "13800000001"),
        ("+86-13800000001", "phone", "13800000001"),
        ("座机（010）88880001", "phone", "01088880001"),
        ("010-88880001", "phone", "01088880001"),
        ("邮箱 Zhou.Wenbo@Example.com", "email", "zhou.wenbo@example.com"),
        ("我叫周文博", "name", "周文博"),
        ("你好，我叫周文博，打印机坏了", "name", "周文博"),
        ("我是周文博我的打印机坏了", "name", "周文博"),
        ("我是江海银行的周文博", "name", "江海银行的周文博"),
        ("我是市一医院的，机器卡纸", "name", "市一医院"),
        ("我是王经理", "name", "王经理"),
        ("我姓李", "name", "李"),
        ("免贵姓沈，发票没收到", "name", "沈"),
        ("我叫 John Smith", "name", "John"),
    ],
)
def test_what_a_customer_says_of_themselves_is_a_claim(text: str, kind: str, claim: str) -> None:
    assert [(found.kind, found.text) for found in claims_in(text)] == [(kind, claim)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我是想问一下发票",
        "我是不是要重装驱动",
        "我是你们的老客户",
        "我是来投诉的",
        "我是说打印机",
        "我是第一次用",
        "我是用苹果电脑打印的",
        "我是高级会员",
        "订单号 20261121001",
        "110101199003070018",
        "6222020200000000017",
    ],
)
def test_what_introduces_nobody_is_no_claim(text: str) -> None:
    assert claims_in(text) == ()


def test_each_claim_is_told_once_and_all_of_them_are() -> None:
    text = "我叫周文博，13800000001，a@example.com，再说一遍 138-0000-0001，我是周文博"
    assert claims_in(text) == (
        IdentityClaim("phone", "13800000001"),
        IdentityClaim("email", "a@example.com"),
        IdentityClaim("name", "周文博"),
    )


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "a",
        "a.",
        "a@",
        "@a.",
        "我是",
        "我叫a",
        "0",
        "+1-",
        "10",
        "19900101",
        "王",
        "路1",
        "1栋",
        "1单元 ",
        "王先",
        "我叫王小",
    ],
)
def test_a_hundred_kilobytes_of_anything_are_read_in_a_moment(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    mask(text)
    claims_in(text)
