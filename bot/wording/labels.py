"""What codes are called in front of people; each once, for the console, the messenger and the terminal."""

from __future__ import annotations

from escalation.customers.model import Customer

NOTICES = {
    "new": "新工单",
    "warning": "到期提醒",
    "breach": "已超时",
    "overdue": "仍未完成",
    "urge": "客户催促",
    "reopened": "重新打开",
    "rerouted": "转入",
    "critical": "特急",
    "complaint": "投诉",
    "reminder": "提醒",
    "assigned": "派单",
    "unclaimed": "未认领",
    "nobody": "无人可派",
    "help": "求援",
    "recurring": "反复出现",
    "report": "服务报告",
    "reassigned": "收回改派",
    "incident": "中断结束",
    "morning": "晨报",
    "left": "离群",
}


def customer_label(customer: Customer | None) -> str:
    """How a customer is called on cards and in notices."""
    return f"{customer.organisation.name} {customer.contact.name}" if customer else "未识别客户"
