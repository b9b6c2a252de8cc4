"""Record gaps: messages the bot had no answer for, masked, in the transaction of the message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from sqlalchemy import Connection

from bot.dialogue.acts import Act, Answer, AskBack, HandOff, Miss, Reject, Suggest
from bot.dialogue.answer_judging import offer_of
from bot.dialogue.intents import intent_of
from bot.rules import Rules
from bot.transcript import message_store
from bot.transcript.conversations import Conversation
from bot.transcript.message_store import Message
from bot.wording.matter_titles import is_unsaid
from escalation.customers.model import Customer
from escalation.customers.personal_data import claims_in, mask
from escalation.policy.model import Policy
from escalation.policy.routing import topic_of, urgency_of
from escalation.tickets.lifecycle import Ticket
from knowledge_base.articles import Article
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import Reason
from knowledge_base.matching.decide import Answered
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.normalise import is_empty, normalise

LONGEST_TEXT = 500  # characters of a message; whoever tells a story has asked by then
LONGEST_REPLY = 2_000
LOOKED_BACK = 100  # lines of the transcript

_ASKS = re.compile("[?？吗嗎呢么麼几哪]|怎|如何|多少|什么|什麼|多久|能不能|可不可以|是不是|有没有|为何")
_OUTCRY = re.compile(
    "怎么(?:回事|搞的|这样|会这样|这么|能这样|办事)|什么(?:态度|东西|玩意|意思|服务|破)|凭什么|有没有(?:搞错|人管)"
)
_INTRODUCTION = re.compile(
    r"[0-9A-Za-z@.]*\*[0-9A-Za-z@.*]*|我叫|我是|我姓|免贵姓|电话|手机|号码|邮箱|地址|姓名|联系人|收件人|订?单号?"
)
_SAYS_SOMETHING = re.compile("[\u3400-\u9fff].*[\u3400-\u9fff]|[A-Za-z]{3}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GapContext:
    """A customer's turn as gaps need it: the text (empty for a tap) and its candidates; `tier` is the customer's."""

    conversation: Conversation
    customer: Customer | None
    tier: str
    text: str
    candidates: tuple[Candidate, ...] = ()


class _Asker(TypedDict):
    """Whose message a gap is."""

    conversation_id: int
    tier: str


def learn(db: Connection, rules: Rules, heard: GapContext, acts: Sequence[Act], now: datetime) -> int | None:
    """Record a miss as a gap; returns the gap's id, or that of the earlier gap to which a tap belongs."""
    rejected = next((_rejected(act) for act in acts if _rejected(act)), None)
    if rejected is not None:
        return _learn_rejected(db, rules, heard, rejected, now)
    if not heard.text:
        return _learn_tapped(db, heard, acts)
    reason = _reason(rules, heard, acts)
    if reason is None or not is_question(rules.policy, heard.text):
        return None
    return gap_store.add_gap(db, reason, _masked(heard.text, heard.customer), now, **_of(heard))


def _rejected(act: Act) -> str | None:
    match act:
        case Miss(article) | Reject(article):
            return article
        case _:
            return None


def asked_with(db: Connection, heard: GapContext, article: Article) -> str:
    """Return the question that this answer responds to.

    It is stored with the answer, in case the answer is rejected.
    """
    if heard.text:
        return heard.text
    offer = offer_of(db, heard.conversation, article.id)
    return str(offer.meta.get("asked") or article.question) if offer else article.question


def file_under(db: Connection, conversation: Conversation, ticket_id: int, since: datetime, latest: int | None) -> None:
    """Assign the gaps of this matter to its ticket: what an agent answers there is what was missing.

    `since`: when the matter began; `latest`: this turn's gap.
    """
    lines = message_store.latest(db, conversation.id, LOOKED_BACK)
    found = {int(line.meta["gap"]) for line in lines if line.at >= since and line.meta.get("gap")}
    gap_store.file_gaps(db, found | ({latest} if latest else set()), ticket_id)


def learn_reply(
    db: Connection, rules: Rules, customer: Customer | None, ticket: Ticket, text: str, now: datetime
) -> None:
    """Store an agent's first reply that is more than a greeting as the draft answer of the ticket's gap, masked."""
    if ticket.closed_to or is_empty(text) or intent_of(rules.policy, text) is not None:
        return  # of a confidential complaint nothing is kept where others read it
    spoken = _spoken(db, ticket)
    claimed = [claim.text for line in spoken for claim in claims_in(line) if claim.kind == "name"]
    reply = mask(text, [*_names(customer), *claimed])[:LONGEST_REPLY]
    if gap_store.keep_reply(db, ticket.id, reply):
        return
    asked = _question_of(rules.policy, ticket, spoken)
    if asked:
        masked = _masked(asked, customer)
        whose: _Asker = {"conversation_id": ticket.conversation_id, "tier": ticket.tier}
        gap_store.add_gap(db, "human", masked, now, reply=reply, ticket_id=ticket.id, **whose)


def is_question(policy: Policy, text: str) -> bool:
    """Whether the knowledge base could answer this text: not an intent alone, critical, or a mere complaint or data."""
    if is_empty(text) or intent_of(policy, text) is not None:
        return False
    plain = normalise(text)
    if urgency_of(policy, plain).critical:
        return False
    if not _SAYS_SOMETHING.search(_INTRODUCTION.sub("", mask(text))):
        return False
    topic = topic_of(policy, plain, None)
    complains = topic is not None and policy.topics[topic].complaint
    return not complains or _ASKS.search(_OUTCRY.sub("", text)) is not None


def _reason(rules: Rules, heard: GapContext, acts: Iterable[Act]) -> Reason | None:
    for act in acts:
        match act:
            case Suggest() | AskBack():
                return "suggested"
            case HandOff("critical" | "file"):
                return None
            case HandOff():
                return "unanswered" if not _has_answer(rules, heard.candidates) else None
    return "unanswered" if any(isinstance(act, Miss) for act in acts) else None


def _has_answer(rules: Rules, candidates: tuple[Candidate, ...]) -> bool:
    return isinstance(rules.decide(candidates), Answered)


def _learn_tapped(db: Connection, heard: GapContext, acts: Iterable[Act]) -> int | None:
    """Record which of the suggestions was meant."""
    chosen = next((act.candidate.article for act in acts if isinstance(act, Answer)), None)
    offer = offer_of(db, heard.conversation, chosen.id) if chosen else None
    gap: int | None = offer.meta.get("gap") if offer else None
    if chosen is not None and gap is not None:
        gap_store.note_chosen(db, gap, chosen.id)
    return gap


def _learn_rejected(db: Connection, rules: Rules, heard: GapContext, article_id: str, now: datetime) -> int | None:
    answer = _last(db, heard, lambda line: line.meta.get("article") == article_id)
    if answer is None:  # it was only asked about, which is a gap already
        asked_back = offer_of(db, heard.conversation, article_id)
        return asked_back.meta.get("gap") if asked_back is not None else None
    gap, asked = answer.meta.get("gap"), str(answer.meta.get("asked") or "")
    if gap is not None and gap_store.note_rejected(db, gap, article_id):
        return int(gap)  # one message is one gap
    if not is_question(rules.policy, asked):
        return None
    masked = _masked(asked, heard.customer)
    return gap_store.add_gap(db, "rejected", masked, now, article_id=article_id, **_of(heard))


def _of(heard: GapContext) -> _Asker:
    return {"conversation_id": heard.conversation.id, "tier": heard.tier}


def _last(db: Connection, heard: GapContext, is_it: Callable[[Message], bool]) -> Message | None:
    lines = message_store.latest(db, heard.conversation.id, LOOKED_BACK)
    return next((line for line in reversed(lines) if line.author == "bot" and is_it(line)), None)


def _spoken(db: Connection, ticket: Ticket) -> list[str]:
    """The customer's messages of this ticket."""
    lines = message_store.latest(db, ticket.conversation_id, LOOKED_BACK)
    return [line.text for line in lines if (line.author, line.kind, line.ticket_id) == ("customer", "text", ticket.id)]


def _question_of(policy: Policy, ticket: Ticket, spoken: Iterable[str]) -> str:
    """The ticket's question: its title, or where that says nothing what was written next."""
    if ticket.reason in ("critical", "file"):
        return ""
    if is_question(policy, ticket.subject) and not is_unsaid(ticket.subject):
        return ticket.subject
    return " ".join(text for text in spoken if is_question(policy, text))


def _masked(text: str, customer: Customer | None) -> str:
    return mask(text, _names(customer))[:LONGEST_TEXT]


def _names(customer: Customer | None) -> tuple[str, ...]:
    return (customer.contact.name, customer.organisation.name) if customer else ()
