"""What a text wishes about its writer's own data, told from talk of files, devices and other people's records."""

from __future__ import annotations

import pytest

from bot.dialogue.data_words import SaidOfData, said_of_data


@pytest.mark.parametrize(
    "text",
    [
        "删除我的信息",
        "删除我的数据",
        "我要求删除你们系统里我的手机号",
        "能不能帮我把个人资料删一下？",
        "麻烦把我跟你们的聊天记录清掉",
        "請刪除我的個人資料",
        "别再留着我的电话",
        "不要保存我的身份证号",
        "我的数据请全部销毁，谢谢",
        "please delete my data",
        "不想用了，把我的资料都删了吧",
    ],
)
def test_an_erasure_is_heard(text: str) -> None:
    assert said_of_data(text) == SaidOfData("wish", "forget")


@pytest.mark.parametrize(
    "text",
    [
        "我想要一份你们手上关于我的全部数据",
        "我要导出我的个人信息",
        "把你们存的我的资料发我一份",
        "可以给我一份个人信息副本吗",
        "申请下载我的聊天记录",
        "請提供我的個資副本",
        "I want a copy of my data",
        "我想把我的数据打包带走",
    ],
)
def test_a_copy_is_heard(text: str) -> None:
    assert said_of_data(text) == SaidOfData("wish", "export")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("等等，我不删了，先别删", SaidOfData("withdrawn", "forget", named=False)),
        ("先不要删", SaidOfData("withdrawn", "forget", named=False)),
        ("我反悔了，撤回刚才的删除申请", SaidOfData("withdrawn", "forget")),
        ("先别删我的数据", SaidOfData("withdrawn", "forget")),
        ("我不想删除我的信息了", SaidOfData("withdrawn", "forget")),
        ("删除申请取消吧", SaidOfData("withdrawn", "forget")),
        ("导出申请不用了，撤了吧", SaidOfData("withdrawn", "export")),
        ("不用导出了", SaidOfData("withdrawn", "export", named=False)),
        ("暫時不刪了", SaidOfData("withdrawn", "forget", named=False)),
        ("停止删除我的资料", SaidOfData("withdrawn", "forget")),
    ],
)
def test_a_changed_mind_is_heard(text: str, expected: SaidOfData) -> None:
    assert said_of_data(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("那删除申请现在是什么状态", SaidOfData("state", "forget")),
        ("我的导出申请到哪一步了", SaidOfData("state", "export")),
        ("个人信息的申请有结果了吗", SaidOfData("state", None)),
        ("什么时候能给我", SaidOfData("state", "export", named=False)),
        ("大概多久能发给我？", SaidOfData("state", "export", named=False)),
        ("我的数据删了吗", SaidOfData("state", "forget", named=False)),
        ("删好了没", SaidOfData("state", "forget", named=False)),
    ],
)
def test_asking_how_far_it_is_is_heard(text: str, expected: SaidOfData) -> None:
    assert said_of_data(text) == expected


@pytest.mark.parametrize("text", ["撤回同意", "我要撤回之前的授权", "请取消我对个人信息处理的同意", "收回我的同意吧"])
def test_consent_taken_back_is_heard(text: str) -> None:
    assert said_of_data(text) == SaidOfData("consent")


@pytest.mark.parametrize(
    "text", ["你们怎么处理我的隐私", "我的个人信息你们是怎么保护的", "想看一下你们的隐私政策", "你们如何使用我的数据？"]
)
def test_asking_how_data_is_treated_is_heard(text: str) -> None:
    assert said_of_data(text) == SaidOfData("privacy")


@pytest.mark.parametrize(
    "text",
    [
        "打印任务删不掉",
        "怎么删除我的个人信息",
        "把这行备注删掉",
        "离职员工的资料请从系统删掉",
        "复印机硬盘里我的资料怎么清",
        "给我一份说明书",
        "发我一份合同",
        "钱什么时候退给我",
        "发货要等多长时间",
        "取消订单",
        "我不同意这个方案",
        "撤回投诉",
        "我的信息会给第三方吗",
        "删除我的订单记录",
        "我要取消报修",
        "收货信息填错了",
        "不要删掉那个文件",
    ],
)
def test_other_matters_are_left_alone(text: str) -> None:
    assert said_of_data(text) is None
