"""What a customer answers to what they were sent becomes a fact of the ticket, and its holder hears of it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from bot.dialogue.situation import Situation
from bot.dialogue.turn_context import TurnContext
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from bot.wording import sent_steps as words
from bot.wording.phrases import in_script
from escalation.tickets import step_answers
from escalation.tickets.asked_steps import asked_in_matter
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.sent_steps import SentStep, StepAnswer
from escalation.tickets.step_answers import Answerer, AnswerRefused, is_asked
from knowledge_base.text.normalise import normalise

OBJECTION = "objection"  # awaited: the words that explain it
BARE = 8  # characters of an objection that says no more than that there is one
_LOOKED_BACK = 20  # lines


def with_asked(db: Connection, situation: Situation, ticket: Ticket | None, talk: Conversation) -> Situation:
    """Return the situation with what this customer was asked last on their ticket."""
    if ticket is None or situation.ticket not in ("waiting", "claimed", "resolved"):
        return situation
    step = _asked(db, ticket, talk)
    return replace(situation, asked=step.kind) if step is not None else situation


def _asked(db: Connection, ticket: Ticket, talk: Conversation) -> SentStep | None:
    """What this customer was asked last: a colleague shares a merged ticket."""
    asked = asked_in_matter(db, ticket)
    return next((step for step in asked if is_theirs(db, step, talk)), None)


def is_theirs(db: Connection, step: SentStep, talk: Conversation) -> bool:
    """Whether it was sent to whoever writes here; its conversation may have become part of another since."""
    there = conversations.get_conversation(db, step.conversation_id)
    return there.id == talk.id and is_asked(step, step.conversation_id, talk.contact_id)


def answer_in_words(turn: TurnContext, given: StepAnswer, *, tells: bool) -> None:
    """Record that the customer's words answer what they were asked last; `tells`: and say so."""
    ticket = turn.its_ticket()
    step = _asked(turn.db, ticket, turn.conversation)
    if step is None:
        return
    explained = given in ("objected", "problem") and len(normalise(turn.text)) > BARE
    try:
        record(turn, step, given, _line_said(turn), explained=explained)
    except AnswerRefused as refused:
        if tells and refused.fault != "already":
            turn.send(in_script(refusal(refused, given), turn.conversation.language))
        return
    if tells:
        sentence = words.EXPLAINED if explained else words.REPLIES[given]
        turn.send(in_script(sentence, turn.conversation.language))


def record(turn: TurnContext, step: SentStep, given: StepAnswer, line: int | None, *, explained: bool = False) -> None:
    """Record an answer; an objection without words leaves them awaited. Raises AnswerRefused."""
    who = _answerer(turn, line)
    event = step_answers.answer(turn.db, turn.policy, step, given, who, turn.now)
    turn.ticket = event.ticket
    if explained:
        step_answers.explain(turn.db, event.ticket.id, who, turn.now)
    unexplained = given in ("objected", "problem") and not explained and event.ticket.is_open
    if unexplained or turn.conversation.awaiting == OBJECTION:
        turn.remember(awaiting=OBJECTION if unexplained else None)
    turn.announce(event)


def explain(turn: TurnContext) -> None:
    """Keep what the customer writes as the reason for their objection."""
    turn.remember(awaiting=None)
    event = step_answers.explain(turn.db, turn.its_ticket().id, _answerer(turn, _line_said(turn)), turn.now)
    if event is not None:
        turn.send(in_script(words.EXPLAINED, turn.conversation.language))
        turn.announce(event)


def refusal(refused: AnswerRefused, given: StepAnswer) -> str:
    """Return the sentence for an answer that does not count."""
    match refused.fault:
        case "already":
            return words.ALREADY[given]
        case "outdated":
            return words.OUTDATED.format(version=refused.step.version, latest=refused.latest)
        case "being_revised":
            return words.BEING_REVISED.format(version=refused.step.version)
        case "over":
            return words.OVER
        case "not_asked":
            return words.NOT_ASKED


def _answerer(turn: TurnContext, line: int | None) -> Answerer:
    talk = turn.conversation
    return Answerer(talk.id, talk.contact_id, talk.channel, line)


def _line_said(turn: TurnContext) -> int | None:
    lines = message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK)
    return next((line.id for line in reversed(lines) if line.author == "customer"), None)
