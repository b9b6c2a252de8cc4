"""Labels of codes, each once, for the console, the messenger and the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.customer_files import WAYS
from escalation.customers.model import Customer
from escalation.tickets.lifecycle import Ticket

ROLES = {
    "agent": "坐席",
    "lead": "组长",
    "manager": "主管",
    "admin": "管理员",
    "inspector": "质检员",
    "auditor": "审计员",
}
_NO_QUEUE = "您还没有负责的队列，暂时看不到工单；请联系管理员为您分配队列。"
NO_TICKETS = {
    **dict.fromkeys(("agent", "lead", "manager"), _NO_QUEUE),
    "admin": "您没有负责的队列，看不到工单；人员和密钥请在上方菜单中管理。",
    "inspector": "抽给您质检的工单在「已结束」里。",
    "auditor": "审计员不查看工单。",
}
STATES = {"waiting": "待认领", "claimed": "处理中", "resolved": "已解决", "closed": "已关闭"}
FINDABLE = {"": "全部", "open": "未结束", "finished": "已结束"}  # states that a search may ask for
MERGED = "已并入 #{ticket}"
WITHDRAWN = "客户撤回"  # closed, because its customer withdrew it
ASSIGNED = "已派单"  # waiting, but given to somebody

# Why a ticket was opened.
REASONS = {
    "asked_for_person": "客户要求人工",
    "complaint": "客户投诉",
    "critical": "安全或停产等特急情况",
    "file": "客户发来图片、语音或文件",
    "missed_twice": "机器人连续没答上",
    "own_person": "该等级直接由专人接待",
    "bot_held_long_enough": "机器人接待已达时限",
    "export": "客户申请导出个人信息",
    "forget": "客户申请删除个人信息",
    "tier_objection": "客户对服务评定有异议",
    "delete_data": "客户要求删除个人信息",
    "sales_lead": "客户有采购或合作意向",
    "feedback": "客户提出意见或建议",
    "entered": "由同事登记",
}

# How a customer's identity was proven, and what they say of themselves without a proof.
PROOFS = {
    "token": "官网登录",
    "link": "官网绑定链接",
    "shared_contact": "共享手机号",
    "shared_number": "共享手机号（同单位多人共用）",
    **WAYS,
}
CLAIMS = {"phone": "电话", "email": "邮箱", "name": "姓名或单位"}

CHANNELS = {
    "web": "网页",
    "telegram": "Telegram",
    "phone": "电话",
    "mail": "邮件",
    "visit": "来访",
    "apart": "没有在线渠道",
}
GRAVITIES = {"major": "重大", "complex": "复杂", "": "无"}
NO_TOPIC = "未分类"
CONFIDENTIAL = "保密投诉（请在工作台查看）"  # a complaint, where people read whom it may be about
TARGET, PROVISIONAL = "（目标）", "（暂定）"  # deadlines that are no promise, or that a calendar may still move
FIRST_CONTACT_LABEL = "首次联系"
TIER_GIVEN = "按命令行指定的等级"  # why a tier, where a command names it

# Notices to staff, in the inbox and in digests.
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
    "withdrawn": "客户撤回",
    "reminder": "提醒",
    "assigned": "派单",
    "unclaimed": "未认领",
    "nobody": "无人可派",
    "help": "求援",
    "task": "任务",
    "approval": "审批",
    "answered": "已答复",
    "task_due": "提醒",
    "task_late": "未答复",
    "task_withdrawn": "已撤回",
    "task_lapsed": "请另请同事",
    "recurring": "反复出现",
    "report": "服务报告",
    "reassigned": "收回改派",
    "incident": "中断结束",
    "morning": "晨报",
    "left": "离群",
    "disconnected": "账号断开",
    "storm": "访客集中",
    "customer_answer": "客户答复",
    "step_due": "方案步骤",
    "customer_silent": "客户未答复",
    "unhappy": "客户不满意",
    "check_in": "定期回访",
    "inspection": "抽查",
}

# Steps of a deadline: what happens, who is told, where the ticket goes.
STEPS = {"warning": "提醒", "breach": "到期，通知", "overdue": "超时上报", "reminder": "到目标时间，提醒"}
RECIPIENTS = {
    "holder": "经办人",
    "queue": "队列全体",
    "lead": "组长",
    "manager": "主管",
    "on_call": "值班人员",
}
REASSIGNMENTS = {"queue": "退回队列改派", "lead": "改派给当班组长", "on_call": "改派给值班人员"}

# Selections of the board.
SHOWN = {
    "all": "全部",
    "late": "超时",
    "waiting": "待认领",
    "mine": "我的",
    "unread": "未读",
    "customer": "等待客户",
}

# Where a knowledge gap was noticed.
GAP_TIER_UNKNOWN = "等级未记录"
GAP_REASONS = {"unanswered": "没答上", "suggested": "只给了建议", "rejected": "答案不对或没帮助", "human": "由人工答复"}

SHIFTS = {"duty": "当班", "on_call": "值班"}
ROSTER_CHANGES = {
    "imported": "导入",
    "added": "加入",
    "changed": "修改",
    "removed": "移除",
    "swapped": "换班",
}
ROSTER_COLUMNS = {
    "date": "日期",
    "login": "账号",
    "start": "开始",
    "end": "结束",
    "kind": "类别",
}

SPECIAL_DAYS = {"off": "放假", "on": "上班"}
OWN_DAY = "公司安排"  # one the company decided on without giving it a name

# What an update that nobody could handle was about.
UPDATES = {
    "text": "文字",
    "photo": "图片",
    "voice": "语音",
    "audio": "音频",
    "video": "视频",
    "video_note": "视频",
    "document": "文件",
    "sticker": "贴纸",
    "animation": "动图",
    "location": "位置",
    "venue": "位置",
    "contact": "名片",
    "callback_query": "点击按钮",
    "message": "消息",
    "edited_message": "修改消息",
    "chat_member": "成员变动",
    "my_chat_member": "机器人状态变动",
    "unreadable": "无法识别",
}
NOBODY = "未识别客户"


def only_for(topics: Sequence[str]) -> str:
    """What a milestone is owed for, where that is not everything."""
    return f"（限{'、'.join(topics)}）"


def state_label(ticket: Ticket) -> str:
    """Return a ticket's state; a withdrawn one says so in place of closed."""
    if ticket.merged_into is not None:
        return MERGED.format(ticket=ticket.merged_into)
    return WITHDRAWN if ticket.is_withdrawn else STATES[ticket.state]


def customer_label(customer: Customer | None) -> str:
    """Return a customer's name on cards and in notices."""
    return f"{customer.organisation.name} {customer.contact.name}" if customer else NOBODY
