"""Sentences about tiers set by hand, their history and the people who serve an organisation."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.customers.service_check import Overburdened
from escalation.customers.tier_proposals import TierProposal

KINDS = {
    "proposed": "提议",
    "replaced": "被新提议取代",
    "withdrawn": "提议撤回",
    "rejected": "否决",
    "approved": "批准生效",
    "set": "一人决定生效",
    "ended": "提前结束",
    "expired": "到期",
    "figures": "按数据调整",
    "policy": "按新标准调整",
    "merged": "客户合并",
    "objected": "客户提出异议",
    "upheld": "认定异议成立",
    "explained": "维持原评定",
}
OUTCOMES = {
    "waiting": "已提交，由另一位主管批准后生效。",
    "in_force": "已生效，未结束的工单随之调整。",
    "waiting_instead": "已提交，由另一位主管批准后生效。原来等待批准的提议已被取代，不再审批。",
    "in_force_instead": "已生效，未结束的工单随之调整。原来等待批准的提议已被取代，不再审批。",
    "unchanged": "没有变化：与现行的、等待批准的或刚被否决的提议相同。如要再次提议，请写明新的理由。",
    "approved": "已批准并生效，未结束的工单随之调整。",
    "rejected": "已否决，等级不变。",
    "withdrawn": "已撤回，等级不变。",
    "team": "服务团队已更新，以后派单优先派给团队成员。",
}
REFUSALS = {
    "unknown_tier": "政策里没有「{tier}」这个等级，请从列表里选择。",
    "past": "有效期至 {day}，已经过去了，请填写今天或以后的日期。",
    "no_day": "请填写有效期，例如 2027-03-31。",
    "no_reason": "请写明理由。",
    "bad_reason": "理由最多 500 个字，不能有控制字符，请修改后再提交。",
    "nothing_to_end": "这家客户没有人工指定的等级，不用结束。",
    "no_organisation": "没有这家客户，请核对客户编号。",
    "no_proposal": "没有编号为 {number} 的提议。",
    "decided": "编号为 {number} 的提议已经处理过了。",
    "same_person": "这是您提出的，不能由您自己批准，请另一位主管批准。",
    "disabled": "「{by}」的账号已停用，不能决定等级。",
    "no_person": "等级要由人来决定，「{by}」是程序。",
}
TEAM_REFUSALS = {
    "nobody": "没有「{login}」这个账号，或已停用，请从列表里选择同事。",
    "not_in_team": "「{login}」不在这家客户的服务团队里，可能已经移出。",
}
BAD_POST = "政策里「{tier}」没有「{post}」这个职位，请从列表里选择。"
TOO_MANY = "{who}作为{post}负责 {count} 家{tier}客户，超过政策规定的每人 {most} 家。"
ONLY_LEADS = "只有组长和主管可以查看和提议人工指定的等级。"
ONLY_MANAGERS = "只有主管可以批准或否决人工指定的等级。"
WAITS = "这家客户已有一项提议在等待批准：{wish}，{who}提出。{then}"
REPLACED_BY_WISH = "再提交一项，就会取代它。"
REPLACED_BY_OBJECTION = "如认定异议成立，您的提议会取代它。"
REPLACED = "原来等待批准的提议（{wish}，{who}提出）已被取代，不再审批。"
PROGRAMS = {"system": "系统", "cli": "命令行"}


def too_many(of: Overburdened, name: str) -> str:
    """Return that somebody looks after more customers than the policy says, in words."""
    return TOO_MANY.format(who=name, post=of.post, count=of.count, tier=of.tier, most=of.most)


def wish(of: TierProposal) -> str:
    """Return what a wish asks for, in words."""
    return f"改为{of.tier}，有效期至 {of.expires}" if of.tier else "提前结束人工指定的等级"


def who(by: str, names: Mapping[str, str]) -> str:
    """Return who did it as people read it; `names` of people by their sign-in names."""
    if by.startswith("key "):
        return f"接口密钥 {by.removeprefix('key ')}"
    if by.startswith("cli "):
        return f"命令行 {by.removeprefix('cli ')}"
    if by.startswith("customer "):
        return f"客户 {by.removeprefix('customer ')}"
    return PROGRAMS.get(by) or names.get(by, by)
