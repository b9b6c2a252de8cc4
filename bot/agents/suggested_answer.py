"""The answer that stands ready for an agent: the likely one to the customer's latest words; pure but for the index."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue.intents import intent_of
from bot.rules import Rules
from escalation.tickets.lifecycle import Ticket
from knowledge_base.matching.ranking import Candidate


def ready_answer(rules: Rules, ticket: Ticket, latest_text: str, tier: str, now: datetime) -> Candidate | None:
    """The best answer this customer may be given that they have not rejected; None when none is worth showing.

    Ranking takes milliseconds: call it outside of any transaction. A mere wish (「快点」「谢谢」) asks nothing.
    """
    if not ticket.is_open or not latest_text or intent_of(rules.policy, latest_text) is not None:
        return None
    candidates = rules.rank(latest_text, tier, now)
    return rules.likely([one for one in candidates if one.article.id not in ticket.rejected])
