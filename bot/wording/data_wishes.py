"""What customers are asked and told when they want their personal data exported or deleted; by wish."""

from __future__ import annotations

from datetime import date

from bot.wording.about_me import BY_WHEN
from bot.wording.choices import Wish

LABELS: dict[Wish, str] = {"export": "申请导出个人信息", "forget": "申请删除个人信息", "leave": "不用了"}
QUESTIONS: dict[Wish, str] = {
    "export": "您要申请导出我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理。",
    "forget": "您要申请删除我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理；"
    "依法必须保存的记录，期满后才能删除。",
}
REGISTERED: dict[Wish, str] = {
    "export": "您的导出申请已登记，{by_when}。身份核实后，我们会把保存的您的个人信息整理好交给您。",
    "forget": "您的删除申请已登记，{by_when}。身份核实后，我们会为您办理，并告诉您哪些已经删除、哪些依法还要保存多久。",
}
ALREADY = "您的申请已经登记，不用重复提交。{by_when}。"
LEFT = "好的，没有提交申请。有需要随时告诉我。"
ANSWERED_BY = "最晚 {day} 前办结并答复您。"
TOO_OFTEN = "您今天申请导出的次数已达上限，请明天再试。"
PROVE_ON_PAGE = (
    "这一页上的对话就是本次会话保存的全部内容，您可以直接查看和保存。"
    "如需导出或删除其他个人信息，请先登录我们的官网，再从那里打开本页，核实身份后重新发送。"
)
_HERE = "进展会在这里告诉您"


def answered_by(day: date) -> str:
    """By which day a request is answered."""
    return ANSWERED_BY.format(day=f"{day.year}年{day.month}月{day.day}日")


def told(sentence: str, by: str | None) -> str:
    """One of these sentences with the moment that is promised, where it is still ahead."""
    return sentence.format(by_when=BY_WHEN.format(by=by) if by is not None else _HERE)
