"""What customers are told about themselves: who we think they are, their service, their open ticket."""

from __future__ import annotations

from bot.wording.labels import PROOFS
from bot.wording.moments import span, time_of_day
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT, Tier
from escalation.working_hours.working_time import Calendar

RECOGNISE = "如需核实身份，请点下方按钮共享手机号，或登录我们的官网，打开 Telegram 绑定链接。"
NOTHING_OPEN = "您目前没有正在处理的事项。"
YOUR_DATA = "如需导出或删除您的个人信息，请发送 /export 或 /forget。"

BY_WHEN = "专人最晚{by} 前与您联系（首次联系）"

_ABOUT_YOU = "{name}，您好。我们记录的信息如下：\n单位：{organisation}\n身份核实方式：{proof}"
_STRANGER = "我们还没有核实您的客户身份，不影响您继续咨询。"
_SERVICE = "您享有的服务：{who}，人工服务时间为{hours}。{first}"
_BY_BOT, _BY_PERSON = "智能客服随时应答，需要时转人工", "由专人直接接待"
_FIRST_RAISED = "您提出需求后，专人会在 {within}内与您首次联系{counted}。"
_FIRST_RECEIVED = "转人工后，专人会在 {within}内与您首次联系{counted}。"
_COUNTED = "（只计人工服务时间）"
_OPEN = "正在处理的事项：「{subject}」，{standing}。"
_WITH_A_PERSON = "专人正在跟进"
_UNNAMED = "您发来的内容"


def who(customer: Customer | None, proof: str | None) -> str:
    """Who the customer is to us, and how we know."""
    if customer is None:
        return _STRANGER
    known = PROOFS.get(proof or "", "已核实")
    return _ABOUT_YOU.format(name=customer.contact.name, organisation=customer.organisation.name, proof=known)


def service_of(policy: Policy, tier: Tier) -> str:
    """Return a tier's service in words that name neither the tier nor a queue."""
    calendar = policy.calendars[tier.calendar]
    first = next((each for each in tier.milestones if each.id == FIRST_CONTACT), None)
    promise = ""
    if first is not None:
        counted = _COUNTED if first.basis == "working" and not _never_closes(calendar) else ""
        words = _FIRST_RAISED if first.starts_on == "raised" or tier.bot == "suggests" else _FIRST_RECEIVED
        promise = words.format(within=span(first.within), counted=counted)
    served = _BY_BOT if tier.bot == "answers" else _BY_PERSON
    return _SERVICE.format(who=served, hours=hours(calendar), first=promise)


def hours(calendar: Calendar) -> str:
    """Return a calendar's hours in words: 「全天 24 小时」「每天 08:00–21:00」「工作日 …」."""
    if _never_closes(calendar):
        return "全天 24 小时"
    spans = "、".join(f"{time_of_day(each.opens)}–{time_of_day(each.closes)}" for each in calendar.spans)
    if calendar.working_days_only:
        return f"工作日 {spans}（法定节假日除外，调休上班日照常）"
    return f"每天 {spans}"


def open_ticket(subject: str, by: str | None) -> str:
    """What the open ticket is about, and by when it is promised, where that is still ahead."""
    standing = BY_WHEN.format(by=by) if by is not None else _WITH_A_PERSON
    return _OPEN.format(subject=subject[:60] or _UNNAMED, standing=standing)


def _never_closes(calendar: Calendar) -> bool:
    whole = sum(each.closes - each.opens for each in calendar.spans)  # minutes a day
    return whole >= 24 * 60 and not calendar.working_days_only
