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
WITHDRAWN: dict[Wish, str] = {
    "export": "好的，您的导出申请已撤回。需要时请随时再告诉我们。",
    "forget": "好的，您的删除申请已撤回，您的信息不会因此删除。",
}
WITHDRAWAL_NOTED: dict[Wish, str] = {  # where there is no request but in the ticket
    "export": "好的，已记下您不再需要导出，并转告专人。",
    "forget": "好的，已记下您不再要求删除，并转告专人不要删除。",
}
BEGUN: dict[Wish, str] = {
    "export": "您的导出已经在办理，现在无法撤回。",
    "forget": "您的信息已经开始删除，现在无法撤回，非常抱歉。",
}
NOTHING_ASKED = "目前没有查到您的这项申请，我们不会因此删除您的信息。"
PASSED_ON = "您的意思已转告专人。"
STATE = "您的{what}申请已于 {asked} 登记，{state}，最晚 {due} 前办结并答复您。"
STATE_LATE = "您的{what}申请已于 {asked} 登记，{state}，原定 {due} 前办结，现已逾期，非常抱歉，我们会尽快办理。"
STATE_UNPROVEN: dict[Wish, str] = {
    "export": "您的导出申请已登记，{by_when}。身份核实后为您办理。",
    "forget": "您的删除申请已登记，{by_when}。身份核实后为您办理。",
}
_WHAT: dict[Wish, str] = {"export": "导出", "forget": "删除"}
_MARKS: dict[Wish, str] = {"export": "【已撤回导出申请】", "forget": "【已撤回删除申请】"}  # in titles, for staff
_HERE = "进展会在这里告诉您"


def answered_by(day: date) -> str:
    """By which day a request is answered."""
    return ANSWERED_BY.format(day=_day(day))


def told(sentence: str, by: str | None) -> str:
    """One of these sentences with the moment that is promised, where it is still ahead."""
    return sentence.format(by_when=BY_WHEN.format(by=by) if by is not None else _HERE)


def state(wish: Wish, asked: date, due: date, *, running: bool, late: bool) -> str:
    """How far a request is, and by which day it is answered."""
    stands = "正在办理" if running else "等待办理"
    values = {"what": _WHAT[wish], "asked": _day(asked), "due": _day(due), "state": stands}
    return (STATE_LATE if late else STATE).format(**values)


def marked(subject: str, wish: Wish) -> str:
    """A ticket's title that says, before all else, that this wish was withdrawn."""
    return _MARKS[wish] + unmarked(subject, wish)


def unmarked(subject: str, wish: Wish) -> str:
    """A ticket's title without that mark."""
    return subject.replace(_MARKS[wish], "")


def marks_of(subject: str) -> str:
    """The marks of a ticket's title."""
    return "".join(mark for mark in _MARKS.values() if mark in subject)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
