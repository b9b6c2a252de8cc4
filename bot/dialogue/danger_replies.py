"""What is said in a danger: the text that suits its kind, then what to do where that can't be done, then short ones.

No sentence stands twice in a row, and an outage hears nothing of fire or shock.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.dialogue.acts import InDanger
from bot.dialogue.matter import matter_of
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.waiting_replies import is_late, last_wording, promised, urge
from bot.transcript import message_store
from bot.wording.danger_kinds import OUTAGE, SECOND_TEXTS, SHORT_OUTAGE_TEXTS, SHORT_TEXTS, UNKNOWN, first_text
from escalation.staffing import presence

ALARM = "handed_off_critical"
_LOOKED_BACK = 60  # lines


def first_text_for(turn: TurnContext) -> str:
    """Return the first text for the danger of a turn, or for the one that was asked about just before it."""
    said = first_text(turn.reading.kind("danger"), f"{matter_of(turn.conversation).text} {turn.reading.text}")
    return OUTAGE if said == UNKNOWN and last_wording(turn) == "outage_ask" else said


def alarm_text(turn: TurnContext) -> str:
    """Return the sentence of the hand-off: that staff were told only where somebody is there to hear it."""
    ticket = turn.its_ticket()
    held = ticket.holder_id is not None
    reached = held or presence.somebody_is_there(turn.db, turn.policy, ticket, turn.now, turn.now)
    return ALARM if reached else f"{ALARM}_alone"


def question_for(turn: TurnContext) -> str:
    """Return the question whether there is a danger, of the kind that is doubted."""
    return "outage_ask" if first_text(turn.reading.kind("danger"), turn.reading.text) == OUTAGE else "danger_ask"


def still_calling(turn: TurnContext) -> str:
    """Return the sentence for whom nobody has taken up after minutes."""
    return "outage_still_calling" if _last_first_text(_said(turn)) == OUTAGE else "danger_still_calling"


def stand_by(turn: TurnContext, after: InDanger) -> None:
    """Say what helps after a turn in a danger that nobody has taken up yet."""
    said = _said(turn)
    told = _last_first_text(said)
    is_outage = told == OUTAGE
    if after == "chase":
        _chase(turn, is_outage=is_outage)
    elif after == "thanks":
        _say_other(turn, ("thanks", "outage_noted") if is_outage else ("danger_thanks", "danger_noted"))
    elif after == "over":
        _say_other(turn, ("outage_over", "outage_noted") if is_outage else ("danger_over", "danger_noted"))
    else:
        _help(turn, said, told)


def _help(turn: TurnContext, said: Sequence[str], told: str) -> None:
    """After a report or a question: a text not given yet for the kind of danger, or a short one."""
    kind = first_text_for(turn)
    # In the middle of a talk the kind is often misheard: only the company's own words for a danger change it.
    is_named = "danger" in turn.reading.heard and turn.rules.urgency(turn.reading.text).critical
    if is_named and kind not in (UNKNOWN, OUTAGE) and kind not in said:
        turn.say(kind)
    elif SECOND_TEXTS[told] not in said:
        turn.say(SECOND_TEXTS[told])
    else:
        _say_other(turn, SHORT_OUTAGE_TEXTS if told == OUTAGE else SHORT_TEXTS)


def _chase(turn: TurnContext, *, is_outage: bool) -> None:
    if is_late(turn) or is_outage:
        urge(turn)
        return
    urge(turn, in_danger=True)


def _say_other(turn: TurnContext, wordings: Sequence[str]) -> None:
    """Say the first of these that was not said last, and that promises nothing which is broken."""
    last, owes = last_wording(turn), promised(turn) is not None and not is_late(turn)
    fitting = [each for each in wordings if owes or "{by}" not in turn.policy.wording[each]]
    turn.say(next((each for each in fitting if each != last), "appended"))


def _said(turn: TurnContext) -> list[str]:
    """The sentences said to the customer since the ticket was raised."""
    ticket = turn.its_ticket()
    lines = message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK)
    return [str(line.meta.get("wording", "")) for line in lines if line.author == "bot" and line.at >= ticket.raised_at]


def _last_first_text(said: Sequence[str]) -> str:
    return next((each for each in reversed(said) if each in SECOND_TEXTS), UNKNOWN)
