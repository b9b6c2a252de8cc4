"""Execute planned acts: messages to the customer, tickets, notices; all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.dialogue import complaining, danger_replies, handoff, incident_notices, satisfaction, waiting_replies
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
    GoOn,
    HandOff,
    Helped,
    Hold,
    Miss,
    RaiseUrgency,
    Rate,
    Reopen,
    Safety,
    Say,
    StandBy,
    Suggest,
    SuggestMeanwhile,
    TakeNote,
    Urge,
    Withdraw,
)
from bot.dialogue.gap_capture import GapContext, asked_with, learn
from bot.dialogue.ranked_turn import DANGER_ANSWER
from bot.dialogue.rereading import reread
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.understanding import critical_of
from bot.messages import Button
from bot.transcript import conversations, message_store
from bot.wording.buttons import answer_buttons, person_button
from bot.wording.choices import QuestionChosen, payload
from bot.wording.phrases import in_script, say
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from escalation.tickets import ending, facts, opening, rerouting
from knowledge_base.articles import Article
from knowledge_base.matching.ranking import Candidate


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
            _answer(turn, candidate.article, heard)
        case Suggest(candidates) | Either(candidates):
            _suggest(turn, candidates, "either" if isinstance(act, Either) else "unsure")
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
            _suggest_meanwhile(turn, candidates)
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
    turn.send(
        say(turn.policy, wording, language),
        [*_choices(turn, candidates), person_button(turn.policy, language)],
        asked=turn.text,
        wording=wording,
    )
    _keep_within_time(turn)


def _choices(turn: TurnContext, candidates: tuple[Candidate, ...]) -> list[Button]:
    language = turn.conversation.language
    return [Button(payload(QuestionChosen(c.article.id)), in_script(c.article.question, language)) for c in candidates]


def _suggest_meanwhile(turn: TurnContext, candidates: tuple[Candidate, ...]) -> None:
    """Offer what was not shown in this talk before, while a person is on the way already."""
    shown = waiting_replies.shown_lately(turn)
    fresh = tuple(each for each in candidates if each.article.id not in shown)
    if not fresh:
        waiting_replies.acknowledge(turn, "question")
        return
    text = say(turn.policy, "suggest_meanwhile", turn.conversation.language)
    turn.send(text, _choices(turn, fresh), asked=turn.text, wording="suggest_meanwhile")


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
    message_store.file_under_ticket(turn.db, turn.conversation.id, ticket.id, since)
    turn.remember(awaiting=None, follow_up_at=None, raised_at=None)
    turn.say("reopened")
    complaining.complain_again(turn)
    turn.announce(replace(event, ticket=turn.its_ticket()))
