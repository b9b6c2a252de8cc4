"""`jiedai privacy retention|hold|holds`: how long what is kept of persons stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import ActingAs, argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person as staff_called
from bot.privacy import retention
from bot.privacy.carrying_out import Ground, carry_out_all
from bot.privacy.person import customer_called
from bot.privacy.placing_holds import place_hold
from bot.privacy.retention_preview import Preview, preview
from bot.privacy.retention_store import passes
from bot.privacy.unstated_retention import UNSTATED
from bot.rules import Rules
from bot.service import Service
from escalation.customers.customer_store import find_customer
from escalation.customers.holds import RetentionHold, holds_on
from escalation.policy.yaml_blocks import parse_day
from escalation.tickets.lifecycle import Refused
from escalation.tickets.ticket_store import get_ticket

_HASH = "#"


def run(
    service: WithoutKnowledge,
    dry_run: Annotated[
        bool, argument("--dry-run", help="only say what would go, and what stays on which ground")
    ] = False,
) -> Result:
    """Let go what has been kept for its period, step by step, as the service does each day.

    Raises NotReady where a running service is at it.
    """
    if not service.rules.policy.privacy.retention.is_stated:
        return Result([] if dry_run else {"gone": {}, "erased": 0}, UNSTATED)
    if dry_run:
        return _told(service, list(preview(service.database.read_now, service.rules, service.clock())))
    now = service.clock()
    while service.database.write_now(retention.take_step, service.rules, now):
        pass
    if service.database.read_now(retention.is_due, service.rules, now):
        raise NotReady(
            "A running service is letting go just now; `jiedai privacy retention --dry-run` says what is left."
        )
    day = retention.day_of(service.rules, now)
    found = service.database.read_now(passes)
    gone = {name: each.gone for name, each in found.items() if each.day == day and name != retention.TOLD}
    erased = carry_out_all(Ground.of(service.settings, service.database, lambda: service.rules, service.clock))
    return Result({"gone": gone, "erased": erased}, list(_ended(gone, erased)))


def hold(
    service: WithoutKnowledge,
    called: Annotated[str, argument(metavar="CONTACT|TICKET", help="a contact's id or name, or a ticket's number")],
    acting: ActingAs,
    ground: Annotated[str, argument("--ground", metavar="TEXT", help="why it is kept longer, in words")] = "",
    until: Annotated[str, argument("--until", metavar="DAY", help="its last day, such as 2027-12-31")] = "",
) -> Result:
    """Keep what is held of a contact or a ticket beyond its period.

    Raises RightsRefused without a ground or a last day and for a day that is over, NotReady for what names neither.
    """
    read, write = service.database.read_now, service.database.write_now
    who, whose = read(staff_called, acting), read(_whose, service.rules, called, service.clock())
    day = _day(until) if until else None
    found = write(place_hold, service.rules, whose, ground, day, who, service.clock())
    return Result(_as_json(found), f"{found.chain} is held until {found.until}: {found.ground}.")


def show_holds(service: WithoutKnowledge) -> Result:
    """Return the holds that are in force; each ends by its day."""
    today = service.clock().astimezone(service.rules.policy.zone).date()
    found = service.database.read_now(holds_on, today)
    rows = [(each.chain, each.ground, str(each.until), each.by) for each in found]
    return Result([_as_json(each) for each in found], [Table("Holds", ("what", "ground", "until", "by"), rows)])


def _told(service: Service, found: Sequence[Preview]) -> Result:
    periods = service.rules.policy.privacy.retention.periods
    rows = [
        (each.of_class, each.kind, str(periods[each.of_class]), str(each.going), str(each.oldest or ""), _kept(each))
        for each in found
    ]
    headings = ("class", "what", "kept for", "would go", "oldest", "stays")
    value = [
        {
            "class": each.of_class,
            "what": each.kind,
            "before": each.before.isoformat(),
            "going": each.going,
            "oldest": each.oldest.isoformat() if each.oldest else None,
            "kept": dict(each.kept),
        }
        for each in found
    ]
    return Result(value, [Table("What has been kept for its period", headings, rows)])


def _kept(found: Preview) -> str:
    return "; ".join(f"{count} for {ground}" for ground, count in sorted(found.kept.items()))


def _ended(gone: dict[str, int], erased: int) -> Iterator[str]:
    counts = ", ".join(f"{count} {name}" for name, count in gone.items() if count and name != "contacts")
    yield f"Gone today: {counts or 'nothing'}."
    if gone.get("contacts") or erased:
        begun = gone.get("contacts", 0)
        yield f"Contacts whose erasure began: {begun}; carried out now: {erased}, the rest by the service."


def _whose(db: Connection, rules: Rules, called: str, now: datetime) -> str | int:
    number = called.removeprefix(_HASH)
    if not number.isdigit():
        return customer_called(db, rules, called, now).contact.id
    is_contact = not called.startswith(_HASH) and find_customer(db, rules.vault, rules.policy, called, now) is not None
    try:
        ticket = get_ticket(db, int(number)).id
    except Refused:
        if is_contact:
            return called
        raise NotReady(f"There is no ticket {number}; `jiedai tickets list --all` shows those there are.") from None
    if is_contact:
        raise NotReady(f"{number} is a contact and a ticket; write '#{number}' for the ticket, or the contact's name.")
    return ticket


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError:
        raise NotReady(f'A day is written such as 2027-12-31; found "{text}".') from None


def _as_json(found: RetentionHold) -> dict[str, Any]:
    told = {"hold": found.id, "contact": found.contact_id, "ticket": found.ticket_id, "ground": found.ground}
    return told | {"until": found.until.isoformat(), "by": found.by, "at": found.at.isoformat()}
