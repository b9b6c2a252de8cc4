"""Service interruptions in a turn: the incident's notice takes the place of the bot's answer, once per customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.dialogue.acts import (
    Act,
    Answer,
    AskBack,
    Complain,
    Forward,
    HandOff,
    Hold,
    Miss,
    Presume,
    RaiseUrgency,
    Reopen,
    Say,
    Suggest,
)
from bot.dialogue.intents import intent_of
from bot.dialogue.turn_context import TurnContext
from bot.wording.buttons import person_button
from bot.wording.phrases import in_script
from escalation.incidents import incident_store
from escalation.incidents.model import Incident, affecting
from escalation.policy.routing import topic_of
from escalation.tickets.by_hand import set_by_hand
from knowledge_base.matching.decide import PROBABLE
from knowledge_base.text.normalise import normalise

_ABOUT_A_MATTER = Answer | Presume | Suggest | AskBack | Miss | Forward | Reopen | RaiseUrgency | Complain
_DOUBTS = ("unknown", "try_again", "not_meant")  # wording that says we have no answer


def untold(turn: TurnContext, acts: tuple[Act, ...]) -> list[Incident]:
    """Return incidents that this turn concerns and the customer has not been informed of, and mark them as told."""
    return _take_untold(turn, _touched(turn, acts)) if _may_be_told(turn, acts) else []


def at_hand_off(turn: TurnContext, *, silently: bool = False) -> None:
    """Attach a new ticket to the incident it is about, and inform its customer once.

    `silently`: do not inform in this turn, because it is critical; `notify_some` does so a moment later.
    """
    touched = _touched(turn, ())
    if touched:
        attach(turn, touched[0])
    if not silently:
        say_notices(turn, _take_untold(turn, touched))


def without_answers(acts: Iterable[Act]) -> tuple[Act, ...]:
    """Return the acts that remain when a notice replaces the bot's answers; pure."""
    return tuple(act for act in acts if not _answers(act))


def _answers(act: Act) -> bool:
    match act:
        case Answer() | Presume() | Suggest() | AskBack() | Miss() | HandOff("missed_twice"):
            return True
        case Say(wording):
            return wording in _DOUBTS
        case _:
            return False


def _may_be_told(turn: TurnContext, acts: tuple[Act, ...]) -> bool:
    """Whether notices fit this turn: not among held fragments, after a bare intent, or at a hand-off."""
    if any(isinstance(act, Hold) or (isinstance(act, HandOff) and not _answers(act)) for act in acts):
        return False
    if turn.text and intent_of(turn.policy, turn.text) is not None:
        return False
    return any(isinstance(act, _ABOUT_A_MATTER) or _answers(act) for act in acts)


def _touched(turn: TurnContext, acts: tuple[Act, ...]) -> tuple[Incident, ...]:
    running = incident_store.running_incidents(turn.db)
    if not running:
        return ()
    topics = {act.candidate.article.category for act in acts if isinstance(act, Answer | Presume)} | _heard(turn)
    if turn.ticket is not None and not acts:  # it was just opened for what was said
        topics |= {turn.ticket.topic or ""}
    return affecting(running, topics, normalise(turn.text))


def _heard(turn: TurnContext) -> set[str]:
    """Topics of the text, with and without complaint topics: a complaint is also about something."""
    best = turn.candidates[0] if turn.candidates else None
    likely = best.article.category if best is not None and best.confidence >= PROBABLE else None
    text = normalise(turn.text)
    calm = replace(turn.policy, topics={name: one for name, one in turn.policy.topics.items() if not one.complaint})
    return {topic for policy in (turn.policy, calm) if (topic := topic_of(policy, text, likely)) is not None}


def _take_untold(turn: TurnContext, touched: Iterable[Incident]) -> list[Incident]:
    return [one for one in touched if _is_news(turn, one)]


def _is_news(turn: TurnContext, incident: Incident) -> bool:
    db, conversation_id = turn.db, turn.conversation.id
    if incident_store.is_notified(db, incident.id, conversation_id) or not incident_store.lock_running(db, incident.id):
        return False
    return bool(incident_store.mark_notified(db, incident.id, [conversation_id], turn.now))


def say_notices(turn: TurnContext, incidents: Iterable[Incident]) -> None:
    """Send the notices of these incidents."""
    has_ticket = turn.ticket is not None and turn.ticket.is_open
    buttons = () if has_ticket else (person_button(turn.policy, turn.conversation.language),)
    for one in incidents:
        turn.send(in_script(one.notice, turn.conversation.language), buttons, incident=one.id)


def attach(turn: TurnContext, incident: Incident) -> None:
    """Attach the turn's ticket to this incident, unless it belongs to one already, or a person has said which."""
    ticket = turn.its_ticket()
    if "incident" in set_by_hand(ticket):
        return
    if ticket.incident_id is None and incident_store.lock_running(turn.db, incident.id):
        incident_store.attach(turn.db, incident, [ticket.id], turn.now)
        turn.ticket = replace(ticket, incident_id=incident.id)
