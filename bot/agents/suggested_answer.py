"""The knowledge base's answer suggested to an agent for the customer's latest message; pure but for the index."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.intents import intent_of
from bot.rules import Rules
from escalation.tickets.lifecycle import Ticket
from knowledge_base.matching.decide import PROBABLE
from knowledge_base.matching.ranking import Candidate


def ready_answer(rules: Rules, ticket: Ticket, latest_text: str, tier: str, now: datetime) -> Candidate | None:
    """Return the best answer that this tier may see and the customer has not rejected; None if none is probable.

    In a danger no answer is one. Ranking takes milliseconds: call it outside of transactions. An intent alone (「快点」
    「谢谢」) is no question.
    """
    if not ticket.is_open or not latest_text or intent_of(rules.policy, latest_text) is not None:
        return None
    if rules.policy.urgency_of(ticket.urgency).critical:
        return None
    candidates = rules.rank(latest_text, tier, now)
    best = rules.likely([one for one in candidates if one.article.id not in ticket.rejected])
    return best if best is not None and best.confidence >= PROBABLE else None
