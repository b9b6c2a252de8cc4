"""Execute planned acts: messages to the customer, tickets, notices; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from bot.dialogue import handoff, incident_notices, satisfaction
from bot.dialogue.acts import (
    Act,
    Answer,
    AskDanger,
    AskRating,
    AskWithdrawal,
    Close,
    Complain,
    Either,
    ExplainRating,
    Forward,
    HandOff,
    Helped,
    Hold,
    Miss,
    RaiseUrgency,
    Rate,
    Reopen,
    Safety,
    Say,
    Suggest,
    Urge,
    Withdraw,
)
from bot.dialogue.gap_capture import GapContext, asked_with, learn
from bot.dialogue.ranked_turn import DANGER_ANSWER
from bot.dialogue.rereading import reread
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.understanding import critical_of, safety_of
from bot.messages import Button
from bot.transcript import conversations, message_store
from bot.wording.buttons import answer_buttons, person_button
from bot.wording.choices import QuestionChosen, payload
from bot.wording.phrases import in_script, say
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.tickets import deadline_store, ending, facts, history, opening, rerouting
from knowledge_base.articles import Article
from knowledge_base.matching.ranking import Candidate

ONE_CHASE = timedelta(minutes=2)  # chases within it are one


def execute(turn: TurnContext, acts: Iterable[Act]) -> tuple[Act, ...]:
    """Execute these acts in order and return those executed; a miss is recorded as a gap.

    If a running incident is concerned, its notice takes the place of answers.
    """
    acts = tuple(acts)
    untold = incident_notices.untold(turn, acts)
    if untold:
        acts = incident_notices.without_answers(acts)
    heard = GapContext(turn.conversation, turn.customer, turn.reading.substance, turn.candidates)
    turn.gap = learn(turn.db, turn.rules, heard, acts, turn.now)
    for act in acts:
        _do(turn, act, heard)
    incident_notices.say_notices(turn, untold)
    if untold and turn.ticket is not None and turn.ticket.is_open:
        incident_notices.attach(turn, untold[0])
    return acts


def _do(turn: TurnContext, act: Act, heard: GapContext) -> None:  # noqa: C901, PLR0912  # one line per kind, so that every kind is seen
    match act:
        case Hold(unfinished):
            figures = turn.policy.dialogue
            turn.remember(held_until=turn.now + (figures.gather_unfinished if unfinished else figures.gather))
        case Answer(candidate):
            _answer(turn, candidate.article, heard)
        case Suggest(candidates):
            _suggest(turn, candidates, "unsure")
        case Either(candidates):
            _suggest(turn, candidates, "either")
        case Say(wording, offer_person):
            if wording != "appended" or not turn.promised_anew:  # the new promise says that it was received
                turn.say(wording, [person_button(turn.policy, turn.conversation.language)] if offer_person else [])
        case HandOff(reason):
            handoff.hand_over(turn, reason)
        case AskDanger():
            _ask_danger(turn)
        case Safety():
            turn.say(safety_of(turn.reading))
        case Withdraw():
            _withdraw(turn)
        case AskWithdrawal():
            turn.say("withdraw_ask")
            turn.remember(awaiting="withdrawal")
        case Forward():
            _forward(turn)
        case Urge():
            _urge(turn)
        case RaiseUrgency():
            _raise_urgency(turn)
        case Complain(tells):
            _complain(turn, tells=tells)
        case Reopen():
            _reopen(turn)
        case Miss(rejected):
            _miss(turn, rejected)
        case Helped():
            turn.conversation = conversations.fresh_matter(turn.conversation)
        case AskRating():
            satisfaction.ask_rating(turn)
        case Rate(score, asks):
            satisfaction.rate(turn, score, asks=asks)
        case ExplainRating():
            ending.explain_rating(turn.db, turn.its_ticket().id, turn.text)
        case Close():
            satisfaction.close(turn)
        case _:
            assert_never(act)


def _answer(turn: TurnContext, article: Article, heard: GapContext) -> None:
    was, language = turn.conversation, turn.conversation.language
    text = in_script(answer_of(turn.policy, article, turn.tier, turn.now), language)
    asked = asked_with(turn.db, heard, article)
    turn.send(text, answer_buttons(turn.policy, article.id, language), article=article.id, asked=asked)
    keep = 0 if was.last_answer else was.misses
    if article.id in was.rejected:
        keep = was.misses
    turn.remember(
        last_answer=article.id, misses=keep, bot_answers=was.bot_answers + 1, raised_at=None, hand_over_at=None
    )


def answer_of(policy: Policy, article: Article, tier: TierDecision, now: datetime) -> str:
    """Return the article's answer; outside the tier's service hours its night answer, if it has one."""
    if article.night_answer and not policy.calendars[policy.tier_of(tier.tier).calendar].is_open(now):
        return article.night_answer
    return article.answer


def _suggest(turn: TurnContext, candidates: tuple[Candidate, ...], wording: str) -> None:
    language = turn.conversation.language
    buttons = [
        Button(payload(QuestionChosen(c.article.id)), in_script(c.article.question, language)) for c in candidates
    ]
    turn.send(
        say(turn.policy, wording, language),
        [*buttons, person_button(turn.policy, language)],
        asked=turn.text,
        wording=wording,
    )
    _keep_within_time(turn)


def _ask_danger(turn: TurnContext) -> None:
    """Ask whether there is a danger; silence is taken for a yes, for whoever is in danger may not write."""
    turn.say("danger_ask")
    turn.remember(awaiting="danger", hand_over_at=turn.now + DANGER_ANSWER)


def _withdraw(turn: TurnContext) -> None:
    event = ending.withdraw(turn.db, turn.policy, turn.its_ticket().id, turn.now)
    turn.ticket = event.ticket
    message_store.file_under_ticket(turn.db, turn.conversation.id, event.ticket.id, event.ticket.raised_at)
    turn.conversation = conversations.fresh_matter(turn.conversation)
    turn.remember(awaiting=None, held_until=None, raised_at=None, follow_up_at=None, hand_over_at=None)
    turn.say("withdrawn")
    turn.announce(event)


def _miss(turn: TurnContext, rejected: str | None) -> None:
    was = turn.conversation
    accepted = rejected is None and was.last_answer is not None
    shunned = [*was.rejected, rejected] if rejected and rejected not in was.rejected else was.rejected
    turn.remember(misses=1 if accepted else was.misses + 1, rejected=shunned, last_answer=None)
    _keep_within_time(turn)


def _keep_within_time(turn: TurnContext) -> None:
    """The question is still open: set the time at which the bot hands this tier's customers off."""
    holds = turn.policy.tiers[turn.tier.tier].bot_holds_at_most
    if holds is not None and turn.conversation.raised_at is not None:
        turn.remember(hand_over_at=turn.conversation.raised_at + holds)


def _forward(turn: TurnContext) -> None:
    ticket = turn.its_ticket()
    message_store.file_under_ticket(turn.db, turn.conversation.id, ticket.id, ticket.raised_at)
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    reread(turn)
    if turn.conversation.awaiting == "details":
        # Kept until the acknowledgement below has been said; then additions are taken in silence.
        turn.remember(awaiting=None)
    turn.remember(raised_at=None)


def _urge(turn: TurnContext) -> None:
    if _urged_just_now(turn):  # said once more while it is being answered: nobody is called a second time for it
        turn.say("waiting")
        return
    urged = facts.urge(turn.db, turn.its_ticket().id, turn.now)
    due = deadline_store.promised(turn.db, urged.ticket.id)
    if due is not None and due <= turn.now:  # a promise already broken is not repeated as if it still stood
        turn.say("waiting_overdue")
    else:
        turn.say("waiting" if urged.times == 1 else "waiting_again")
    turn.announce(urged)


def _urged_just_now(turn: TurnContext) -> bool:
    urged = [row.at for row in history.history_of(turn.db, turn.its_ticket().id) if row.kind == "urged"]
    due = deadline_store.promised(turn.db, turn.its_ticket().id)
    return bool(urged) and turn.now - urged[-1] < ONE_CHASE and (due is None or due > turn.now)


def _raise_urgency(turn: TurnContext) -> None:
    event = rerouting.escalate_urgency(turn.db, turn.policy, turn.its_ticket().id, critical_of(turn.policy), turn.now)
    turn.ticket = event.ticket
    turn.remember(follow_up_at=turn.now + handoff.STILL_CALLING)
    turn.announce(event)


def _complain(turn: TurnContext, *, tells: bool) -> None:
    event = rerouting.turn_into_complaint(turn.db, turn.policy, turn.its_ticket().id, turn.now)
    turn.ticket = event.ticket
    if tells:
        turn.say("complaint_added")
        handoff.tell_result(turn)
    turn.announce(event)


def _reopen(turn: TurnContext) -> None:
    ticket = turn.its_ticket()
    since = turn.conversation.raised_at or turn.now
    event = opening.reopen(turn.db, turn.policy, ticket.id, turn.now, (turn.conversation.contact_id, turn.tier))
    turn.ticket = event.ticket
    message_store.file_under_ticket(turn.db, turn.conversation.id, ticket.id, since)
    turn.remember(awaiting=None, follow_up_at=None, raised_at=None)
    turn.say("reopened")
    turn.announce(event)
