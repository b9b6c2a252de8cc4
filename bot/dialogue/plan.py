"""`plan`: a turn and a situation become acts; pure. The rules of the dialogue are here and in the modules `plan_…`.

What a turn does is decided in one order: danger, person, withdrawal, complaint, chase, question, courtesy.
"""

from __future__ import annotations

from bot.dialogue.acts import (
    Act,
    Answer,
    AskDanger,
    AskWithdrawal,
    Complain,
    Forward,
    RaiseUrgency,
    Safety,
    Say,
    Situation,
    Turn,
    Urge,
    Withdraw,
)
from bot.dialogue.plan_bot import ONE_LINE, with_the_bot
from bot.dialogue.plan_resolved import after_resolution
from bot.dialogue.plan_rules import complains, is_danger
from knowledge_base.matching.decide import Answered


def plan(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn, in order; none means: stay silent."""
    if now.ticket == "claimed":
        return _while_claimed(turn, now)
    if now.ticket == "waiting":
        return _while_waiting(turn, now)
    if now.ticket in ("resolved", "withdrawn"):
        after = after_resolution(turn, now)
        if after is not None:
            return after
    return with_the_bot(turn, now)


def _while_claimed(turn: Turn, now: Situation) -> tuple[Act, ...]:
    # The agent has the floor: the bot says nothing, whatever it knows, but for a safety text.
    if is_danger(turn, now) and not now.critical_already:
        return (Forward(), RaiseUrgency(), Safety())
    if "withdrawal" in turn.heard and turn.bare and not now.in_touch and _may_withdraw(now):
        return (Withdraw(),)
    if complains(turn, now):
        return (Forward(), Complain(tells=False))
    return (Forward(),)


def _may_withdraw(now: Situation) -> bool:
    # A danger or a complaint ends when its person says so.
    return not now.critical_already and not now.complaint_already


def _while_waiting(turn: Turn, now: Situation) -> tuple[Act, ...]:  # one line per rule, in order
    if is_danger(turn, now) and not now.critical_already:
        return (Forward(), RaiseUrgency(), Safety(), Say("handed_off_critical"))
    if "danger" in turn.doubted and not now.critical_already and now.awaiting != "danger":
        return (Forward(), AskDanger())
    if now.awaiting == "withdrawal" and "yes" in turn.heard and _may_withdraw(now):
        return (Withdraw(),)
    if "withdrawal" in turn.heard and not turn.heard & {"person", "unsolved"} and not complains(turn, now):
        return (Withdraw(),) if _may_withdraw(now) else (Forward(), Say("withdraw_for_person"))
    if complains(turn, now):
        return (Forward(), Complain())
    if turn.intent == "urge" or "chase" in turn.heard or "?" in turn.signs:
        return (Forward(), Urge())
    if turn.intent == "person" or "person" in turn.heard:
        return (Forward(), Urge()) if now.overdue else (Forward(), Say("person_coming"))
    if "withdrawal" in turn.doubted and not turn.asks and "unsolved" not in turn.heard and _may_withdraw(now):
        return (Forward(), AskWithdrawal())
    return _addition(turn, now)


def _addition(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Something said of the matter while it waits: the bot goes on answering, and acknowledges what it adds."""
    known = turn.asked or (turn.verdict.candidate if isinstance(turn.verdict, Answered) else None)
    exact = known is not None and (known.exact or turn.asked is not None)
    if known is not None and not now.critical_already and (exact or (now.bot == "answers" and not turn.denies)):
        return (Forward(), Answer(known), *map(Answer, turn.further))
    if "bot_question" in turn.heard:
        return (Forward(), Say(ONE_LINE["bot_question"]))
    if turn.intent == "thanks":
        return (Forward(), Say("thanks"))
    if "callback_number" in turn.heard and not now.critical_already:
        return (Forward(), Say("contact_noted"))
    if now.critical_already and not turn.signs and not turn.goes_on:
        return (Forward(), Say("danger_hold"))
    if now.overdue and _is_acknowledged(turn, now):
        return (Forward(), Urge())  # whatever was said: it is late, and that is said first
    return (Forward(), Say("appended")) if turn.asks or _is_acknowledged(turn, now) else (Forward(),)


def _is_acknowledged(turn: Turn, now: Situation) -> bool:
    # The first addition, and one a minute after that: an echo after every line would only disturb.
    awaited = now.awaiting in ("details", "danger", "withdrawal")
    return (awaited or now.can_acknowledge) and not turn.goes_on and not turn.signs
