"""What a customer adds to a waiting ticket is read together with everything said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialogue.handoff import WISHES
from bot.dialogue.matter import (
    Matter,
    articles_for,
    considered,
    gist_of,
    is_calm,
    matter_of,
    suggested_answer,
    title_of,
    told_in,
    topic_of_act,
    urgency_of_addition,
)
from bot.dialogue.turn_context import TurnContext
from bot.transcript import conversations
from bot.transcript.shared_numbers import houses_of
from bot.wording.data_wishes import marks_of
from bot.wording.matter_titles import is_unsaid
from escalation.staffing import dispatch
from escalation.tickets import rereading
from escalation.tickets.events import TicketAssigned, TicketReread
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.rereading import SecondReading
from knowledge_base.matching.ranking import Candidate

# Of these the promise is told anyway, in the answer to them.
_TOLD_THE_TIME = frozenset({"person", "chase", "complaint", "danger", "unsolved", "withdrawal"})


def reread(turn: TurnContext) -> None:
    """Let topic, queue, urgency, title and suggested answer of the turn's waiting ticket follow what was added.

    A changed queue is announced once; a promise that has become sooner is told anew.
    """
    if told_in(turn.rules, turn.reading) or is_calm(turn.rules, turn.reading):
        read_again(turn)


def read_again(turn: TurnContext) -> None:
    """As `reread`, whether or not anything was added: a queue that could not change before may do so by now."""
    ticket = turn.its_ticket()
    matter = _since_opened(ticket, matter_of(turn.conversation))
    if ticket.state != "waiting" or ticket.reason in WISHES or not matter.lines:
        return
    candidates = articles_for(turn.rules, matter, turn.tier.tier, turn.now)
    chances = _chances(turn, matter, candidates)
    likeliest = max(chances, key=lambda topic: chances[topic], default="")
    complains = likeliest in turn.policy.topics and turn.policy.topics[likeliest].complaint
    found = SecondReading(
        subject=_title(turn, ticket, matter),
        chances=chances,
        urgency=_urgency(turn),
        calm=is_calm(turn.rules, turn.reading),
        suggested=suggested_answer(turn.rules, candidates, ticket.rejected, ticket.urgency),
        candidates=considered(candidates),
        talks=conversations.talks_of(turn.db, turn.conversation.contact_id) if complains else (),
    )
    event = rereading.reread(turn.db, turn.policy, ticket.id, found, turn.now)
    if event is not None:
        turn.ticket = event.ticket
        _tell(turn, event)


def _title(turn: TurnContext, ticket: Ticket, matter: Matter) -> str:
    """The title by all that was said; that a wish about personal data was withdrawn goes on standing before it."""
    title = title_of(turn.rules, matter)
    return marks_of(ticket.subject) + title if title else ticket.subject


def _since_opened(ticket: Ticket, matter: Matter) -> Matter:
    """The matter; of a reopened ticket after what it was about before, which the conversation has left behind."""
    if not ticket.reopened or not matter.lines or is_unsaid(ticket.subject):
        return matter
    return Matter((ticket.subject, *matter.lines))


def _urgency(turn: TurnContext) -> str:
    """The urgency; a danger is taken up at once, or asked about first, and is not counted here."""
    said = turn.reading
    if "danger" in said.heard | said.doubted or turn.rules.urgency(said.text).critical:
        return turn.policy.default_urgency
    return urgency_of_addition(turn.rules, said).id


def _chances(turn: TurnContext, matter: Matter, candidates: Sequence[Candidate]) -> Mapping[str, float]:
    """Of each topic; none where the act that opened the ticket has one of its own, unless it is clearly a fault."""
    ticket, gist = turn.its_ticket(), gist_of(turn.rules, matter)
    chances = turn.rules.topic_chances(gist, candidates) or turn.rules.topic_chances(matter.text, candidates)
    topic = turn.policy.topics.get(ticket.topic or "")
    if topic is not None and topic.act == ticket.reason:
        return {} if topic_of_act(turn.rules, topic.id, chances) == topic.id else chances
    return chances


def _tell(turn: TurnContext, event: TicketReread) -> None:
    """Staff of a new queue hear of the ticket once: by its assignment, or else by its arrival."""
    if event.again_at is not None:
        turn.remember(hand_over_at=event.again_at)
    if event.ticket.queue != event.old_queue:
        assigned = dispatch.assign(turn.db, turn.policy, event.ticket.id, turn.now, houses_of)
        turn.ticket = assigned.ticket if assigned is not None else event.ticket
        turn.announce(assigned if isinstance(assigned, TicketAssigned) else event)
    if event.sooner and not turn.reading.heard & _TOLD_THE_TIME:
        turn.say("promise_sooner")
        turn.promised_anew = True
