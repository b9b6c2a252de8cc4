"""`plan`: a turn and a situation become acts; pure. The rules of the dialogue are here and in the modules `plan_…`.

What a turn does is decided in one order: danger, person, withdrawal, complaint, chase, question, courtesy.
"""

from __future__ import annotations

from bot.dialogue.acts import (
    Act,
    AnswerStep,
    Complain,
    ExplainObjection,
    Forward,
    GoOn,
    RaiseUrgency,
    Reopen,
    Safety,
    Say,
    Withdraw,
    WithdrawComplaint,
)
from bot.dialogue.answer_words import answer_in
from bot.dialogue.fixed_words import withdraws_complaint
from bot.dialogue.plan_bot import with_the_bot
from bot.dialogue.plan_data import about_data
from bot.dialogue.plan_resolved import after_resolution, just_solved
from bot.dialogue.plan_rules import clearly_complains, is_danger, may_withdraw
from bot.dialogue.plan_survey import about_surveys
from bot.dialogue.plan_waiting import while_waiting
from bot.dialogue.situation import Situation, Turn
from escalation.tickets.sent_steps import StepAnswer


def plan(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn, in order; none means: stay silent."""
    if (apart := about_surveys(turn, now) or about_data(turn, now)) is not None:
        return apart
    if turn.rating is not None and now.ticket in ("waiting", "claimed"):
        return (Say("rated_meanwhile"),)
    if _is_the_owners(turn, now):
        return ()
    return _by_ticket(turn, now)


def _is_the_owners(turn: Turn, now: Situation) -> bool:
    """Whether the owner of the account, who is answering themself, goes on with it."""
    return now.owner_present and not (is_danger(turn, now) or turn.heard & {"person", "complaint", "delete_data"})


def _by_ticket(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if now.ticket == "claimed":
        return _while_claimed(turn, now)
    if now.ticket == "waiting":
        return while_waiting(turn, now)
    if now.ticket == "resolved" and (given := answer_in(turn.text, now.asked)) is not None:
        return _answered_later(turn, now, given)
    if now.ticket == "resolved" and now.awaiting == "just_solved" and turn.rating is None:
        return just_solved(turn)
    if now.ticket == "lapsed" and not is_danger(turn, now):
        return _after_silence(turn)
    if now.ticket in ("resolved", "withdrawn"):
        after = after_resolution(turn, now)
        if after is not None:
            return after
    return with_the_bot(turn, now)


def _while_claimed(turn: Turn, now: Situation) -> tuple[Act, ...]:
    # The agent has the floor: the bot says nothing, whatever it knows, but for a safety text.
    if is_danger(turn, now) and not now.critical_already:
        return (Forward(), RaiseUrgency(), Safety())
    if "withdrawal" in turn.heard and turn.bare and not turn.assents and not now.in_touch and may_withdraw(now):
        return (Withdraw(),)
    if now.complaint_already and withdraws_complaint(turn.text):
        return (Forward(), WithdrawComplaint())
    if clearly_complains(turn, now):
        return (Forward(), Complain(tells=False))
    if (given := answer_in(turn.text, now.asked)) is not None:
        return (Forward(), AnswerStep(given))
    if now.awaiting == "objection" and turn.text and not turn.assents:
        return (Forward(), ExplainObjection())
    return (Forward(),)


def _answered_later(turn: Turn, now: Situation, given: StepAnswer) -> tuple[Act, ...]:
    """An answer after the solution: what is asked of the customer then goes on beside it."""
    if given == "problem":
        ends = (GoOn(), Forward()) if now.awaiting == "just_solved" else (Reopen(),)
        return (AnswerStep(given, tells=False), *ends)
    goes_on = just_solved(turn) if now.awaiting == "just_solved" else after_resolution(turn, now) or (Say("thanks"),)
    return (AnswerStep(given, tells=False), *goes_on)


def _after_silence(turn: Turn) -> tuple[Act, ...]:
    """Whoever writes after their matter was closed without an answer goes on with it, but for a courtesy."""
    return (Say("thanks"),) if turn.assents or turn.intent in ("thanks", "no_more", "greeting") else (Reopen(),)
