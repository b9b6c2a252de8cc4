"""Execute planned acts: messages to the customer, tickets, notices; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from bot.dialogue import (
    answering,
    complaining,
    danger_replies,
    data_wish_turn,
    dimensions,
    handoff,
    incident_notices,
    not_meant,
    satisfaction,
    step_facts,
    survey_answers,
    waiting_replies,
)
from bot.dialogue.acts import (
    Act,
    Answer,
    AnswerStep,
    AnswerSurvey,
    AskBack,
    AskDanger,
    AskRating,
    AskWithdrawal,
    Close,
    Complain,
    Either,
    ExplainObjection,
    ExplainRating,
    Forward,
    GoOn,
    HandOff,
    Helped,
    Hold,
    Miss,
    Presume,
    RaiseUrgency,
    Rate,
    RateAgain,
    RateDimensions,
    Reject,
    Reopen,
    Safety,
    Say,
    StandBy,
    Suggest,
    SuggestMeanwhile,
    TakeNote,
    Urge,
    WishSurveys,
    Withdraw,
    WithdrawComplaint,
)
from bot.dialogue.data_acts import AskDataWish, KeepData, RegisterDataWish, ShowConsents, ShowNotice, TellDataWishes
from bot.dialogue.gap_capture import GapContext, learn
from bot.dialogue.ranked_turn import DANGER_ANSWER
from bot.dialogue.rereading import reread
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.understanding import critical_of
from bot.transcript import conversations, filing
from bot.wording.buttons import person_button
from escalation.tickets import dissatisfaction, ending, facts, opening, rerouting


def execute(turn: TurnContext, acts: Iterable[Act]) -> tuple[Act, ...]:
    """Execute these acts in order and return those executed; a miss is recorded as a gap.

    If a running incident is concerned, its notice takes the place of answers.
    """
    acts = tuple(acts)
    untold = incident_notices.untold(turn, acts)
    if untold:
        acts = incident_notices.without_answers(acts)
    heard = GapContext(turn.conversation, turn.customer, turn.tier.tier, turn.reading.substance, turn.candidates)
    turn.gap = learn(turn.db, turn.rules, heard, acts, turn.now)
    turn.promised_before = waiting_replies.promised(turn)
    for act in acts:
        _do(turn, act, heard)
    waiting_replies.tell_of_new_promise(turn)
    incident_notices.say_notices(turn, untold)
    if untold and turn.ticket is not None and turn.ticket.is_open:
        incident_notices.attach(turn, untold[0])
    return acts


def _do(turn: TurnContext, act: Act, heard: GapContext) -> None:  # noqa: C901, PLR0912, PLR0915  # one line per kind, so that every kind is seen
    match act:
        case Hold(unfinished):
            figures = turn.policy.dialogue
            turn.remember(held_until=turn.now + (figures.gather_unfinished if unfinished else figures.gather))
        case Answer(candidate):
            answering.answer(turn, candidate, heard)
        case Presume(candidate):
            answering.presume(turn, candidate, heard)
        case Suggest(candidates, sorry):
            answering.suggest(turn, candidates, "not_meant_list" if sorry else "unsure")
        case AskBack(candidate, sorry):
            answering.ask_back(turn, candidate, "not_meant_ask" if sorry else "ask_back")
        case Either(candidates):
            answering.suggest(turn, candidates, "either")
        case Say(danger_replies.ALARM):
            turn.say(danger_replies.alarm_text(turn))
        case Say(wording, offer_person):
            turn.say(wording, [person_button(turn.policy, turn.conversation.language)] if offer_person else [])
        case HandOff(reason):
            handoff.hand_over(turn, reason)
        case AskDanger():
            _ask_danger(turn)
        case Safety():
            turn.say(danger_replies.first_text_for(turn))
        case Withdraw():
            _withdraw(turn)
        case AskWithdrawal():
            _ask_withdrawal(turn)
        case Forward():
            _forward(turn)
        case Urge(asks):
            waiting_replies.urge(turn, asks=asks)
        case TakeNote(of):
            waiting_replies.acknowledge(turn, of)
        case StandBy(after):
            danger_replies.stand_by(turn, after)
        case SuggestMeanwhile(candidates):
            answering.suggest_meanwhile(turn, candidates)
        case RaiseUrgency():
            _raise_urgency(turn)
        case Complain(tells):
            complaining.complain(turn, tells=tells)
        case Reopen():
            _reopen(turn)
        case GoOn():
            satisfaction.go_on(turn)
        case Miss(rejected):
            _miss(turn, rejected)
        case Reject(article):
            _reject(turn, article)
        case Helped():
            turn.conversation = conversations.fresh_matter(turn.conversation)
        case AskRating():
            satisfaction.ask_rating(turn)
        case Rate(score, asks):
            satisfaction.rate(turn, score, asks=asks)
        case RateAgain(score):
            satisfaction.rate_again(turn, score)
        case RateDimensions(scores, wrong):
            dimensions.rate_dimensions(turn, dict(scores), wrong)
        case AnswerSurvey(scores, wrong):
            survey_answers.answer_in_words(turn, dict(scores), wrong)
        case WishSurveys(wanted):
            survey_answers.wish_surveys(turn, wanted=wanted)
        case WithdrawComplaint():
            turn.announce(dissatisfaction.withdraw_complaint(turn.db, turn.policy, turn.its_ticket().id, turn.now))
        case ExplainRating():
            dissatisfaction.explain_rating(turn.db, turn.its_ticket().id, turn.text)
        case Close():
            satisfaction.close(turn)
        case AnswerStep(given, tells):
            step_facts.answer_in_words(turn, given, tells=tells)
        case ExplainObjection():
            step_facts.explain(turn)
        case AskDataWish() | RegisterDataWish() | KeepData() | TellDataWishes() | ShowConsents() | ShowNotice():
            data_wish_turn.carry_out(turn, act)
        case _:
            assert_never(act)


def _ask_danger(turn: TurnContext) -> None:
    """Ask whether there is a danger; silence is taken for a yes, for whoever is in danger may not write."""
    turn.say(danger_replies.question_for(turn))
    turn.remember(awaiting="danger", hand_over_at=turn.now + DANGER_ANSWER)


def _ask_withdrawal(turn: TurnContext) -> None:
    turn.say("withdraw_ask")
    turn.remember(awaiting="withdrawal")


def _withdraw(turn: TurnContext) -> None:
    event = ending.withdraw(turn.db, turn.policy, turn.its_ticket().id, turn.now)
    turn.ticket = event.ticket
    filing.file_under_ticket(turn.db, turn.conversation.id, event.ticket.id, event.ticket.raised_at)
    turn.conversation = conversations.fresh_matter(turn.conversation)
    turn.remember(awaiting=None, held_until=None, raised_at=None, follow_up_at=None, hand_over_at=None)
    turn.say("withdrawn")
    turn.announce(event)


def _miss(turn: TurnContext, rejected: str | None) -> None:
    was = turn.conversation
    accepted = rejected is None and was.last_answer is not None
    if rejected is not None:
        _reject(turn, rejected)
    turn.remember(misses=1 if accepted else was.misses + 1, last_answer=None)
    answering.keep_within_time(turn)


def _reject(turn: TurnContext, article: str) -> None:
    """Keep, with the matter and with the line that gave it, that this article is not what was asked, or no help."""
    rejected = turn.conversation.rejected
    turn.remember(rejected=rejected if article in rejected else [*rejected, article], last_answer=None)
    not_meant.keep(turn.db, turn.conversation, article)


def _forward(turn: TurnContext) -> None:
    ticket = turn.its_ticket()
    filing.file_under_ticket(turn.db, turn.conversation.id, ticket.id, ticket.raised_at)
    facts.customer_wrote(turn.db, turn.policy, ticket.id, turn.now)
    reread(turn)
    complaining.complain_again(turn)
    if turn.conversation.awaiting == "details":
        # Kept until the acknowledgement below has been said; then additions are taken in silence.
        turn.remember(awaiting=None)
    turn.remember(raised_at=None)


def _raise_urgency(turn: TurnContext) -> None:
    event = rerouting.escalate_urgency(turn.db, turn.policy, turn.its_ticket().id, critical_of(turn.policy), turn.now)
    if event is None:  # a person has graded it, and the alarm was raised a moment ago
        return
    turn.ticket = event.ticket
    turn.remember(follow_up_at=turn.now + handoff.STILL_CALLING)
    turn.announce(event)


def _reopen(turn: TurnContext) -> None:
    ticket = turn.its_ticket()
    since = turn.conversation.raised_at or turn.now
    contact_id = turn.conversation.contact_id
    talks = conversations.talks_of(turn.db, contact_id) if ticket.complaint else ()
    event = opening.reopen(turn.db, turn.policy, ticket.id, turn.now, (contact_id, turn.tier), talks)
    turn.ticket = event.ticket
    filing.file_under_ticket(turn.db, turn.conversation.id, ticket.id, since)
    turn.remember(awaiting=None, follow_up_at=None, raised_at=None)
    turn.say("handed_off" if ticket.is_lapsed else "reopened")
    complaining.complain_again(turn)
    turn.announce(replace(event, ticket=turn.its_ticket()))
