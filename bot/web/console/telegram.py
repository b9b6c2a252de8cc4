"""The Telegram page: the person's own account; for leads the groups' state and the dead letters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import Connection, select

from bot.auth import messenger_accounts, one_time_codes
from bot.delivery.customer_topics import trouble_of
from bot.topic_sync.topics import groups
from bot.transcript import business_connections, dead_letters
from bot.transcript.business_connections import BusinessAccount
from bot.transcript.dead_letters import SetAside
from bot.web.console.access import (
    OwnForm,
    SignedInStaff,
    StaffRequest,
    demand_duty,
    field,
    redirect_back,
    signed_in_staff,
)
from bot.web.console.layout import frame
from bot.web.console.looks import note_look
from bot.web.errors import Problem
from bot.wording import business as words
from bot.wording import refusals
from escalation.staff import Staff
from escalation.vault import Vault, VaultError

router = APIRouter(prefix="/console/telegram", include_in_schema=False)
LONGEST_SHOWN = 20_000  # characters of an update

Key = Annotated[str, Query(max_length=160, pattern="^[^\\x00]*$")]  # no database takes a NUL


@dataclass(frozen=True, slots=True)
class GroupView:
    """A staff group; `trouble` is None if all is well, `used` is true once a message was sent there."""

    chat: int
    trouble: str | None
    since: datetime | None
    used: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account that the bot is connected to; `missing`: sentences about what it may not do there."""

    owner: str
    enabled: bool
    since: datetime
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TelegramView:
    """The page's data."""

    linked: bool
    groups: tuple[GroupView, ...]
    aside: tuple[SetAside, ...]
    private: tuple[str, datetime] | None = None  # why tickets have no topics in customers' chats, and since when
    accounts: tuple[AccountView, ...] = ()


@router.get("")
async def overview(staff_request: SignedInStaff, done: str = "", show: Key = "") -> HTMLResponse:
    """Show whether an account is linked; for leads also groups and dead letters, with one's content on request."""
    content = await _content(staff_request, show) if show else None
    return await _page(staff_request, done=done, shown=show, content=content)


@router.post("/code")
async def issue(staff_request: SignedInStaff, form: OwnForm) -> HTMLResponse:
    """Create a one-time code and show it, this once."""
    del form
    service = staff_request.service
    code = await service.database.unit(
        one_time_codes.issue, service.token_secret, "staff", str(staff_request.who.id), service.clock()
    )
    return await _page(staff_request, code=code)


redirect_back(router, "/code", Depends(signed_in_staff))


@router.post("/unlink")
async def unlink(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Remove the link to the person's account."""
    del form
    service, who = staff_request.service, staff_request.who
    await service.database.unit(messenger_accounts.unlink_staff, who, who.login, service.clock())
    return RedirectResponse("/console/telegram?done=unlinked", 303)


@router.post("/seen")
async def seen(staff_request: SignedInStaff, form: OwnForm) -> Response:
    """Mark a dead letter as seen, for leads; repeating it changes nothing."""
    demand_duty(staff_request, "set_aside", refusals.ONLY_LEADS_SET_ASIDE)
    await staff_request.service.database.unit(dead_letters.mark_seen, field(form, "key"), staff_request.service.clock())
    return RedirectResponse("/console/telegram?done=seen", 303)


async def _content(staff_request: StaffRequest, key: str) -> str:
    demand_duty(staff_request, "set_aside", refusals.ONLY_LEADS_SET_ASIDE)
    found = await staff_request.service.database.read(_open, staff_request.service.rules.vault, key)
    if found is None:
        raise Problem(404, refusals.NO_SUCH_PAGE)
    await note_look(staff_request, "set aside content seen", key)
    return found


def _open(db: Connection, vault: Vault, key: str) -> str | None:
    try:
        found = dead_letters.content_of(db, vault, key)
    except VaultError:
        return refusals.SEALED_FOR_GOOD
    return json.dumps(found, ensure_ascii=False, indent=2)[:LONGEST_SHOWN] if found is not None else None


async def _page(
    staff_request: StaffRequest, *, done: str = "", code: str = "", shown: str = "", content: str | None = None
) -> HTMLResponse:
    service = staff_request.service
    read, unread = await staff_request.read_page(_read, staff_request.who, service.rules.topic_groups)
    values: dict[str, Any] = {"read": read, "done": done, "code": code, "shown": shown, "content": content}
    values |= {"bot": service.bot_name, "is_set_up": bool(service.settings.telegram_token)}
    values["minutes"] = int(one_time_codes.LIFETIME.total_seconds()) // 60
    answer = frame(staff_request, "console/telegram.html", service.clock(), unread, **values)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _read(db: Connection, who: Staff, topic_groups: Sequence[int]) -> TelegramView:
    linked = messenger_accounts.account_of(db, who.id) is not None
    if not who.may("set_aside"):
        return TelegramView(linked, (), ())
    accounts = tuple(_account_view(account) for account in business_connections.all_accounts(db))
    aside = tuple(dead_letters.waiting(db))
    return TelegramView(linked, tuple(_groups(db, topic_groups)), aside, trouble_of(db), accounts)


def _account_view(account: BusinessAccount) -> AccountView:
    missing = [sentence for right, sentence in words.MISSING.items() if not account.may(right)]
    if not account.enabled:
        missing = [words.NOT_ENABLED]
    elif account.rights is None:
        missing = [words.RIGHTS_UNKNOWN]
    return AccountView(account.owner_name or words.OWNER, account.enabled, account.since, tuple(missing))


def _groups(db: Connection, topic_groups: Sequence[int]) -> list[GroupView]:
    columns = (groups.c.chat, groups.c.trouble, groups.c.trouble_at, groups.c.moved_to)
    known = {row.chat: row for row in db.execute(select(*columns))}
    chats = dict.fromkeys([*topic_groups, *known])
    rows = ((chat, known.get(chat)) for chat in chats)
    return [
        GroupView(chat, row.trouble if row else None, row.trouble_at if row else None, row is not None)
        for chat, row in rows
        if row is None or row.moved_to is None
    ]
