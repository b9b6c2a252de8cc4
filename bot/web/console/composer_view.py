"""What stands beside the reply on the ticket's page: the suggested answer, standard wording and process."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from bot.agents.standard_wording import sentences_for, steps_for
from bot.agents.suggested_answer import ready_answer
from bot.agents.suggestions import suggested_answer_of
from bot.transcript.suggestion_verdicts import verdicts_of
from bot.web.console.access import StaffRequest
from bot.web.console.ticket_view import TicketView


async def composer_values(staff_request: StaffRequest, shown: TicketView, now: datetime) -> dict[str, Any]:
    """Return the template's values for what stands beside the reply."""
    service, ticket = staff_request.service, shown.ticket
    policy, rows = service.rules.policy, [clock.row for clock in shown.clocks]
    # Outside of the reading transaction: it takes milliseconds of thought.
    ready = await asyncio.to_thread(ready_answer, service.rules, ticket, shown.latest, ticket.tier, now)
    given = await service.database.read(verdicts_of, ticket.id, staff_request.who.id)
    last_said = max((line.at for line in shown.talk if line.author == "customer"), default=None)
    return {
        "suggested": suggested_answer_of(ticket, ready, given, last_said),
        "standard_sentences": sentences_for(policy, ticket, rows, now),
        "standard_steps": steps_for(policy, ticket),
    }
