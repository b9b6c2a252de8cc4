"""What customers can ask about themselves: who we think they are, their service, their ticket, their personal data."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

from sqlalchemy import Connection

from bot.delivery.undeliverable import mark_reachable
from bot.dialogue.customer import customer_of
from bot.dialogue.handoff import hand_over
from bot.dialogue.turn_context import TurnContext
from bot.messages import Button, Incoming
from bot.rules import Rules
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.channel_message_ids import remember_id
from bot.transcript.conversations import Conversation
from bot.wording.choices import DataWishChosen, Wish, payload
from bot.wording.moments import by
from bot.wording.phrases import in_script
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.policy.tiers import FIRST_CONTACT, Tier
from escalation.tickets import deadline_store, facts, history, ticket_store
from escalation.tickets.lifecycle import Ticket
from escalation.working_hours.working_time import Calendar

EXPORT, FORGET, LEAVE = (payload(DataWishChosen(wish)) for wish in get_args(Wish))
REASONS = {EXPORT: "export", FORGET: "forget"}

PROOFS = {"token": "官网登录", "link": "官网绑定链接", "shared_contact": "共享手机号"}

ABOUT_YOU = "{name}，您好。我们记录的信息如下：\n单位：{organisation}\n身份核实方式：{proof}"
STRANGER = "我们还没有核实您的客户身份，不影响您继续咨询。"
RECOGNISE = "如需核实身份，请点下方按钮共享手机号，或登录我们的官网，打开 Telegram 绑定链接。"
SERVICE = "您享有的服务：{who}，人工服务时间为{hours}。{first}"
BY_BOT, BY_PERSON = "智能客服随时应答，需要时转人工", "由专人直接接待"
FIRST_RAISED = "您提出需求后，专人会在 {within}内与您首次联系{counted}。"
FIRST_RECEIVED = "转人工后，专人会在 {within}内与您首次联系{counted}。"
COUNTED = "（只计人工服务时间）"
OPEN = "正在处理的事项：「{subject}」，{standing}。"
PROMISED, WITH_A_PERSON = "专人最晚{by} 前与您联系（首次联系）", "专人正在跟进"
UNNAMED = "您发来的内容"
NOTHING_OPEN = "您目前没有正在处理的事项。"
YOUR_DATA = "如需导出或删除您的个人信息，请发送 /export 或 /forget。"

ASK = {
    EXPORT: "您要申请导出我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理。",
    FORGET: "您要申请删除我们保存的您的个人信息吗？确认后，专人会先核实您的身份，再为您办理；"
    "依法必须保存的记录，期满后才能删除。",
}
LABELS = {EXPORT: "申请导出个人信息", FORGET: "申请删除个人信息", LEAVE: "不用了"}
SUBJECTS = {EXPORT: "申请导出个人信息", FORGET: "申请删除个人信息"}
REGISTERED = {
    EXPORT: "您的导出申请已登记，{by_when}。身份核实后，我们会把保存的您的个人信息整理好交给您。",
    FORGET: "您的删除申请已登记，{by_when}。身份核实后，我们会为您办理，并告诉您哪些已经删除、哪些依法还要保存多久。",
}
BY_WHEN, HERE = "专人最晚{by} 前与您联系（首次联系）", "进展会在这里告诉您"
ALREADY = "您的申请已经登记，不用重复提交。{by_when}。"
LEFT = "好的，没有提交申请。有需要随时告诉我。"


def about_me(db: Connection, rules: Rules, conversation: Conversation, now: datetime) -> str:
    """Return what we know of the customer, their service and open ticket, without internal names."""
    policy = rules.policy
    customer, decision = customer_of(db, rules, conversation, now)
    lines = [_who(customer, conversation), service_of(policy, policy.tier_of(decision.tier))]
    lines.append(_matter(db, policy, _open_ticket(db, conversation), now))
    lines += [YOUR_DATA] if customer is not None else [RECOGNISE, YOUR_DATA]
    return in_script("\n".join(lines), conversation.language)


def question(choice: str, language: str) -> tuple[str, list[Button]]:
    """Return the confirmation question before a personal-data request, with its buttons."""
    buttons = [Button(each, in_script(LABELS[each], language)) for each in (choice, LEAVE)]
    return in_script(ASK[choice], language), buttons


def decide(db: Connection, rules: Rules, message: Incoming, now: datetime) -> None:
    """Process the tap below that question: the request becomes a ticket, or part of the open one."""
    conversation = conversations.lock_conversation(db, message.channel, message.address, now)
    if not processed_keys.remember_key(db, message.channel, message.key, now):
        return
    line = message_store.add_message(db, conversation, "customer", "", now, kind="choice", choice=message.choice)
    processed_keys.note_message(db, message.channel, message.key, line)
    if message.number is not None:
        remember_id(db, int(message.address), message.number, message_id=line)
    if conversation.unreachable_at is not None:
        mark_reachable(db, message.channel, message.address, now)
        conversation = replace(conversation, unreachable_at=None)
    ticket = _open_ticket(db, conversation)
    turn = TurnContext(db, rules, conversation, customer_of(db, rules, conversation, now), now, ticket)
    if message.choice == LEAVE:
        turn.send(in_script(LEFT, conversation.language))
    else:
        _register(turn, message.choice)
    conversations.save_conversation(db, turn.conversation, now)


def _register(turn: TurnContext, choice: str) -> None:
    ticket = turn.ticket
    if ticket is None:
        turn.ticket, turn.text = _last_ticket(turn), SUBJECTS[choice]
        hand_over(turn, REASONS[choice], lambda: _promise(turn, REGISTERED[choice]))
        return
    asked = f"{REASONS[choice]}_asked"
    if ticket.reason == REASONS[choice] or asked in {row.kind for row in history.history_of(turn.db, ticket.id)}:
        _promise(turn, ALREADY)
        return
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    history.log(turn.db, ticket.id, asked, turn.now)
    _promise(turn, REGISTERED[choice])


def _promise(turn: TurnContext, words: str) -> None:
    due = deadline_store.promised(turn.db, turn.its_ticket().id)
    kept = due is not None and due > turn.now
    by_when = BY_WHEN.format(by=by(turn.policy, due, turn.now)) if kept and due is not None else HERE
    turn.send(in_script(words.format(by_when=by_when), turn.conversation.language))


def service_of(policy: Policy, tier: Tier) -> str:
    """Return a tier's service in words that name neither the tier nor a queue."""
    calendar = policy.calendars[tier.calendar]
    first = next((each for each in tier.milestones if each.id == FIRST_CONTACT), None)
    promise = ""
    if first is not None:
        counted = COUNTED if first.basis == "working" and not _never_closes(calendar) else ""
        words = FIRST_RAISED if first.starts_on == "raised" or tier.bot == "suggests" else FIRST_RECEIVED
        promise = words.format(within=span(first.within), counted=counted)
    who = BY_BOT if tier.bot == "answers" else BY_PERSON
    return SERVICE.format(who=who, hours=hours(calendar), first=promise)


def hours(calendar: Calendar) -> str:
    """Return a calendar's hours in words: 「全天 24 小时」「每天 08:00–21:00」「工作日 …」."""
    if _never_closes(calendar):
        return "全天 24 小时"
    spans = "、".join(f"{_clock(each.opens)}–{_clock(each.closes)}" for each in calendar.spans)
    if calendar.working_days_only:
        return f"工作日 {spans}（法定节假日除外，调休上班日照常）"
    return f"每天 {spans}"


def span(duration: timedelta) -> str:
    """Return a duration in words: 「15 分钟」「2 小时」「1 小时 30 分钟」."""
    minutes = int(duration.total_seconds()) // 60
    parts = [(minutes // 60, "小时"), (minutes % 60, "分钟")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _never_closes(calendar: Calendar) -> bool:
    whole = sum(each.closes - each.opens for each in calendar.spans)  # minutes a day
    return whole >= 24 * 60 and not calendar.working_days_only


def _clock(minutes: int) -> str:
    """Minutes after midnight as a clock shows them."""
    next_day = minutes > 24 * 60
    hour = minutes // 60 - (24 if next_day else 0)
    return f"{'次日 ' if next_day else ''}{hour:02}:{minutes % 60:02}"


def _who(customer: Customer | None, conversation: Conversation) -> str:
    if customer is None:
        return STRANGER
    proof = PROOFS.get(conversation.proof or "", "已核实")
    return ABOUT_YOU.format(name=customer.contact.name, organisation=customer.organisation.name, proof=proof)


def _matter(db: Connection, policy: Policy, ticket: Ticket | None, now: datetime) -> str:
    if ticket is None:
        return NOTHING_OPEN
    due = deadline_store.promised(db, ticket.id)
    kept = due is not None and due > now
    standing = PROMISED.format(by=by(policy, due, now)) if kept and due is not None else WITH_A_PERSON
    return OPEN.format(subject=ticket.subject[:60] or UNNAMED, standing=standing)


def _open_ticket(db: Connection, conversation: Conversation) -> Ticket | None:
    ticket = ticket_store.lock_ticket(db, conversation.ticket_id) if conversation.ticket_id is not None else None
    return ticket if ticket is not None and ticket.is_open else None


def _last_ticket(turn: TurnContext) -> Ticket | None:
    """The resolved ticket that a new one closes."""
    last = turn.conversation.ticket_id
    return ticket_store.lock_ticket(turn.db, last) if last is not None else None
