"""Carry out what a turn wishes about the customer's own data: ask, register, withdraw, tell how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from bot.dialogue import self_service
from bot.dialogue.consent_list import consents_in_words
from bot.dialogue.data_acts import (
    AskDataWish,
    DataAct,
    KeepData,
    RegisterDataWish,
    ShowConsents,
    ShowNotice,
    TellDataWishes,
)
from bot.dialogue.data_wishes import open_requests, stands_in
from bot.dialogue.data_words import DataWish
from bot.dialogue.turn_context import TurnContext
from bot.transcript.addresses import PAGES
from bot.wording import data_wishes as words
from bot.wording import privacy_notice
from bot.wording.buttons import person_button
from bot.wording.choices import DataWishChosen, payload
from bot.wording.phrases import in_script
from escalation.customers.data_requests import CUSTOMER, DataRequest, get_request, save_request
from escalation.journal import journal_store
from escalation.tickets import history


def carry_out(turn: TurnContext, act: DataAct) -> None:
    """Carry out an act about the customer's own data."""
    match act:
        case AskDataWish(wish):
            _ask(turn, wish)
        case RegisterDataWish(wish):
            self_service.register(turn, wish)
        case KeepData(wishes):
            _send(turn, "".join(_keep(turn, wish) for wish in wishes) or _nothing(turn))
        case TellDataWishes(wishes):
            for wish in wishes:
                _tell(turn, wish)
        case ShowConsents():
            turn.send(*consents_in_words(turn.db, turn.rules, turn.conversation, turn.now))
        case ShowNotice():
            notice = turn.policy.notice
            _send(turn, privacy_notice.full(notice) if notice is not None else privacy_notice.NONE)
        case _:
            assert_never(act)


def _ask(turn: TurnContext, wish: DataWish) -> None:
    """The question that confirms it; on a page, where nobody can be asked who is not known, how to be."""
    talk = turn.conversation
    if talk.channel in PAGES and talk.contact_id is None:
        turn.send(in_script(words.PROVE_ON_PAGE, talk.language), [person_button(turn.policy, talk.language)])
        return
    turn.send(*self_service.question(payload(DataWishChosen(wish)), talk.language))


def _keep(turn: TurnContext, wish: DataWish) -> str:
    """Withdraw a wish in its requests and in the open ticket; what its customer is told."""
    found = open_requests(turn.db, turn.conversation.contact_id, wish)
    begun = [each for each in found if not _withdraw(turn, each)]
    ticket = turn.ticket
    is_open = ticket is not None and ticket.is_open
    if ticket is not None and is_open:
        marked = replace(ticket, subject=words.marked(ticket.subject, wish))
        history.save_change(turn.db, ticket, marked, f"{wish}_withdrawn", turn.now)
        turn.ticket = marked
    if begun:
        return words.BEGUN[wish]
    return (words.WITHDRAWN if found else words.WITHDRAWAL_NOTED)[wish]


def _withdraw(turn: TurnContext, request: DataRequest) -> bool:
    """Withdraw a request that has not begun; False for one that has."""
    request = get_request(turn.db, request.id)
    if request.state not in ("open", "agreed"):
        return False
    save_request(turn.db, request.id, state="withdrawn", done_at=turn.now)
    told = {"request": request.id, "kind": request.kind}
    customer = f"customer:{request.contact_id}"
    journal_store.record(turn.db, customer, "request withdrawn", CUSTOMER, turn.now, after=told)
    return True


def _nothing(turn: TurnContext) -> str:
    is_open = turn.ticket is not None and turn.ticket.is_open
    return words.NOTHING_ASKED + (words.PASSED_ON if is_open else "")


def _tell(turn: TurnContext, wish: DataWish) -> None:
    found: Sequence[DataRequest] = open_requests(turn.db, turn.conversation.contact_id, wish)
    if found:
        zone, first = turn.policy.zone, found[0]
        days = (first.asked_at.astimezone(zone).date(), first.due_at.astimezone(zone).date())
        late = first.due_at <= turn.now
        _send(turn, words.state(wish, *days, running=first.state != "open", late=late))
    elif turn.ticket is not None and stands_in(turn.db, turn.ticket, wish):
        self_service.promise(turn, words.STATE_UNPROVEN[wish])


def _send(turn: TurnContext, sentence: str) -> None:
    turn.send(in_script(sentence, turn.conversation.language))
