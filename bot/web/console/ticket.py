"""The ticket page: its data, and the actions on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends, Header
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.agents.file_way import read_file_way
from bot.agents.linking import read_colleagues
from bot.tickets.objections import is_undecided
from bot.transcript import reply_drafts
from bot.web.console import ticket_view
from bot.web.console.access import OwnForm, SignedInStaff, StaffRequest, field, signed_in_staff
from bot.web.console.active import note_read
from bot.web.console.cause_view import causes_of
from bot.web.console.composer_use import act_with_sources, read_sources, reply_and_resolve
from bot.web.console.composer_view import composer_values
from bot.web.console.conversation_view import with_whole
from bot.web.console.deadline_view import fault_in_words
from bot.web.console.drafts import overtaken_since
from bot.web.console.form_values import NotFilledIn
from bot.web.console.going_on import to_next, to_ticket
from bot.web.console.inbox import read_notices
from bot.web.console.layout import frame
from bot.web.console.looks import note_look
from bot.web.console.objection_forms import wish_in_the_way, wish_replaced
from bot.web.console.refusal_statuses import STATUSES
from bot.web.console.sent_view import read_sent
from bot.web.console.ticket_forms import Typed, plan_rows, read_action
from bot.web.console.worded_view import read_worded
from bot.web.dependencies import MaybeNumber, Number
from bot.web.errors import Problem
from bot.wording import moments, refusals, tiers
from bot.wording.unhappy import HINTS, WORDED
from escalation.customers.tier_wishes import ManualTierRefused
from escalation.staff import staff_names
from escalation.staffing.loads import read_loads
from escalation.tickets.consulting import CONSULTED
from escalation.tickets.fact_menu import offered_facts
from escalation.tickets.facts import MAX_STEPS
from escalation.tickets.lifecycle import Refused
from escalation.working_hours.instants import parse_instant

NOTHING_TYPED = Typed()
router = APIRouter(prefix="/console/tickets", include_in_schema=False)


@router.get("/{ticket_id}")
async def ticket_page(
    staff_request: SignedInStaff,
    ticket_id: Number,
    x_part: Annotated[str, Header()] = "",
    done: str = "",
    danger: str = "",
    after: MaybeNumber = None,
    refused: str = "",
) -> HTMLResponse:
    """Show the ticket, which reads its notices; 403 for an agent of other queues.

    `after`: which other ticket was `done` before; `refused`: what somebody else was quicker to do.
    """
    if not x_part:  # a page that keeps itself up to date may have nobody before it
        await read_notices(staff_request, ticket_id)
    taken = refused == "claim"
    shown = await show_ticket(staff_request, ticket_id, done=done, danger=danger, after=after, is_taken=taken)
    if not x_part:
        await note_read(staff_request, ticket_id)
    return shown


@router.post("/{ticket_id}/{move}")
async def carry_out(staff_request: SignedInStaff, form: OwnForm, ticket_id: Number, move: str) -> Response:
    """Carry out one action in one transaction; a refusal is shown with the form as it was filled in."""
    typed, then = Typed.of(move, form), field(form, "then")
    try:
        action = read_action(move, form, staff_request.service.rules.policy.zone)
        acted = await staff_request.service.database.unit(
            act_with_sources if then != "resolve" else reply_and_resolve,
            staff_request.service.rules,
            staff_request.who,
            ticket_id,
            move,
            action,
            read_sources(move, form),
            staff_request.service.clock(),
        )
    except NotFilledIn as lacking:
        return await show_ticket(staff_request, ticket_id, status=422, refusal=str(lacking), typed=typed)
    except ManualTierRefused as refused:
        sentence = tiers.REFUSALS[refused.code].format(**refused.values)
        return await show_ticket(staff_request, ticket_id, status=422, refusal=sentence, typed=typed)
    except Refused as refused:
        if move == "claim" and refused.holder_id:
            return RedirectResponse(f"/console/tickets/{ticket_id}?refused=claim", 303)
        return await show_refusal(staff_request, ticket_id, refused, typed, field(form, "key"))
    if then and not acted.alarm:
        return await to_next(staff_request, ticket_id)
    return to_ticket(ticket_id, move, may_see=acted.may_return, alarm=acted.alarm)


@router.get("/{ticket_id}/{move}", dependencies=[Depends(signed_in_staff)])
async def back(ticket_id: Number, move: str) -> Response:
    """Redirect to the ticket's page from a form's address, where a refused form leaves the browser."""
    del move
    return RedirectResponse(f"/console/tickets/{ticket_id}", 303)


async def show_refusal(
    staff_request: StaffRequest, ticket_id: int, refused: Refused, typed: Typed, key: str
) -> HTMLResponse:
    """Return the ticket's page with a refusal and the form as it was filled in; raises Problem for one out of sight."""
    names = await staff_request.service.database.read(staff_names) if refused.holder_id else {}
    sentence = refusals.refusal(refused.code, names.get(refused.holder_id or 0), refused.limit)
    status = STATUSES.get(refused.code, 409)
    if refused.code in ("not_found", "forbidden"):
        raise Problem(status, sentence)
    try:
        return await show_ticket(staff_request, ticket_id, status=status, refusal=sentence, typed=typed, key=key)
    except Problem as unseen:  # whoever was asked until it ended reads why they cannot answer any more
        told = refused.code in ("task_over", "task_withdrawn") and unseen.status == 403
        raise Problem(status, sentence) if told else unseen from None


async def show_ticket(
    staff_request: StaffRequest,
    ticket_id: int,
    *,
    status: int = 200,
    done: str = "",
    danger: str = "",
    after: int | None = None,
    is_taken: bool = False,
    refusal: str = "",
    typed: Typed = NOTHING_TYPED,
    key: str = "",
    whole: int = 0,
) -> HTMLResponse:
    """Return the ticket's page, the line `whole` without stars; raises Problem for a ticket out of sight."""
    now, rules = staff_request.service.clock(), staff_request.service.rules
    try:
        shown = await staff_request.service.database.read(
            ticket_view.read_ticket_view, rules, staff_request.who, staff_request.inbox_queues(), ticket_id, now
        )
    except Refused as refused:
        raise Problem(STATUSES.get(refused.code, 409), refusals.refusal(refused.code, None)) from refused
    if shown.ticket.holder_id == staff_request.who.id and any(claim.kind == "phone" for claim in shown.claims):
        await note_look(staff_request, "telephone number seen", f"ticket {ticket_id}")
    shown = replace(shown, talk=with_whole(shown.talk, whole))
    if is_taken and shown.mode == "other":
        refusal = refusals.refusal("claimed_by_other", shown.holder)
    mine = (rules.vault, ticket_id, staff_request.who.id, now)
    drafts = await staff_request.service.database.read(reply_drafts.drafts_of, *mine)
    around = (rules, staff_request.who, ticket_id, now)
    colleagues = await staff_request.service.database.read(read_colleagues, *around)
    sent = await staff_request.service.database.read(read_sent, rules, staff_request.who, shown, now)
    worded = await staff_request.service.database.read(read_worded, rules, staff_request.who, shown, now)
    there = [one for one in shown.people if one.id != shown.ticket.holder_id]
    read = staff_request.service.database.read
    transfer_to = await read(read_loads, rules.policy, there, (shown.ticket.queue,), now)
    overtaken = await staff_request.service.database.read(overtaken_since, staff_request.who, shown)
    values: dict[str, Any] = {"done": done, "danger": danger, "after": after, "refusal": refusal}
    values |= await composer_values(staff_request, shown, now)
    values |= {"typed": typed, "drafts": drafts, "causes": causes_of(staff_request.who, shown)}
    values["file_way"] = await staff_request.service.database.read(read_file_way, shown.conversation, now)
    values |= {"key": key or uuid4().hex, "colleagues": colleagues, "overtaken": overtaken, "sent": sent}
    values |= {"transfer_to": transfer_to, "worded": worded, "worded_labels": WORDED, "worded_hints": HINTS}
    running = {clock.row.milestone for clock in shown.open_clocks}
    values["objects"] = is_undecided(event.kind for event in shown.events)
    values |= {"wish_in_the_way": "", "done_more": ""}
    may_wish = staff_request.who.may("tier_wishes")
    if values["objects"] and may_wish:
        values["wish_in_the_way"] = await read(wish_in_the_way, shown.ticket.contact_id)
    elif done == "objection" and may_wish:
        values["done_more"] = await read(wish_replaced, shown.events)
    offered = offered_facts(rules.policy, shown.ticket, running)
    values["offered"] = [each for each in offered if each.fact not in {*sent.not_ticked, *CONSULTED, *worded.hidden}]
    values["consulted"] = [each for each in CONSULTED if each in rules.policy.facts]
    zone, latest = rules.policy.zone, shown.plans[-1] if shown.plans else None
    values |= {"plan_rows": plan_rows(typed, latest, zone, now), "longest_plan": MAX_STEPS, "fault": fault_in_words}
    values["local_now"] = f"{now.astimezone(zone):%Y-%m-%dT%H:%M}"
    values["moment_of"] = lambda text: moments.by(rules.policy, parse_instant(text), now)
    return frame(staff_request, "console/ticket.html", now, shown.unread, status=status, sheet=shown, **values)
