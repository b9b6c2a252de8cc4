"""What /find shows: tickets found by number, name, telephone number or words, with the search of the console."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.rules import Rules
from bot.telegram.desk.topic_card import mark
from bot.telegram.sending.rich_text import RichText
from bot.tickets.search import TicketSearch, find_tickets, words_of
from bot.topic_sync.topics import links
from bot.wording import finding
from bot.wording.labels import CONFIDENTIAL, state_label
from bot.wording.outside_chat import customer_outside
from bot.wording.utf16 import cut
from escalation.customers.starring import starred
from escalation.policy.model import Policy
from escalation.staff import Staff
from escalation.tickets.queries import TicketOverview

MOST = 10  # tickets of one answer
LONGEST_WORDS = 100  # characters that are searched for, as in the console
_CUSTOMER, _SUBJECT = 40, 30  # characters of a line


def found_tickets(db: Connection, rules: Rules, console: str, who: Staff, text: str, now: datetime) -> RichText:
    """Return up to MOST of the tickets that this person may see and that hold the words, each a link to its topic.

    A ticket without a topic leads to its page in the console. Without words: how to use it.
    """
    asked = " ".join(text.split())[:LONGEST_WORDS]
    if not words_of(asked):
        return RichText(finding.HOW_TO_FIND)
    found = find_tickets(db, rules, TicketSearch(asked), now, who=who, limit=MOST)
    if not found.total:
        return RichText(finding.NOTHING_FOUND.format(words=asked))
    told = RichText().bold(finding.FOUND.format(number=found.total))
    urls = links(db, [entry.ticket.id for entry in found.entries])
    for entry in found.entries:
        number = entry.ticket.id
        page = f"{console}/console/tickets/{number}" if console else ""
        told.plain(f"\n{mark(rules.policy, entry.ticket)} ").link(f"#{number}", urls.get(number, page))
        told.plain(f" {_about(rules.policy, entry)}")
    more = found.total - len(found.entries)
    return told.plain(finding.MORE_FOUND.format(number=more)) if more else told


def _about(policy: Policy, entry: TicketOverview) -> str:
    """Customer, matter and state; where a list cannot be shown alone others may read it, so nothing confidential."""
    ticket = entry.ticket
    if ticket.closed_to:
        return f"{CONFIDENTIAL} · {state_label(ticket)}"
    customer = cut(customer_outside(policy, entry.customer), _CUSTOMER)
    subject = cut(" ".join(starred(ticket.subject).split()), _SUBJECT)
    return " · ".join(filter(None, (customer, subject, state_label(ticket))))
