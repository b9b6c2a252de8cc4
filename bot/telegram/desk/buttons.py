"""Buttons of a ticket's card, and parsing their data; pure. Permission is checked when the action is carried out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aiogram.types import DisabledButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.wording import telegram_staff as words
from bot.wording.owed import QUICK
from escalation.policy.model import Policy
from escalation.tickets.consulting import CONSULTED
from escalation.tickets.fact_menu import makes_sense
from escalation.tickets.facts import WAITING, owes_report
from escalation.tickets.lifecycle import Ticket

LONGEST = 64  # bytes of a button's data
MOST_NAMES = 40  # buttons of one list; the console has them all
_DATA = re.compile(r"t:([1-9][0-9]{0,9}):([a-z_]{1,12})(?::([^:]{1,40}))?(?::([^:]{1,40}))?", re.ASCII)
_LARGEST_ID = 2**31 - 1
CONFIRM_DANGER = "danger"  # under the question whether there is one, not on the card
VERBS = frozenset(
    ("claim", "transfer", "to", "give", "note", "fact", "resolve", "more", "back", "release", "ack", CONFIRM_DANGER)
)
NO_KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[])
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,24}", re.ASCII)

# What the card itself offers to its holder, two to a row; whatever else the policy knows is behind 更多.
ON_CARD = ("assessed", "plan_explained", "confirmed", "progress_reported", "work_done")
NEED_CAUSE = ("investigated", "result_told")  # of a complaint


# Red for what ends a ticket or alarms; servers and apps that do not know colours show them plain.
STYLES = {"claim": "primary", "ack": "success", "resolve": "danger", CONFIRM_DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class Pressed:
    """The parsed data of a button: the ticket, the verb and its arguments."""

    ticket_id: int
    verb: str
    arg: str = ""
    more: str = ""


def read_data(data: str | None) -> Pressed | None:
    """Parse a tap's data; None for anything that is not from a button of ours."""
    if data is None or len(data.encode()) > LONGEST:
        return None
    found = _DATA.fullmatch(data)
    if found is None or int(found[1]) > _LARGEST_ID or found[2] not in VERBS:
        return None
    return Pressed(int(found[1]), found[2], found[3] or "", found[4] or "")


def data_of(ticket_id: int, verb: str, *args: str) -> str:
    """Return a button's data, which `read_data` parses."""
    return ":".join(("t", str(ticket_id), verb, *args))


def short(name: str) -> str:
    """Return a name as button data holds it: as it is, or a stable digest of a long or unusual one."""
    return name if _PLAIN.fullmatch(name) else "=" + hashlib.sha256(name.encode()).hexdigest()[:12]


def named(names: Iterable[str], given: str) -> str | None:
    """Return the name that button data means; None if the policy has none such any more."""
    return next((name for name in names if short(name) == given), None)


def card_keyboard(
    policy: Policy, ticket: Ticket, holder: str | None = None, *, repeats: bool = False
) -> InlineKeyboardMarkup | None:
    """Return the card's buttons for the ticket's state, with as many of the policy's facts as fit.

    `holder`: the holder's name, in place of the button to claim. `repeats`: something late is told again and again
    until somebody taps 知道了, which comes first.
    """
    here = _Row(ticket)
    if not ticket.is_open:
        return _grid([here("note", words.NOTE), here("more", words.MORE)])
    known = [here("ack", words.ACKNOWLEDGE)] if repeats else []
    if ticket.holder_id is None:
        claim, move = here("claim", words.CLAIM), here("transfer", words.TRANSFER)
        return _grid([*known, claim, move, here("note", words.NOTE), here("more", words.MORE)])
    facts = [here("fact", _short_label(policy, fact), short(fact)) for fact in ON_CARD if _fits(policy, ticket, fact)]
    ends = [here("resolve", words.RESOLVE), here("more", words.MORE)]
    held = [[_shown(words.CLAIMED_BY.format(name=holder))]] if holder else []
    found = _grid([*known, here("transfer", words.TRANSFER), here("note", words.NOTE), *facts, *ends])
    return InlineKeyboardMarkup(inline_keyboard=[*held, *found.inline_keyboard])


def more_keyboard(policy: Policy, ticket: Ticket) -> InlineKeyboardMarkup:
    """Return the less frequent buttons: calls, waiting for the customer, release, the policy's other facts."""
    here = _Row(ticket)
    buttons = [here("ack", words.ACKNOWLEDGE)] if ticket.is_open else []
    if ticket.is_open and ticket.holder_id is not None:
        buttons += [here("fact", words.CALLED, "called"), here("fact", words.CALL_MISSED, "call_missed")]
        if ticket.waits_since is None:
            buttons.append(here("fact", words.WAIT, WAITING))
        buttons.append(here("release", words.RELEASE))
    if ticket.holder_id is not None and not ticket.is_withdrawn:
        buttons += [here("fact", policy.facts[fact], short(fact)) for fact in _others(policy, ticket)]
    return _grid(buttons, back=here("back", words.BACK))


def transfer_keyboard(policy: Policy, ticket: Ticket, people: Sequence[tuple[int, str]]) -> InlineKeyboardMarkup:
    """Return the buttons for queues and colleagues (id, name) to transfer to."""
    here = _Row(ticket)
    queues = [here("to", words.TO_QUEUE.format(name=queue), short(queue)) for queue in policy.queues]
    persons = [here("give", words.TO_PERSON.format(name=name), str(number)) for number, name in people[:MOST_NAMES]]
    return _grid([*queues[:MOST_NAMES], *persons], back=here("back", words.BACK))


def cause_keyboard(policy: Policy, ticket: Ticket, verb: str, arg: str = "") -> InlineKeyboardMarkup:
    """Return the buttons for a complaint's cause, chosen before the verb is carried out."""
    here = _Row(ticket)
    found = [here(verb, cause, *filter(None, (arg, short(cause)))) for cause in policy.complaint_causes]
    return _grid(found, back=here("back", words.BACK))


def confirm_keyboard(ticket: Ticket, *, untold: bool = False) -> InlineKeyboardMarkup:
    """Return the confirmation button for resolving, of which the customer is informed unless `untold`."""
    here = _Row(ticket)
    label = words.RESOLVE_UNTOLD_YES if untold else words.RESOLVE_YES
    return _grid([here("resolve", label, "yes")], back=here("back", words.BACK))


def reason_keyboard(ticket: Ticket) -> InlineKeyboardMarkup:
    """Return the reasons for which what is still owed may be left out."""
    here = _Row(ticket)
    found = [here("resolve", reason, "why", str(place)) for place, reason in enumerate(QUICK, 1)]
    return _grid(found, back=here("back", words.BACK))


def for_one(markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """Return a list's buttons as one person alone sees them: there is no card to go back to."""
    rows = [
        [button.model_copy(update={"text": words.FOLD}) if button.text == words.BACK else button for button in row]
        for row in markup.inline_keyboard
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def asks_cause(policy: Policy, ticket: Ticket) -> bool:
    """Whether the ticket is a complaint whose cause is required and not set."""
    return ticket.complaint and bool(policy.complaint_causes) and ticket.cause is None


class _Row:
    """Makes buttons of one ticket; what does not fit into button data (64 bytes) is left to the console."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    def __call__(self, verb: str, label: str, *args: str) -> InlineKeyboardButton | None:
        data = data_of(self.ticket.id, verb, *args)
        if len(data.encode()) > LONGEST or not label.strip():
            return None
        style = STYLES.get(verb) if args in ((), ("yes",)) else None  # not the causes and reasons to choose from
        return InlineKeyboardButton(text=label[:60], callback_data=data, style=style)


def _shown(label: str) -> InlineKeyboardButton:
    """A button that tells something and cannot be tapped."""
    return InlineKeyboardButton(text=label[:60], disabled=DisabledButton())


def _others(policy: Policy, ticket: Ticket) -> list[str]:
    """Facts that the card does not offer itself; reports and consultations are written in the console."""
    shown = ON_CARD if ticket.is_open else ()
    written = {*CONSULTED, *(("reported",) if owes_report(policy, ticket) else ())}
    return [fact for fact in policy.facts if fact not in shown and fact not in written and _fits(policy, ticket, fact)]


def _fits(policy: Policy, ticket: Ticket, fact: str) -> bool:
    return fact in policy.facts and makes_sense(policy, ticket, fact, ())


def _short_label(policy: Policy, fact: str) -> str:
    brief, label = words.BRIEF.get(fact, ""), policy.facts[fact]
    return brief if brief and brief in label else label


def _grid(
    buttons: Sequence[InlineKeyboardButton | None], back: InlineKeyboardButton | None = None
) -> InlineKeyboardMarkup:
    there = [button for button in buttons if button is not None]
    rows = [there[at : at + 2] for at in range(0, len(there), 2)]
    return InlineKeyboardMarkup(inline_keyboard=[*rows, *([[back]] if back else [])])
