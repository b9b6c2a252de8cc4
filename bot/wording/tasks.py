"""What help, tasks and approvals asked for on tickets are called, and their answers in words."""

from __future__ import annotations

from escalation.tickets.task import TicketTask

KINDS = {"help": "求援", "task": "任务", "approval": "审批"}
STATES = {"open": "待答复", "answered": "已答复", "withdrawn": "已撤回", "ended": "工单已结束"}
YUAN = "元"
AGREED, REFUSED = "同意", "不同意"
NO_TARGET = "请选择请谁办理。"
NO_SUPPORT = "请选择向谁求援。"
NO_KIND = "请选择是交办任务还是请求审批。"
NO_DUE = "请填写最晚什么时候完成，日期和时间都要填。"
BAD_AMOUNT = "金额须为大于 0 的数字，最多两位小数，例如 1200 或 99.50。"
AMOUNT_ALONE = "填了金额的，请同时选择金额审批的类别。"
MATTER_ALONE = "请填写金额。"
TASKS_NONE = "没有请您办理的事项。"
DONE = {
    "answer": "已答复，对方会收到通知。",
    "withdraw": "已撤回，对方不用再处理。",
}


def yuan(fen: int) -> str:
    """Return an amount as it is written: 1,200 元, 99.50 元."""
    return f"{fen // 100:,}{f'.{fen % 100:02}' if fen % 100 else ''} {YUAN}"


def task_label(task: TicketTask) -> str:
    """Return what was asked for in a few words, as in 「发给技术的求援」 or 「价格优惠 1,200 元的审批」."""
    if task.kind == "help":
        return f"发给{task.asked_of}的求援"
    if task.kind == "task":
        return f"交给{task.asked_of}的任务"
    if task.amount is None:
        return f"提交给{task.asked_of}的审批"
    return f"{task.matter} {yuan(task.amount)}的审批"


def short_label(task: TicketTask) -> str:
    """Return the same in a word or two, for a line of a digest."""
    if task.kind == "help":
        return f"{task.asked_of}支援"
    return f"{task.asked_of}{KINDS[task.kind]}"


def answer_in_words(task: TicketTask) -> str:
    """Return the answer; of an approval with whether it was given."""
    if task.agreed is None:
        return task.answer
    decision = AGREED if task.agreed else REFUSED
    return f"{decision}：{task.answer}" if task.answer else decision
