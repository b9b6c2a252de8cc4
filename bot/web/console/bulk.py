"""One action on many tickets of the list, each in a transaction of its own, and what is said of it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from bot.agents.actions import Action, Claim, Transfer, act_in_sight
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field
from bot.wording import desk, refusals
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Refused

MOST = 100  # tickets in one form
MOST_REASONS = 3

router = APIRouter(prefix="/console", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class BulkTold:
    """What came of a bulk action, in a sentence; `left`: whether something was not done."""

    sentence: str
    left: bool


class NotChosen(Exception):
    """The form does not say on which tickets, or what; its code names the sentence."""


@router.post("/bulk")
async def carry_out(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Carry out one action on every ticket that was picked; those that refuse it are named with the reason."""
    back = dict(parse_qsl(field(form, "back")))
    try:
        numbers = _numbers(form)
        done, refused = 0, Counter[str]()
        for number in numbers:
            code = await _one(staff_request, number, form)
            done += not code
            refused.update([code] if code else [])
    except NotChosen as fault:
        return RedirectResponse("/console?" + urlencode(back | {"bulk": str(fault)}), 303)
    return RedirectResponse("/console?" + urlencode(back | {"bulk": _told(done, refused)}), 303)


def told_of(code: str) -> BulkTold | None:
    """Return what the address of the board says of a bulk action; None where it says nothing."""
    named = {"none": desk.BULK_NONE, "nobody": desk.BULK_NOBODY, "no_queue": desk.BULK_NO_QUEUE}
    named["too_many"] = desk.BULK_TOO_MANY.format(most=MOST)
    if code in named:
        return BulkTold(named[code], left=True)
    done, _, why = code[:300].partition("|")
    if not (done.isascii() and done.isdigit()):
        return None
    left, _, codes = why.partition("|")
    sentence = desk.BULK_DONE.format(done=int(done))
    if not (left.isascii() and left.isdigit() and int(left)):
        return BulkTold(sentence, left=False)
    # Codes and no words: an address that anybody may make up says nothing of its own here.
    reasons = [refusals.refusal(each, None).rstrip("。") for each in refusals.REFUSALS if each in codes.split(",")]
    return BulkTold(sentence + desk.BULK_LEFT.format(left=int(left), why="；".join(reasons)) + "。", left=True)


def _numbers(form: FormData) -> Sequence[int]:
    given = [each for each in form.getlist("ids") if isinstance(each, str) and each.isascii() and each.isdigit()]
    if not given:
        raise NotChosen("none")
    if len(given) > MOST:
        raise NotChosen("too_many")
    return list(dict.fromkeys(int(each[:9]) for each in given))


async def _one(staff_request: StaffRequest, number: int, form: FormData) -> str:
    """The code for which one ticket was left as it is; empty where it was done."""
    service, who = staff_request.service, staff_request.who
    try:
        ticket = await service.database.read(ticket_store.get_ticket, number)
        action = _action(form, ticket.queue)
        await service.database.unit(act_in_sight, service.rules, who, number, action, service.clock())
    except Refused as refused:
        return refused.code
    return ""


def _action(form: FormData, queue: str) -> Action:
    match field(form, "move"):
        case "take":
            return Claim()
        case "assign":
            to = field(form, "to")
            if not (to.isascii() and to.isdigit()):
                raise NotChosen("nobody")
            return Transfer(queue, int(to[:9]))
        case _:
            if not field(form, "queue"):
                raise NotChosen("no_queue")
            return Transfer(field(form, "queue"), None)


def _told(done: int, refused: Counter[str]) -> str:
    codes = ",".join(code for code, _ in refused.most_common(MOST_REASONS))
    return f"{done}|{refused.total()}|{codes}" if refused else str(done)
