"""`jiedai customers consents`: what a contact agreed to; what was said on paper or by telephone is recorded here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from sqlalchemy import Connection

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.customer_file import BY, ContactId
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table, minute
from bot.cli.session import WithoutKnowledge
from bot.rules import Rules
from bot.tickets.customer_changes import NoSuchContact
from bot.tickets.customer_consents import of_contact, record, standing
from escalation.customers.consents import Consent
from escalation.customers.customer_store import find_customer
from escalation.journal import journal_store
from escalation.policy.privacy_notice import PURPOSES
from escalation.working_hours.instants import iso

Give = Annotated[str | None, argument("--give", metavar="PURPOSE", help=f"they agree to one of {', '.join(PURPOSES)}")]
Withdraw = Annotated[str | None, argument("--withdraw", metavar="PURPOSE", help="they do not agree, or no longer")]


def run(service: WithoutKnowledge, contact_id: ContactId, give: Give = None, withdraw: Withdraw = None) -> Result:
    """Return what a contact agreed to, after recording what they say now; on record in the journal.

    Raises NoSuchContact, and NotReady for an unknown purpose, one the policy does not ask for, or both wishes at once.
    """
    if give is not None and withdraw is not None:
        raise NotReady("Give either --give or --withdraw, not both.")
    rules, now = service.rules, service.clock()
    if service.database.read_now(find_customer, rules.vault, rules.policy, contact_id, now) is None:
        raise NoSuchContact(contact_id)
    purpose = give if give is not None else withdraw
    if purpose is not None:
        if purpose not in PURPOSES:
            raise NotReady(f'There is no purpose "{purpose}"; consent is recorded for {", ".join(PURPOSES)}.')
        if give is not None:
            _demand_asked(rules, purpose)
        service.database.write_now(_record, rules, contact_id, purpose, now, given=give is not None)
    found = service.database.read_now(lambda db: standing(db, of_contact(db, contact_id)))
    zone = rules.policy.zone
    told = [_as_json(each, iso(each.at, zone)) for each in found.values()]
    if not found:
        return Result(told, f"{contact_id} has said nothing of what rests on consent.")
    rows = [
        (each.purpose, "agreed" if each.given else "not agreed", minute(each.at, zone), each.channel, each.by)
        for each in found.values()
    ]
    return Result(told, [Table(f"Consents of {contact_id}", ("purpose", "", "since", "door", "by"), rows)])


def _demand_asked(rules: Rules, purpose: str) -> None:
    """Agreeing needs somebody who asks; what the policy has ceased to ask for can still be withdrawn."""
    asked = rules.policy.notice.consents if rules.policy.notice is not None else {}
    if purpose not in asked:
        there = f"it asks for {', '.join(asked)}" if asked else "it asks for none"
        raise NotReady(f'The policy asks nobody for consent to "{purpose}"; {there} (`privacy: consents:`).')


def _record(db: Connection, rules: Rules, contact_id: str, purpose: str, now: datetime, *, given: bool) -> None:
    version = rules.policy.notice.version if rules.policy.notice is not None else ""
    said = Consent(purpose, given, now, version, "cli", f"cli {os_user()}")
    if record(db, of_contact(db, contact_id), said):
        what = "consent given" if given else "consent withdrawn"
        journal_store.record(db, f"customer:{contact_id}", what, BY, now, after={"purpose": purpose, "user": os_user()})


def _as_json(said: Consent, at: str) -> dict[str, str | bool]:
    told: dict[str, str | bool] = {"purpose": said.purpose, "given": said.given, "since": at}
    return told | {"version": said.version, "door": said.channel, "by": said.by}
