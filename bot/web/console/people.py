"""The page of people: administrators add, change, let in again and disable them; leads see theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from bot.auth import accounts, password_links
from bot.auth.accounts import MOST_TICKETS, AccountChange
from bot.auth.password_links import FOR_A_LOST_PASSWORD, FOR_NEW_STAFF
from bot.config.secret_files import forget_first_password
from bot.web.console.access import COOKIE, OwnForm, SignedInStaff, StaffRequest, duty_or, field, redirect_back
from bot.web.console.layout import frame
from bot.web.console.people_view import PeopleFilter, WantedPeople, read_people_view, reads_people
from bot.web.errors import Problem
from bot.wording.accounts import ONLY_PEOPLE, PEOPLE
from bot.wording.sanitise import clean
from escalation import staff
from escalation.policy.model import Policy
from escalation.roles import ALL_QUEUES, ROLES
from escalation.staff import Staff, StaffRefused

router = APIRouter(prefix="/console/people", include_in_schema=False)
_DUTY = duty_or("people", ONLY_PEOPLE)
Admin = Annotated[StaffRequest, _DUTY]


class _WrongField(Exception):
    """A field of a form cannot be taken; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A one-time link, shown this once, for whom, and how long it is good."""

    name: str
    url: str
    hours: int


@router.get("")
async def overview(
    request: Request, staff_request: SignedInStaff, wanted: WantedPeople, done: str = "", about: str = ""
) -> HTMLResponse:
    """Show the accounts that this person may see; raises Problem (403) for who leads nobody."""
    if not reads_people(staff_request.who):
        raise Problem(403, ONLY_PEOPLE)
    return await _page(request, staff_request, wanted, done=done, about=about)


@router.post("/add")
async def add(request: Request, staff_request: Admin, form: OwnForm) -> Response:
    """Add a person and show their one-time link, this once; a refusal is shown with the form as it was filled in."""
    service, login = staff_request.service, clean(field(form, "login"))
    try:
        wanted = _wanted(service.rules.policy, form, None)
        args = (login, wanted, staff_request.who.login, service.clock())
        token = await service.database.unit(accounts.add, *args)
    except (_WrongField, StaffRefused) as refused:
        return await _page(request, staff_request, refusal=_sentence(refused, login), typed=form)
    return await _page(
        request, staff_request, link=_link(request, staff_request, wanted.name or login, token, FOR_NEW_STAFF)
    )


@router.post("/change")
async def change(request: Request, staff_request: Admin, form: OwnForm) -> Response:
    """Change a person's name, role, queues, skills and capacity, as the form has them."""
    service, login = staff_request.service, field(form, "login")
    try:
        theirs = await service.database.read(staff.find_credentials, login)
        wanted = _wanted(service.rules.policy, form, theirs[0] if theirs else None)
        args = (service.rules.policy, login, wanted, staff_request.who.login, service.clock())
        await service.database.unit(accounts.change, *args)
    except (_WrongField, StaffRefused) as refused:
        return await _page(request, staff_request, refusal=_sentence(refused, login), about=login)
    return _back("changed")


@router.post("/link")
async def link(request: Request, staff_request: Admin, form: OwnForm) -> Response:
    """End a person's password and sessions, let them in if they are disabled, and show a one-time link, this once."""
    service, login = staff_request.service, field(form, "login")
    if login == staff_request.who.login:
        return await _page(request, staff_request, refusal=PEOPLE["yourself"], about=login)
    try:
        args = (login, staff_request.who.login, service.clock())
        token = await service.database.unit(accounts.make_link, *args)
    except StaffRefused as refused:
        return await _page(request, staff_request, refusal=_sentence(refused, login))
    forget_first_password(service.settings, login)
    return await _page(request, staff_request, link=_link(request, staff_request, login, token, FOR_A_LOST_PASSWORD))


@router.post("/disable")
async def disable(request: Request, staff_request: Admin, form: OwnForm) -> Response:
    """Disable a person; the last administrator who can sign in stays."""
    service, login = staff_request.service, field(form, "login")
    try:
        args = (service.rules.policy, login, staff_request.who.login, service.clock())
        await service.database.unit(accounts.disable, *args)
    except StaffRefused as refused:
        return await _page(request, staff_request, refusal=_sentence(refused, login), about=login)
    return _back("disabled")


@router.post("/end")
async def end(request: Request, staff_request: Admin, form: OwnForm) -> Response:
    """End one of a person's sessions."""
    service, login = staff_request.service, field(form, "login")
    args = (login, field(form, "session"), staff_request.who.login, service.clock())
    try:
        await service.database.unit(accounts.end_session, *args)
    except StaffRefused as refused:
        return await _page(request, staff_request, refusal=_sentence(refused, login))
    return _back("session", login)


for _path in ("/add", "/change", "/link", "/disable", "/end"):
    redirect_back(router, _path, _DUTY)


def _back(done: str, about: str = "") -> RedirectResponse:
    more = f"&about={quote(about, safe='')}" if about else ""
    return RedirectResponse(f"{router.prefix}?done={done}{more}", 303)


def _link(request: Request, staff_request: StaffRequest, name: str, token: str, lifetime: timedelta) -> FreshLink:
    # Without a public address the one the administrator uses, whatever port it was given.
    site = staff_request.service.settings.public_url or str(request.base_url).rstrip("/")
    url = password_links.url(site, token)
    return FreshLink(name, url, int(lifetime.total_seconds()) // 3600)


def _wanted(policy: Policy, form: FormData, theirs: Staff | None) -> AccountChange:
    """What a form asks for; raises _WrongField for a capacity that is none, and a queue or skill nobody knows.

    Known are those of the policy, and those that are theirs already: a policy may have had them once.
    """
    queues, skills = (tuple(str(each) for each in form.getlist(name)) for name in ("queue", "skill"))
    for queue in queues:
        if queue not in (ALL_QUEUES, *policy.queues, *(theirs.queues if theirs else ())):
            raise _WrongField(PEOPLE["queue"].format(queue=clean(queue)[:64]))
    for skill in skills:
        if skill not in (*policy.skills, *(theirs.skills if theirs else ())):
            raise _WrongField(PEOPLE["skill"].format(skill=clean(skill)[:64]))
    capacity = field(form, "capacity").strip()
    if capacity and not (capacity.isascii() and capacity.isdigit() and int(capacity[:9]) <= MOST_TICKETS):
        raise _WrongField(PEOPLE["capacity"].format(most=MOST_TICKETS))
    name = clean(field(form, "name")) or None
    limit = int(capacity) if capacity else None
    return AccountChange(name, field(form, "role"), queues, skills, limit, unlimited=limit is None)


def _sentence(refused: _WrongField | StaffRefused, login: str) -> str:
    return PEOPLE[refused.fault].format(login=login) if isinstance(refused, StaffRefused) else str(refused)


async def _page(
    request: Request,
    staff_request: StaffRequest,
    wanted: PeopleFilter = PeopleFilter(),  # noqa: B008  # frozen
    *,
    done: str = "",
    about: str = "",
    refusal: str = "",
    link: FreshLink | None = None,
    typed: FormData | None = None,
) -> HTMLResponse:
    service = staff_request.service
    now, token = service.clock(), request.cookies.get(COOKIE, "")
    args = (service.rules.policy, staff_request.who, wanted, token, now)
    read, unread = await staff_request.read_page(read_people_view, *args)
    shown: dict[str, Any] = {
        "read": read,
        "wanted": wanted,
        "keeps": staff_request.who.may("people"),
        "done": done,
        "about": about,
        "refusal": refusal,
        "link": link,
    }
    shown |= {"roles": ROLES, "skills": service.rules.policy.skills, "most": MOST_TICKETS}
    shown |= {"typed": _typed(typed) if typed is not None else None}
    status = 422 if refusal else 200
    return frame(staff_request, "console/people.html", now, unread, status=status, **shown)


def _typed(form: FormData) -> dict[str, Any]:
    one = {name: field(form, name) for name in ("login", "name", "role", "capacity")}
    return one | {"queues": form.getlist("queue"), "skills": form.getlist("skill")}
