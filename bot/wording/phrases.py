"""Sentences of the policy's wording in the customer's script, and sentences for staff."""

from __future__ import annotations

from collections.abc import Sequence

from bot.wording.labels import NO_TOPIC
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.tickets.events import Event, TicketOpened
from knowledge_base.text.scripts import to_traditional

# What notices, digests and pages are completed with.
ON_DUTY = "当班同事"  # whoever is assigned a ticket, where the name is not known
TAKEN_BACK = "#{ticket} 的转交已撤销，不用再处理。"
WROTE_ON = "#{ticket} 标记为已解决后，客户马上又来消息，工单已恢复处理中，请继续跟进。"
NOTHING_DUE = "无（已与客户联系）"  # in place of the due time of a first contact
UNREADABLE = "（这条通知无法读取，请在工作台查看）"


def say(policy: Policy, wording: str, language: str = "zh-Hans", **values: str) -> str:
    """Return a sentence of the policy's wording, in simplified or traditional script by `language`."""
    return in_script(policy.wording[wording].format(**values), language)


def say_question(policy: Policy, wording: str, question: str, language: str) -> str:
    """Return a sentence of the policy's wording that quotes a question."""
    return say(policy, wording, language, question=_quoted(question))


def quotes(text: str, question: str) -> bool:
    """Whether a text of ours quotes this question, in either script."""
    return any(in_script(_quoted(question), language) in text for language in ("zh-Hans", "zh-Hant"))


def _quoted(question: str) -> str:
    """The question without the mark at its end: the sentence around it has one."""
    return question.strip().rstrip("？?。.！!")


def in_script(text: str, language: str) -> str:
    """Return a text in simplified or traditional script by `language`."""
    return to_traditional(text) if language == "zh-Hant" else text


def incident_over(title: str, tickets: Sequence[int]) -> str:
    """Return the notice to a holder whose tickets belong to an incident that has ended."""
    named = "、".join(f"#{number}" for number in tickets[:10])
    more = f" 等 {len(tickets)} 张工单" if len(tickets) > 10 else ""
    told = f"【中断结束】「{title}」已结束，收到过中断通知的客户会陆续收到结束通知。"
    return f"{told}您名下的 {named}{more} 与此有关，请逐一跟进。"


def never_open(calendar: str) -> str:
    """Why a calendar could not be counted."""
    return f"服务时间「{calendar}」此后两年内没有开放时段"


def again_from_one(topic: str) -> str:
    """Return the name of a recurrence of one customer."""
    return f"同一客户又提出「{topic}」类事项"


def again_from_all(topic: str) -> str:
    """Return the name of a recurrence among several customers."""
    return f"多位客户提出「{topic}」类事项"


def staff_card(policy: Policy, notice: str, event: Event) -> str:
    """Return the page for the staff chat: the notice, and for a new ticket also its subject and reason."""
    if not isinstance(event, TicketOpened):
        return notice
    ticket = event.ticket
    lines = [notice, f"事由：{ticket.topic or NO_TOPIC} · {starred(ticket.subject)[:200] or '（见附件）'}"]
    if policy.outside_chat.tier_reason:
        lines.append(f"等级依据：{ticket.tier_reason}")
    if ticket.suggested:
        lines.append(f"参考答案：{ticket.suggested[:300]}")
    return "\n".join(lines)
