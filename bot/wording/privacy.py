"""What persons read of their rights, and staff of their requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

KINDS: Mapping[str, str] = {
    "show": "查阅",
    "export": "导出",
    "correct": "更正",
    "restrict": "限制处理",
    "erase": "删除",
}
STATES: Mapping[str, str] = {
    "open": "待办理",
    "agreed": "待第二人同意",
    "running": "办理中",
    "restricted": "已办理，部分封存",
    "done": "已办理",
    "refused": "未予办理",
    "withdrawn": "客户已撤回",
}
ONLY_ADMIN = "个人信息申请由管理员办理，如需办理请联系管理员。"
DONE: Mapping[str, str] = {
    "erase": "已登记删除，须由另一位管理员同意后才会执行。",
    "approve": "已同意，几分钟内办理完毕。",
    "restrict": "已登记限制处理，须由另一位管理员同意后才会执行。",
    "correct": "已更正。",
    "refuse": "已登记为不予办理，请把下面的答复告诉客户。",
}
REFUSALS: Mapping[str, str] = {
    "not_admin": ONLY_ADMIN,
    "open_tickets": "{id} 还有其他事项的工单没有结束（{tickets}），请处理人先办结，或转给能办结的同事，之后再办理。",
    "under_way": "{id} 的{kind}已在办理（第 {number} 号申请）。",
    "first_person": "第 {number} 号申请是您提出的，须由另一位管理员同意。",
    "too_soon": "没有其他管理员；您可以在 {at} 之后再次确认第 {number} 号申请。",
    "no_request": "没有这项申请。",
    "not_waiting": "这项申请现在不能这样办理，请刷新页面。",
    "no_ground": "限制处理须写明依据和截止日期。",
    "ended_before": "截止日期须在今天之后。",
    "not_theirs": "{what} 不是 {id} 的工单，请填写这位客户的工单编号，或 items。",
    "no_reason": "请写明不予办理的原因，客户会看到。",
    "other_kind": "这项申请现在不能这样办理，请刷新页面。",
    "too_many": "{id} 的个人信息今天已导出 {most} 次，请明天再导出。",
}
CLASSES: Mapping[str, str] = {
    "ids": "客户编号",
    "addresses": "联系渠道",
    "conversations": "对话",
    "lines": "对话消息",
    "versions": "消息的修改",
    "files": "文件",
    "tickets": "工单",
    "lines_of_history": "工单经过",
    "notes_on_tickets": "工单备注",
    "ratings": "评价",
    "notes": "客户备注",
    "items": "订单、设备等",
    "surveys": "季度调查",
}
CORRECTED: Mapping[str, str] = {"contact": "姓名", "phone": "电话", "email": "电子邮箱", "note": "说明"}
NO_SUCH_PERSON = "没有这位联系人，请填写客户编号。"
AMBIGUOUS = "有 {count} 位联系人叫「{name}」（{ids}），请填写客户编号。"
ERASED_BEFORE = "{id} 已于 {on} 删除（第 {number} 号申请）。"
BAD_VALUE = "请检查填写的内容：{fault}"
BAD_DAY = "截止日期请写成 2027-12-31 这样。"
LATE = "⏰ {count} 项个人信息申请已过答复期限：{listed}。请管理员在工作台「个人信息申请」里办理。"
NOTHING_ENDS = (
    "政策里没有 privacy: retention:，对话、文件和记录不会到期删除。请管理员写明保存期限，写法见 docs/policy.md；"
    "请先写在副本里，用 jiedai privacy retention --dry-run --policy 副本 查看会删除什么。写明之前每月提醒一次。"
)
ERASED_AS_WISHED = "已按要求删除个人信息"  # why a ticket with the wish needs nothing else of its chain
ERASED = "已删除"  # the name of whoever was erased
REFUSED = "您的申请未予办理，原因：{reason}。{complain_to}"
ANSWERED_BY = "我们会在 {by} 前答复您"
TITLE = "我们保存的您的个人信息"
MADE_AT = "{at} 生成。文件 data.json 供程序读取，内容相同；您发来的文件在 files 文件夹里。"
CONTACT, TALK, MATTERS, NOTES = "联系资料", "对话记录", "事项", "关于您的备注"
CONSENTS, NOTICES, REQUESTS = "您的同意", "向您显示过的隐私告知", "您的个人信息申请"
CONSENT, GIVEN, NOT_GIVEN = "{at} {given}：{what}", "同意", "不同意"
NOTICE = "{at} 版本 {version}"
REQUEST = "{at} {kind}：{state}"
FIELDS: Mapping[str, str] = {
    "id": "客户编号",
    "name": "姓名",
    "organisation": "单位",
    "phone": "电话",
    "email": "电子邮箱",
    "note": "备注",
    "preferred_channel": "偏好的联系方式",
    "tier": "服务等级",
}
AUTHORS: Mapping[str, str] = {"customer": "您", "bot": "机器人", "agent": "客服"}
EDITED = "后来改为：{text}"
FILE = "文件：{name}"
NOT_HERE = "（由聊天软件保存，不在本机）"
MATTER = "{subject}（{state}，{at} 受理）"
ERASED_NOW = "您的个人信息已从我们的系统中删除，只留下无法识别您的统计数字。"
RESTRICTED_NOW = "依据「{ground}」必须保留的部分已单独封存，不再使用，{until} 后销毁。"
BACKUPS_UNTIL = "此前的备份最迟到 {day} 删完；从这些备份恢复时，会重新删除您的信息。"
BACKUPS_ELSEWHERE = "此前如另有备份，由我们的运维按其保存期限删除；从这些备份恢复时，会重新删除您的信息。"
MESSENGER = "聊天软件自己保存的消息，请您在其中删除。"


def late_requests(found: Sequence[tuple[int, str]]) -> str:
    """What staff read of requests that are late, by number and kind."""
    return LATE.format(count=len(found), listed="、".join(f"{KINDS[kind]}（第 {number} 号）" for number, kind in found))


def answer(ground: str, until: date | None, backups_end: date | None) -> str:
    """What somebody is told whose data was erased, and what of it is only restricted."""
    words = [ERASED_NOW]
    words += [RESTRICTED_NOW.format(ground=ground, until=until)] if until is not None else []
    words.append(BACKUPS_UNTIL.format(day=backups_end) if backups_end is not None else BACKUPS_ELSEWHERE)
    return "".join([*words, MESSENGER])
