"""What is said to a customer whose ticket waits: that it was noted, chased, or is promised for another time.

No sentence stands twice in a row where another says the same.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.dialogue.acts import Addition
from bot.dialogue.turn_context import TurnContext
from bot.transcript import message_store
from bot.transcript.message_store import Message
from bot.wording.choices import Meant, QuestionChosen, parse_choice
from escalation.tickets import deadline_store, facts, history

ONE_CHASE = timedelta(minutes=2)  # chases within it are one
ACKNOWLEDGED_EVERY = timedelta(minutes=1)  # details that follow each other are acknowledged at most so often
_LOOKED_BACK = 20  # lines
# What is said of an addition; the second where the first was said last.
_SENTENCES: dict[Addition, tuple[str, str]] = {
    "detail": ("appended", "appended_again"),
    "question": ("question_noted", "question_noted_again"),
    "assent": ("noted", "noted"),
    "thanks": ("thanks", "thanks"),
    "calm": ("calm_noted", "noted"),
    "complaint": ("complaint_grown", "appended_again"),
    "wish": ("appended", "appended_again"),
    "bot_question": ("bot_honest_waiting", "person_coming"),
}
_LATE = ("waiting_overdue", "waiting_overdue_again")
_ALWAYS_ANSWERED = frozenset({"question", "complaint", "bot_question", "wish"})


def promised(turn: TurnContext) -> datetime | None:
    """Return by when the first contact of the waiting ticket is promised; None if none is owed, or nothing waits."""
    ticket = turn.ticket
    if ticket is None or ticket.state != "waiting":
        return None
    return deadline_store.promised(turn.db, ticket.id)


def is_late(turn: TurnContext) -> bool:
    """Whether the promised first contact is late."""
    due = deadline_store.promised(turn.db, turn.its_ticket().id)
    return due is not None and due <= turn.now


def last_line(turn: TurnContext) -> Message | None:
    """Return what the bot said last."""
    lines = message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK)
    return next((line for line in reversed(lines) if line.author == "bot"), None)


def last_wording(turn: TurnContext) -> str:
    """Return the policy's sentence that the bot said last; empty if it was none."""
    line = last_line(turn)
    return str(line.meta.get("wording", "")) if line is not None else ""


def shown_lately(turn: TurnContext) -> set[str]:
    """Return the articles that were offered or answered with lately."""
    shown: set[str] = set()
    for line in message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK):
        choices = [parse_choice(button["choice"]) for button in line.meta.get("buttons", ())]
        shown |= {turn.rules.named(choice.article) for choice in choices if isinstance(choice, QuestionChosen | Meant)}
        shown |= {line.meta["article"]} if line.meta.get("article") else set()
    return shown


def acknowledge(turn: TurnContext, of: Addition) -> None:
    """Say that an addition was noted; details that follow each other within a minute are taken in silence."""
    if turn.promised_anew:  # the new promise says that it was received, and by when somebody comes
        if of == "question":
            turn.say("question_noted_again")
        return
    if of == "detail" and is_late(turn):
        _acknowledge_late(turn)
        return
    first, second = _SENTENCES[of]
    line, said = last_line(turn), last_wording(turn)
    is_recent = line is not None and turn.now - line.at < ACKNOWLEDGED_EVERY
    if is_recent and said in (first, second) and of not in _ALWAYS_ANSWERED:
        return
    is_moved = promised(turn) != turn.promised_before
    turn.say(second if said == first and not is_moved else first)


def _acknowledge_late(turn: TurnContext) -> None:
    """Whatever is added to what is late: that it is late is said first."""
    line = last_line(turn)
    if last_wording(turn) in (*_LATE, "question_overdue") and line is not None and turn.now - line.at < ONE_CHASE:
        turn.say("appended")
        return
    urge(turn)


def urge(turn: TurnContext, *, asks: bool = False, in_danger: bool = False) -> None:
    """Record that the customer urged, and say what is promised; `asks`: a question came with it."""
    late = is_late(turn)
    if not late and _urged_just_now(turn):  # said once more: nobody is called a second time for it
        turn.say("chased_just_now")
        return
    urged = facts.urge(turn.db, turn.its_ticket().id, turn.now)
    if late:  # a promise already broken is not repeated as if it still stood
        turn.say(_late_sentence(turn, asks=asks))
    elif in_danger:
        turn.say("danger_chased")
    else:
        turn.say("waiting" if urged.times == 1 else "waiting_again")
    turn.announce(urged)


def _late_sentence(turn: TurnContext, *, asks: bool) -> str:
    first, second = ("question_overdue" if asks else _LATE[0]), _LATE[1]
    return second if last_wording(turn) == first else first


def _urged_just_now(turn: TurnContext) -> bool:
    urged = [row.at for row in history.history_of(turn.db, turn.its_ticket().id) if row.kind == "urged"]
    return bool(urged) and turn.now - urged[-1] < ONE_CHASE


def tell_of_new_promise(turn: TurnContext) -> None:
    """Say by when somebody comes, if that was changed in this turn and not told yet."""
    before, due = turn.promised_before, promised(turn)
    if before is None or due is None or due in (before, turn.promise_told) or due <= turn.now:
        return
    turn.say("promise_sooner" if due < before and not turn.its_ticket().complaint else "person_coming")
