"""A tap on a button of a ticket's card: the same actions as in the console."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiogram.types import InlineKeyboardMarkup
from sqlalchemy import Connection, select

from bot.agents.actions import (
    Acknowledge,
    Action,
    Claim,
    Record,
    Release,
    Resolve,
    Transfer,
    act_in_sight,
)
from bot.agents.danger_alarm import ConfirmDanger
from bot.agents.sent_steps import TOLD, may_tick
from bot.auth import messenger_accounts
from bot.delivery.customer_messages import hears_nothing
from bot.rules import Rules
from bot.telegram.desk import buttons
from bot.telegram.desk.buttons import Pressed
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.staff import ButtonPress
from bot.topic_sync.topics import topics
from bot.transcript import conversations, processed_keys
from bot.wording import outcomes
from bot.wording import telegram_staff as words
from bot.wording.owed import CHOOSE_REASON, QUICK, in_words
from bot.wording.sent_steps import HOW_TO_SEND
from bot.wording.unhappy import HOW_TO_WRITE
from escalation.policy.model import Policy
from escalation.staff import Staff, all_staff, staff_names
from escalation.staffing import on_duty, roster_store
from escalation.tickets import ticket_store
from escalation.tickets.access import demand_in_hand, demand_may_note
from escalation.tickets.facts import WAITING
from escalation.tickets.lifecycle import Refused, Ticket, demand_holder
from escalation.tickets.owed import owed_at_end
from escalation.tickets.refusal_codes import RefusalCode
from escalation.tickets.worded_facts import owes_words

CALLS = {"called": words.CALLED, "call_missed": words.CALL_MISSED, WAITING: words.WAIT}


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """The answer to a tap: its text, as an alert if it must be read, and the card's buttons from now on.

    `asks`: the words over buttons that concern the tapper alone; with it they replace the card's only where nothing can
    be shown to one person.
    """

    text: str | None = None
    alert: bool = False
    under: InlineKeyboardMarkup | None = None
    asks: str | None = None


NOTHING = CallbackAnswer()
STALE = CallbackAnswer(words.STALE_BUTTON, alert=True)


def handle_button_press(db: Connection, rules: Rules, tapped: ButtonPress, now: datetime) -> CallbackAnswer:
    """Carry out the action of a tap, once; raises `Refused`, with nothing done."""
    pressed = buttons.read_data(tapped.data)
    if pressed is None or not _is_its_own(db, tapped, pressed.ticket_id):
        return STALE
    who = messenger_accounts.staff_of(db, tapped.account)
    if who is None:
        return CallbackAnswer(words.NOT_LINKED, alert=True)
    ticket = ticket_store.get_ticket(db, pressed.ticket_id)
    (demand_may_note if pressed.verb == buttons.CONFIRM_DANGER else demand_in_hand)(who, ticket)
    asked = _ask(db, rules.policy, who, ticket, pressed, now)
    if asked is not None:
        return asked
    action, done = _action_of(db, rules.policy, ticket, pressed)
    if not processed_keys.remember_key(db, TELEGRAM, tapped.key, now):
        return NOTHING
    act_in_sight(db, rules, who, ticket.id, action, now)
    if pressed.verb == buttons.CONFIRM_DANGER:
        return CallbackAnswer(done, under=buttons.NO_KEYBOARD)
    # The list it was chosen from gives way; the card itself follows in its own time.
    after = ticket_store.get_ticket(db, ticket.id)
    return CallbackAnswer(done, under=_card(db, rules.policy, after))


def _is_its_own(db: Connection, tapped: ButtonPress, ticket_id: int) -> bool:
    """Whether the tap came from this ticket's topic, and not with forged data."""
    columns = (topics.c.chat, topics.c.thread, topics.c.card)
    row = db.execute(select(*columns).where(topics.c.ticket_id == ticket_id)).one_or_none()
    if row is None or row.chat != tapped.chat:
        return False
    if tapped.ephemeral is not None:  # a list that only the tapper sees, in the topic if Telegram tells that
        return tapped.thread is None or bool(row.thread == tapped.thread)
    return bool(row.thread == tapped.thread if tapped.thread is not None else row.card == tapped.number)


def _ask(  # noqa: C901  # one case per verb that asks, so that every one is seen
    db: Connection, policy: Policy, who: Staff, ticket: Ticket, pressed: Pressed, now: datetime
) -> CallbackAnswer | None:
    """The answer to a tap that only opens a choice; None if there is an action to carry out."""
    match pressed:
        case Pressed(verb="note"):
            return CallbackAnswer(words.HOW_TO_NOTE, alert=True)
        case Pressed(verb="more"):
            return _list(ticket, None, buttons.more_keyboard(policy, ticket), over=words.CHOOSE_MORE)
        case Pressed(verb="back"):
            return CallbackAnswer(under=_card(db, policy, ticket))
        case Pressed(verb="transfer"):
            _demand_passing(ticket, who)
            people = _people(db, ticket, now)
            return _list(ticket, words.CHOOSE_TRANSFER, buttons.transfer_keyboard(policy, ticket, people))
        case Pressed(verb="resolve", arg=""):
            demand_holder(ticket, who.id)
            if buttons.asks_cause(policy, ticket):
                return _list(ticket, words.CHOOSE_CAUSE, buttons.cause_keyboard(policy, ticket, "resolve"))
            if owed := owed_at_end(db, policy, ticket):
                told = CHOOSE_REASON.format(owed=in_words(owed))
                return _list(ticket, told, buttons.reason_keyboard(ticket), alert=True)
            untold = _hears_nothing(db, ticket)
            asked = words.CONFIRM_RESOLVE_UNTOLD if untold else words.CONFIRM_RESOLVE
            return _list(ticket, asked, buttons.confirm_keyboard(ticket, untold=untold))
        case Pressed(verb="fact", arg=fact) if (how := _how_instead(db, policy, ticket, fact, now)) is not None:
            return CallbackAnswer(how, alert=True)
        case Pressed(verb="fact", arg=fact, more="") if fact in buttons.NEED_CAUSE:
            if buttons.asks_cause(policy, ticket):
                return _list(ticket, words.CHOOSE_CAUSE, buttons.cause_keyboard(policy, ticket, "fact", fact))
    return None


def _list(
    ticket: Ticket, text: str | None, under: InlineKeyboardMarkup, *, over: str = "", alert: bool = False
) -> CallbackAnswer:
    """A choice for the tapper alone; `over` stands above it where it needs words and `text` is none."""
    asks = words.ONLY_YOU.format(ticket=ticket.id, text=text or over)
    return CallbackAnswer(text, alert, under, asks)


def _card(db: Connection, policy: Policy, ticket: Ticket) -> InlineKeyboardMarkup | None:
    holder = staff_names(db).get(ticket.holder_id) if ticket.holder_id is not None else None
    return buttons.card_keyboard(policy, ticket, holder)


def _how_instead(db: Connection, policy: Policy, ticket: Ticket, fact: str, now: datetime) -> str | None:
    """How a fact is recorded that a tap cannot record: it is sent to the customer, or written."""
    if fact in TOLD and not _may_tick(db, ticket, now):
        return HOW_TO_SEND[fact]
    return HOW_TO_WRITE.get(fact) if owes_words(db, policy, ticket, fact) else None


def _action_of(  # noqa: C901  # one case per verb, so that every verb is seen
    db: Connection, policy: Policy, ticket: Ticket, pressed: Pressed
) -> tuple[Action, str]:
    """The action and its confirmation; raises Refused for names that the policy does not have."""
    match pressed:
        case Pressed(verb="claim"):
            return Claim(), outcomes.TICKET["claim"]
        case Pressed(verb="release"):
            return Release(), outcomes.TICKET["release"]
        case Pressed(verb=buttons.CONFIRM_DANGER):
            return ConfirmDanger(), outcomes.TICKET["danger"]
        case Pressed(verb="ack"):
            return Acknowledge(), outcomes.TICKET["acknowledge"]
        case Pressed(verb="fact", arg=arg, more=more):
            fact = _named([*policy.facts, *CALLS], arg, "unknown_fact")
            label = policy.facts.get(fact) or CALLS[fact]
            return Record(fact, _cause(policy, more)), words.DONE_FACT.format(label=label)
        case Pressed(verb="to", arg=arg):
            queue = _named(policy.queues, arg, "unknown_queue")
            return Transfer(queue, None), words.DONE_TRANSFER.format(to=f"「{queue}」")
        case Pressed(verb="give", arg=arg):
            person = next((each for each in all_staff(db) if str(each.id) == arg), None)
            if person is None:
                raise Refused("unknown_staff")
            return Transfer(ticket.queue, person.id), words.DONE_TRANSFER.format(to=person.name)
        case Pressed(verb="resolve", arg="why", more=place):
            done = "resolve_untold" if _hears_nothing(db, ticket) else "resolve"
            return Resolve(None, QUICK[int(place) - 1] if place in ("1", "2", "3") else ""), outcomes.TICKET[done]
        case Pressed(verb="resolve", arg=arg):
            done = "resolve_untold" if _hears_nothing(db, ticket) else "resolve"
            return Resolve(None if arg == "yes" else _cause(policy, arg)), outcomes.TICKET[done]
        case _:
            raise Refused("unknown_fact")


def _hears_nothing(db: Connection, ticket: Ticket) -> bool:
    return hears_nothing(db, conversations.get_conversation(db, ticket.conversation_id))


def _may_tick(db: Connection, ticket: Ticket, now: datetime) -> bool:
    return may_tick(db, conversations.get_conversation(db, ticket.conversation_id), ticket.id, now)


def _cause(policy: Policy, given: str) -> str | None:
    return _named(policy.complaint_causes, given, "unknown_cause") if given else None


def _named(names: Iterable[str], given: str, code: RefusalCode) -> str:
    found = buttons.named(names, given)
    if found is None:
        raise Refused(code)
    return found


def _demand_passing(ticket: Ticket, who: Staff) -> None:
    if not ticket.is_open:
        raise Refused("finished")
    if ticket.holder_id is not None and not who.leads_in(ticket.queue):
        demand_holder(ticket, who.id)


def _people(db: Connection, ticket: Ticket, now: datetime) -> Sequence[tuple[int, str]]:
    """Colleagues on duty, or all without a roster; those of the ticket's queue first."""
    people = [one for one in all_staff(db) if one.id != ticket.holder_id]
    if roster_store.in_use(db):
        here = {one.staff_id for one in on_duty.read_people(db, now).candidates if one.on_duty}
        people = [one for one in people if one.id in here]
    return [(one.id, one.name) for one in sorted(people, key=lambda one: not one.works(ticket.queue))]
