"""What customers are sent in the course of a ticket: its draft, its buttons, and the replies to their answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.messages import Button
from bot.wording.choices import StepAnswerChosen, payload
from bot.wording.matter_titles import is_unsaid
from bot.wording.moments import by
from bot.wording.phrases import in_script
from escalation.policy.model import Policy
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import Plan, PlanStep
from escalation.tickets.sent_steps import ANSWERS, SentKind, StepAnswer

KINDS: Mapping[SentKind, str] = {
    "plan": "处理方案",
    "progress": "处理进展",
    "invitation": "邀请验收",
    "result": "处理结果",
}
SEND: Mapping[SentKind, str] = {
    "plan": "发送方案",
    "progress": "报告进展",
    "invitation": "邀请验收",
    "result": "告知结果",
}
ANSWER_LABELS: Mapping[StepAnswer, str] = {
    "agreed": "同意",
    "objected": "有异议",
    "accepted": "验收通过",
    "problem": "还有问题",
}
ANSWERED: Mapping[StepAnswer, str] = {
    "agreed": "客户已同意",
    "objected": "客户有异议",
    "accepted": "客户验收通过",
    "problem": "客户表示还有问题",
}
UNANSWERED = "等待客户答复"
DRAFT = "草稿如下，核对修改后，以同一命令开头发出，客户收到的就是命令后面的文字：\n\n{text}"
_HOW = (
    "{what}要发给客户：在本话题发送 {command} 加正文；只发 {command} 可以先看草稿。"
    "已在电话里说明的，请先点「已电话联系」。"
)
HOW_TO_SEND: Mapping[str, str] = {
    fact: _HOW.format(what=what, command=command)
    for fact, what, command in (
        ("plan_explained", "方案", "/plan"),
        ("progress_reported", "进展", "/progress"),
        ("acceptance_invited", "验收邀请", "/invite"),
        ("result_told", "处理结果", "/result"),
    )
}

# ── to customers ──
REPLIES: Mapping[StepAnswer, str] = {
    "agreed": "收到，您已同意这份方案。我们按方案处理，有进展会及时告诉您。",
    "objected": "收到您的异议。请直接写下您不同意的地方或希望怎么调整，我们修改方案后再请您确认。",
    "accepted": "收到您的验收确认，谢谢您的配合。后续如有问题，随时告诉我们。",
    "problem": "收到。请直接写下还有什么问题，我们继续处理。",
}
EXPLAINED = "您的意见已记下，我们据此处理后再与您确认。"
ALREADY: Mapping[StepAnswer, str] = {
    "agreed": "您已经同意过这份方案，不用重复确认。",
    "objected": "您的异议已经收到，不用重复提交；有补充的，请直接写下来。",
    "accepted": "您已经确认验收，不用重复操作。",
    "problem": "您反映的情况已经收到，不用重复提交；有补充的，请直接写下来。",
}
OUTDATED = "您刚才答复的是第 {version} 版方案，方案已更新为第 {latest} 版，请查看最新一版后再答复。"
BEING_REVISED = "您刚才答复的第 {version} 版方案正在修订，新的方案会尽快发给您，请收到后再答复。"
OVER = "这项服务已经结束，刚才的答复没有登记。如仍有需要，请直接写下来，我们会继续为您处理。"
NOT_ASKED = "这是请您的同事答复的，您的选择没有登记。您有意见的话，可以直接写在这里。"


def named(kind: SentKind, version: int | None) -> str:
    """Return what was sent, a plan with its version."""
    return KINDS[kind] + (f"（第 {version} 版）" if version is not None else "")


def step_buttons(step_id: int, kind: SentKind, language: str) -> tuple[Button, ...]:
    """Return the buttons by which a customer answers what is sent under this number."""
    return tuple(
        Button(payload(StepAnswerChosen(step_id, each)), in_script(ANSWER_LABELS[each], language))
        for each in ANSWERS[kind]
    )


def draft(
    policy: Policy, kind: SentKind, ticket: Ticket, plan: Plan | None, names: Mapping[int, str], now: datetime
) -> str:
    """Return what the agent corrects and sends; empty for a plan that nobody has made."""
    about = "" if is_unsaid(ticket.subject) else f"“{ticket.subject[:60]}”"
    match kind:
        case "plan":
            return _plan(policy, about, plan, names, now) if plan is not None else ""
        case "progress":
            return _progress(policy, about, plan, now)
        case "invitation":
            begin = f"您反映的{about}已经处理完成" if about else "您反映的问题已经处理完成"
            return f"{begin}，请您验收。确认没有问题请选「验收通过」；还有不妥请选「还有问题」，我们继续处理。"
        case "result":
            return f"您反映的{about or '问题'}，处理结果如下：\n"


def _plan(policy: Policy, about: str, plan: Plan, names: Mapping[int, str], now: datetime) -> str:
    begin = f"关于您反映的{about or '问题'}，我们拟定了处理方案："
    if plan.version > 1:
        begin = f"关于您反映的{about or '问题'}，我们修订了处理方案（第 {plan.version} 版）："
    lines = [begin, *_steps(policy, plan.steps_to_come, now)]
    if name := names.get(plan.responsible_id):
        lines.append(f"负责人：{name}。")
    lines.append("请您看看是否同意；有不同意见请选「有异议」并告诉我们，我们修改后再请您确认。")
    return "\n".join(lines)


def _progress(policy: Policy, about: str, plan: Plan | None, now: datetime) -> str:
    lines = [f"向您报告{about or '您反映的问题'}的处理进展："]
    done = [step.what for step in plan.steps if step.done_at is not None] if plan is not None else []
    coming = plan.steps_to_come if plan is not None else ()
    lines += [f"已完成：{'、'.join(done)}。"] if done else []
    lines += ["接下来：", *_steps(policy, coming, now)] if coming else []
    return "\n".join(lines) + ("" if done or coming else "\n")


def _steps(policy: Policy, steps: Sequence[PlanStep], now: datetime) -> list[str]:
    return [f"{number}. {step.what}（{by(policy, step.by, now)} 前）" for number, step in enumerate(steps, 1)]


def answered_notice(number: int, kind: SentKind, answer: StepAnswer, version: int | None, *, explained: bool) -> str:
    """Return the notice to the holder of a ticket whose customer has answered."""
    what = KINDS[kind] + (f"第 {version} 版" if version is not None else "")
    if explained:
        return f"【客户答复】#{number} 客户说明了对{what}的意见，请查看后处理。"
    follows = {
        "agreed": "可以按方案处理，并按时报告进展。",
        "objected": "请修订方案后再次与客户沟通。",
        "accepted": "验收之后要写服务报告的，草稿已在工单里。",
        "problem": "请继续处理。",
    }
    return f"【客户答复】#{number} {what}：{ANSWERED[answer]}。{follows[answer]}"
