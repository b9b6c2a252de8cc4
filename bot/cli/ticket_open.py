"""`jiedai tickets open`: a ticket for a call, a mail or a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import uuid4

from sqlalchemy import Connection

from bot.agents.danger_alarm import Alarm, alarm_at_entry
from bot.agents.new_tickets import EnteredMatter, enter
from bot.app import NotReady
from bot.cli.command import ActingAs, argument
from bot.cli.danger_alarms import with_alarm
from bot.cli.errors import english
from bot.cli.output import Result
from bot.cli.policy import one_of
from bot.cli.session import Where, opened
from bot.cli.staff import person
from bot.rules import Rules
from escalation.tickets import deadline_store
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.working_hours.instants import iso, parse_instant


def open_ticket(
    settings: Where,
    what: Annotated[str, argument(metavar="WHAT", help="the matter in one sentence")],
    acting: ActingAs,
    channel: Annotated[str, argument("--channel", metavar="C", help="phone, mail or visit")],
    customer: Annotated[str | None, argument("--customer", metavar="ID", help="the contact's CRM id")] = None,
    caller: Annotated[str, argument("--caller", metavar="TEXT", help="who a stranger says they are")] = "",
    details: Annotated[str, argument("--details", metavar="TEXT", help="what else they said")] = "",
    topic: Annotated[str | None, argument("--topic", metavar="T", help="a topic of the policy")] = None,
    urgency: Annotated[str | None, argument("--urgency", metavar="U", help="an urgency of the policy")] = None,
    raised: Annotated[str | None, argument("--raised", metavar="INSTANT", help="when, with an offset (now)")] = None,
    complaint: Annotated[bool, argument("--complaint", help="they complain")] = False,
    answered: Annotated[bool, argument("--answered", help="somebody has spoken with them: the first contact")] = False,
    hold: Annotated[bool, argument("--hold", help="take it at once")] = False,
) -> Result:
    """Open a ticket; its clocks run from when the matter was raised. Raises NotReady for what cannot be entered."""
    at, key = _instant(raised), uuid4().hex
    matter = EnteredMatter(
        key,
        channel,
        what,
        customer,
        caller,
        details,
        topic,
        urgency,
        at,
        complaint,
        answered,
        hold,
    )
    with opened(settings, "at once") as service:
        if topic is not None:
            one_of(service.rules.policy.topics, topic, "topic")
        if urgency is not None:
            one_of(service.rules.policy.urgencies, urgency, "urgency")
        try:
            ticket, due, alarm = service.database.write_now(_enter, service.rules, acting, matter, service.clock())
        except Refused as refused:
            raise NotReady(english(refused, 0, {})) from None
    told = iso(due, service.rules.policy.zone) if due is not None else None
    by = f"first contact by {told}" if told else "the first contact is made"
    value = {"ticket": ticket.id, "queue": ticket.queue, "tier": ticket.tier, "urgency": ticket.urgency}
    value |= {"first_contact_by": told, "danger": alarm or None}
    done = f"Opened: ticket {ticket.id} is {ticket.state} in {ticket.queue}; {by}."
    return Result(value, with_alarm(service.rules.policy, done, ticket.id, alarm))


def _instant(text: str | None) -> datetime | None:
    try:
        return None if text is None else parse_instant(text)
    except ValueError as error:
        raise NotReady(str(error)) from None


def _enter(
    db: Connection, rules: Rules, acting: str, matter: EnteredMatter, now: datetime
) -> tuple[Ticket, datetime | None, Alarm]:
    who = person(db, acting)
    ticket = enter(db, rules, who, who.login, matter, now)
    return ticket, deadline_store.promised(db, ticket.id), alarm_at_entry(db, ticket.id)
