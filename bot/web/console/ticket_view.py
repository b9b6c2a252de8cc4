"""All data of the ticket page, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, or_, select

from bot.delivery.customer_messages import hears_nothing
from bot.delivery.read_marks import read_to
from bot.notifications import notice_inbox
from bot.rules import Rules
from bot.transcript import conversations, message_store
from bot.transcript.conversations import Conversation
from bot.transcript.edits import newest_revision
from bot.transcript.message_store import Message, messages
from bot.transcript.visible_lines import split_lines, tickets_in_sight
from bot.web.console.conversation_view import TalkLine, read_talk
from bot.web.console.deadline_view import Clock, clock_of, in_order
from bot.web.console.rating_view import RatingView, read_ratings
from bot.web.console.report_draft import draft_report, report_to_whom
from bot.web.console.task_view import TaskCard, cards_of
from bot.web.console.ticket_customer import CustomerCard, read_card
from bot.wording.matter_titles import is_unsaid
from escalation.customers.customer_store import find_customers
from escalation.customers.model import Customer
from escalation.customers.personal_data import IdentityClaim, claims_in, starred_claim
from escalation.incidents import incident_store
from escalation.incidents.model import Incident
from escalation.staff import Staff, all_staff, staff_names
from escalation.tickets import deadline_store, history, ticket_store
from escalation.tickets.access import helps, is_in_hand, sees
from escalation.tickets.confidential import is_complaint, is_named
from escalation.tickets.deadline_store import DeadlineRow
from escalation.tickets.id_list import ids_in
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.plans import Plan, plans_of, reports_of
from escalation.tickets.ticket_store import tickets
from escalation.tickets.undoing import undoable

# reading: seen, not acted on; helping: the same, but for notes and answers
Mode = Literal["waiting", "mine", "other", "finished", "reading", "helping"]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An entry of the ticket's history."""

    at: datetime
    kind: str
    who: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ConsideredArticle:
    """An article that the bot considered."""

    id: str
    question: str
    confidence: float | None
    answer: str
    rejected: bool


@dataclass(frozen=True, slots=True)
class TicketView:
    """The data of the ticket page."""

    ticket: Ticket
    mode: Mode
    holder: str | None
    conversation: Conversation
    customer: Customer | None
    talk: tuple[TalkLine, ...]
    clocks: tuple[Clock, ...]
    events: tuple[HistoryLine, ...]
    plans: tuple[Plan, ...]
    reports: tuple[Row[Any], ...]
    report_to: str  # whom the policy owes a service report; empty where it owes none
    draft: str  # of that report
    tried: tuple[ConsideredArticle, ...]
    claims: tuple[IdentityClaim, ...]
    earlier: tuple[Ticket, ...]
    people: tuple[Staff, ...]  # everybody who may sign in
    names: dict[int, str]  # of former staff too
    unread: int
    latest: str  # what the customer last wrote about it
    incident: Incident | None  # the service interruption it belongs to
    interruptions: tuple[Incident, ...]  # to which it may be said to belong: those that are on, and its own
    leads: bool  # whether this person leads its queue
    within_reach: frozenset[int]  # which of the earlier tickets this person may see
    is_complaint: bool
    tasks: tuple[TaskCard, ...]  # what colleagues were asked for
    undoable: str  # the kind of what was done a moment ago and may be taken back; empty for nothing
    subjects_named: bool  # whether somebody has said whom the complaint is about
    card: CustomerCard
    untold: bool  # whether nothing that is said now reaches the customer
    rated: RatingView

    @property
    def labels(self) -> dict[str, str]:
        """Milestone labels by id."""
        return {clock.row.milestone: clock.row.label for clock in self.clocks}

    @property
    def open_clocks(self) -> list[Clock]:
        """Open deadlines, the most urgent first."""
        return [clock for clock in self.clocks if clock.row.state == "open"]

    @property
    def open_tasks(self) -> int:
        """How many requests wait for an answer."""
        return sum(card.task.state == "open" for card in self.tasks)

    def named(self, ids: str) -> str:
        """Return the names of a list of staff ids, as `id_list` writes it."""
        return "、".join(self.names.get(each, str(each)) for each in sorted(ids_in(ids)))

    @property
    def repeats(self) -> bool:
        """Whether a breach is repeated until somebody acknowledges it."""
        return any(clock.repeats for clock in self.clocks)


def read_ticket_view(
    db: Connection, rules: Rules, who: Staff, queues: Sequence[str], ticket_id: int, now: datetime
) -> TicketView:
    """Return the ticket page's data for this person; raises Refused: "not_found" or "forbidden"."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    if not sees(who, ticket):
        raise Refused("forbidden")
    conversation = conversations.get_conversation(db, ticket.conversation_id)
    names = staff_names(db)
    in_sight = tickets_in_sight(db, who, conversation.id)
    talk = [*message_store.lines_elsewhere(db, conversation.id, ticket_id), *message_store.latest(db, conversation.id)]
    talk.sort(key=lambda line: line.id)
    lines = split_lines(talk, ticket, in_sight)[0]
    known = find_customers(db, rules.vault, rules.policy, {ticket.contact_id} if ticket.contact_id else (), now)
    customer = known.get(ticket.contact_id or "")
    rows, events = deadline_store.deadlines_of(db, ticket_id), history.history_of(db, ticket_id)
    plans, report_to = plans_of(db, ticket_id), report_to_whom(rules.policy, ticket)
    earlier, rated = _earlier(db, ticket), read_ratings(db, rules.policy, ticket)
    return TicketView(
        ticket=ticket,
        mode=_mode(ticket, who),
        holder=names.get(ticket.holder_id or 0),
        conversation=conversation,
        customer=customer,
        talk=read_talk(db, ticket, talk, names, in_sight),
        clocks=_clocks(rows, events, now),
        events=tuple(HistoryLine(row.at, row.kind, names.get(row.staff_id, ""), row.data) for row in events),
        plans=tuple(plans),
        reports=tuple(reports_of(db, ticket_id)),
        report_to=report_to,
        draft=draft_report(rules.policy, ticket, customer, rows, plans, names, (lines, rated)) if report_to else "",
        tried=_tried(rules, ticket),
        claims=_claims((line for line in lines if line.author == "customer"), whole=ticket.holder_id == who.id),
        earlier=earlier,
        people=tuple(all_staff(db)),
        names=names,
        unread=notice_inbox.count_unread(db, who, queues),
        latest=_latest(ticket, lines),
        incident=(incident := incident_store.get_incident(db, ticket.incident_id or 0)),
        interruptions=_interruptions(db, incident),
        leads=who.leads_in(ticket.queue),
        within_reach=frozenset(each.id for each in earlier if sees(who, each)),
        is_complaint=(complaint := is_complaint(rules.policy, ticket)),
        tasks=cards_of(db, who, ticket, names, now),
        undoable=undoable(rules.policy, events, now),
        subjects_named=complaint and is_named(db, ticket_id),
        card=read_card(db, rules, ticket, conversation, lines, now),
        untold=hears_nothing(db, conversation),
        rated=rated,
    )


def read_fingerprint(db: Connection, ticket_id: int) -> tuple[int, int, int, int, int]:
    """Return the page's fingerprint: if it differs, the page is out of date."""
    ticket = ticket_store.get_ticket(db, ticket_id)
    talk = ticket.conversation_id
    lines = select(messages.c.id).where(messages.c.conversation_id == talk).order_by(messages.c.id.desc())
    spoken = db.scalar(lines.limit(1))
    happened = db.scalar(_newest(history.ticket_events, ticket_id))
    noted = db.scalar(_newest(ticket_store.notes, ticket_id))
    elsewhere = message_store.lines_elsewhere(db, talk, ticket_id, 1)
    spoken = max(spoken or 0, *(line.id for line in elsewhere), 0)
    return spoken, happened or 0, noted or 0, newest_revision(db, talk), read_to(db, talk)


def _newest(table: Any, ticket_id: int) -> Any:
    return select(table.c.id).where(table.c.ticket_id == ticket_id).order_by(table.c.id.desc()).limit(1)


def _clocks(rows: Sequence[DeadlineRow], events: Sequence[Row[Any]], now: datetime) -> tuple[Clock, ...]:
    reclassified = {row.data.get("milestone") for row in events if row.kind == "breached_by_reclassification"}
    return tuple(in_order((clock_of(row, now, reclassified) for row in rows), now))


def _mode(ticket: Ticket, who: Staff) -> Mode:
    if not is_in_hand(who, ticket):
        return "helping" if helps(who, ticket) else "reading"
    if not ticket.is_open:
        return "finished"
    if ticket.holder_id is None:
        return "waiting"
    return "mine" if ticket.holder_id == who.id else "other"


def _tried(rules: Rules, ticket: Ticket) -> tuple[ConsideredArticle, ...]:
    """The candidates of the hand-off, then articles that the customer had rejected before."""
    listed = [
        ConsideredArticle(c["id"], c["question"], c["confidence"], c.get("answer", ""), c["id"] in ticket.rejected)
        for c in ticket.candidates
    ]
    ids = {tried.id for tried in listed}
    articles = {entry.article.id: entry.article for entry in rules.index.entries if entry.article.id in ticket.rejected}
    shunned = [articles[each] for each in dict.fromkeys(ticket.rejected) if each not in ids and each in articles]
    return (*listed, *(ConsideredArticle(each.id, each.question, None, each.answer, rejected=True) for each in shunned))


def _latest(ticket: Ticket, lines: Sequence[Message]) -> str:
    said = (line for line in reversed(lines) if line.author == "customer" and line.kind == "text")
    title = "" if is_unsaid(ticket.subject) else ticket.subject
    return next((line.words for line in said if line.ticket_id == ticket.id), title)


def _interruptions(db: Connection, own: Incident | None) -> tuple[Incident, ...]:
    running = incident_store.running_incidents(db)
    return tuple(running) if own is None or own in running else (own, *running)


def _claims(lines: Iterable[Message], *, whole: bool) -> tuple[IdentityClaim, ...]:
    """What customers say of themselves; telephone numbers whole for whoever has claimed the ticket."""
    found = dict.fromkeys(claim for line in lines if line.kind == "text" for claim in claims_in(line.words))
    return tuple(found if whole else dict.fromkeys(map(starred_claim, found)))


def _earlier(db: Connection, ticket: Ticket) -> tuple[Ticket, ...]:
    same = tickets.c.conversation_id == ticket.conversation_id
    mine = or_(same, tickets.c.contact_id == ticket.contact_id) if ticket.contact_id else same
    return tuple(ticket_store.find_tickets(db, mine, tickets.c.id != ticket.id, limit=10))
