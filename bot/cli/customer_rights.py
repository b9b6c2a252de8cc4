"""`jiedai customers export|exports|correct|restrict|restricted|erase|refuse|requests`: what persons may ask by law."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import ActingAs, argument
from bot.cli.data_requests import WAITS, as_json, figures
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person as staff_called
from bot.privacy import agreeing, restricted
from bot.privacy.agreeing import Restriction, demand_admin
from bot.privacy.answers import answer_of
from bot.privacy.carrying_out import Ground, carry_out, end_restrictions
from bot.privacy.correcting import FIELDS
from bot.privacy.correcting import correct as correct_fields
from bot.privacy.export import delivered, demand_few
from bot.privacy.export import export as write_export
from bot.privacy.keeper import ALL
from bot.privacy.person import customer_called
from bot.service import Service
from escalation.customers.data_requests import (
    DataRequest,
    RequestKind,
    find_request,
    requests_of,
    under_way,
)
from escalation.customers.model import Customer
from escalation.staff import Staff

DOOR = "cli"

Called = Annotated[str, argument(metavar="CONTACT", help="the contact's id, or a name that nobody else has")]
MaybeCalled = Annotated[str, argument(metavar="CONTACT", help="the contact's id, or a name nobody else has")]
Approve = Annotated[
    int | None, argument("--approve", metavar="REQUEST", help="agree to what another administrator asked for")
]
Request = Annotated[int, argument(metavar="REQUEST", help="as `jiedai customers requests` lists it")]
OnWhichGround = Annotated[str, argument("--ground", metavar="TEXT", help="why it may not be erased yet, in words")]
Until = Annotated[str, argument("--until", metavar="DAY", help="its last day, such as 2027-12-31")]
Target = Annotated[str, argument("--to", metavar="FOLDER|FILE.zip", help="where to; must not exist yet")]


def export(service: WithoutKnowledge, called: Called, to: Target, acting: ActingAs) -> Result:
    """Write all that is held of a contact to a folder or a ZIP archive; raises RightsRefused, or TargetTaken."""
    who, customer, now = _admin(service, acting), _customer(service, called), service.clock()
    read, rules = service.database.read_now, service.rules
    read(demand_few, rules, customer.contact.id, now)
    told = write_export(read, rules, customer, Path(to), now)
    request = service.database.write_now(delivered, rules, customer, who.login, DOOR, told, now)
    sentence = (
        f"{to} holds what is kept of {customer.contact.id}: {told['lines']} lines, {told['files']} files, "
        f"{told['tickets']} tickets (request {request.id}). Hand it over by a way that only they can open."
    )
    return Result({"id": customer.contact.id, "request": request.id, "to": to, **told}, sentence)


def exports(service: WithoutKnowledge, called: Called) -> Result:
    """List what was handed out of a contact, and when."""
    customer, zone = _customer(service, called), service.rules.policy.zone
    found = service.database.read_now(requests_of, customer.contact.id, "export")
    rows = [
        (str(each.id), minute(each.done_at, zone) if each.done_at else "", each.first_by or "", figures(each))
        for each in found
    ]
    title = f"Exports of {customer.contact.id}: {len(rows)}"
    return Result([as_json(each) for each in found], [Table(title, ("request", "done", "by", "holds"), rows)])


def correct(
    service: WithoutKnowledge,
    called: Called,
    given: Annotated[tuple[str, ...], argument(metavar="FIELD=VALUE", help=f"one of {', '.join(FIELDS)}")],
    acting: ActingAs,
) -> Result:
    """Correct fields of a contact; raises NotReady for what is no such FIELD=VALUE."""
    who, customer, fields = _admin(service, acting), _customer(service, called), _fields(given)
    request = service.database.write_now(correct_fields, service.rules, customer, fields, who, DOOR, service.clock())
    sentence = f"{customer.contact.id} is corrected: {', '.join(sorted(fields))} (request {request.id})."
    return Result(as_json(request), sentence)


def restrict(
    service: WithoutKnowledge,
    acting: ActingAs,
    called: MaybeCalled = "",
    approve: Approve = None,
    ground: OnWhichGround = "",
    until: Until = "",
) -> Result:
    """Ask for the restriction of a contact, or agree to it: all that is held of them is sealed until a day.

    Raises NotReady for neither or both, RightsRefused for open tickets, or a day that is over.
    """
    if bool(called) == (approve is not None):
        raise NotReady("Name the contact to be restricted, or the request to agree to with --approve.")
    if approve is not None:
        return _agreed(service, approve, acting, "restrict")
    return _asked(service, called, acting, Restriction((ALL,), ground, _day(until) if until else None))


def opened(service: WithoutKnowledge, number: Request, to: Target, acting: ActingAs) -> Result:
    """Write what a request keeps under seal to a file; raises RightsRefused once that is over."""
    who, target = _admin(service, acting), Path(to)
    count = restricted.write_restricted(service.database, service.settings.data, number, who, target, service.clock())
    return Result({"request": number, "to": to, "rows": count}, f"{to} holds {count} rows that request {number} keeps.")


def erase(
    service: WithoutKnowledge,
    acting: ActingAs,
    called: MaybeCalled = "",
    approve: Approve = None,
    keep: Annotated[
        tuple[str, ...], argument("--keep", metavar="WHAT", help="a ticket's number, or items: only restricted")
    ] = (),
    ground: OnWhichGround = "",
    until: Until = "",
    end: Annotated[
        bool, argument("--end-restrictions", help="instead: destroy what was restricted until a day that is over")
    ] = False,
) -> Result:
    """Ask for the erasure of a contact, or agree to it as the second person, which begins it.

    Raises NotReady for neither or both, and RightsRefused.
    """
    if end:
        return _ended(service, acting)
    if bool(called) == (approve is not None):
        raise NotReady("Name the contact to be erased, or the request to agree to with --approve.")
    if approve is not None:
        return _agreed(service, approve, acting, "erase")
    return _asked(service, called, acting, Restriction(keep, ground, _day(until) if until else None))


def refuse(
    service: WithoutKnowledge,
    number: Request,
    reason: Annotated[str, argument("--reason", metavar="TEXT", help="why, in words that the customer can read")],
    acting: ActingAs,
) -> Result:
    """Refuse a request, and print what its customer is told; raises RightsRefused."""
    who = _admin(service, acting)
    told = service.database.write_now(agreeing.refuse, service.rules, number, who, reason, service.clock())
    return Result({"request": number, "told": told}, [f"Request {number} is refused. Tell its customer:", told])


def requests(service: WithoutKnowledge) -> Result:
    """List the requests that wait for somebody, or are being carried out."""
    found, now, zone = service.database.read_now(under_way), service.clock(), service.rules.policy.zone
    rows = []
    for each in found:
        due = minute(each.due_at, zone) + (" (late)" if each.due_at <= now else "")
        rows.append((str(each.id), each.kind, each.contact_id or "", WAITS[each.state], due, each.asked_by))
    headings = ("request", "kind", "contact", "state", "due", "asked by")
    return Result([as_json(each) for each in found], [Table(f"Requests: {len(rows)}", headings, rows)])


def _ended(service: Service, acting: str) -> Result:
    _admin(service, acting)
    count = end_restrictions(Ground.of(service.settings, service.database, lambda: service.rules, service.clock))
    return Result({"ended": count}, f"Restrictions that have ended: {count}; what they kept is destroyed.")


def _asked(service: Service, called: str, acting: str, wish: Restriction) -> Result:
    who, customer, write = _admin(service, acting), _customer(service, called), service.database.write_now
    request = write(agreeing.ask_erasure, service.rules, customer, who, DOOR, wish, service.clock())
    what, done = ("restriction", "restricted") if request.kind == "restrict" else ("erasure", "erased")
    sentence = (
        f"Request {request.id} asks for the {what} of {request.contact_id}. Another administrator agrees with "
        f"`{agreeing.approving(request)} --as LOGIN`; nothing is {done} before."
    )
    return Result(as_json(request), sentence)


def _agreed(service: Service, number: int, acting: str, kind: RequestKind) -> Result:
    who, write = _admin(service, acting), service.database.write_now
    return _carried_out(service, write(agreeing.approve_erasure, service.rules, number, who, service.clock(), kind))


def _carried_out(service: Service, request: DataRequest) -> Result:
    ground = Ground.of(service.settings, service.database, lambda: service.rules, service.clock)
    carry_out(ground, request.id)
    done = service.database.read_now(find_request, request.id)
    assert done is not None, "requests are never deleted"
    return Result(as_json(done), list(_about_done(service, ground, done)))


def _about_done(service: Service, ground: Ground, done: DataRequest) -> Iterator[str]:
    yield f"Request {done.id} is carried out: {figures(done)}. What is left is counted as {done.pseudonym}."
    if done.until is not None:
        yield f"What is only restricted ({', '.join(done.kept)}) can be read until {done.until}, then never again."
    for copy in ground.copies():
        yield f"{copy} is an older copy, which still holds them; delete it once it is not needed."
    told = done.delivered.get("told")
    yield f"Its customer, who asked by {told}, is told there:" if told else "Tell the customer:"
    yield answer_of(ground.backup_days, done, service.clock())


def _admin(service: Service, login: str) -> Staff:
    who = service.database.read_now(staff_called, login)
    demand_admin(who)
    return who


def _customer(service: Service, called: str) -> Customer:
    return service.database.read_now(customer_called, service.rules, called, service.clock())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotReady(f'A day is written such as 2027-12-31; found "{text}".') from None


def _fields(given: tuple[str, ...]) -> dict[str, str]:
    fields = dict(each.partition("=")[::2] for each in given)
    wrong = [each for each in given if "=" not in each or each.partition("=")[0] not in FIELDS]
    if wrong:
        raise NotReady(f'Write FIELD=VALUE with one of {", ".join(FIELDS)}; found "{wrong[0]}".')
    return fields
