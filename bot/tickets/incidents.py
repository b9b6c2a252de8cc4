"""Service interruptions: declare, end, and inform the customers concerned once each, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.notifications import notice_inbox
from bot.notifications.notice import Audience, Notice
from bot.rules import Rules
from bot.storage.database import be_alone
from bot.transcript.several_locks import lock_free
from bot.wording.phrases import in_script, incident_over
from bot.wording.sanitise import clean
from escalation.incidents import incident_store
from escalation.incidents.model import Incident, IncidentDraft, check_draft, check_end
from escalation.journal.journal_store import record
from escalation.staff import Staff
from knowledge_base.text.normalise import normalise
from knowledge_base.text.scripts import to_traditional

BATCH = 100  # conversations per transaction: a message that comes meanwhile waits for one batch at most


def declare(db: Connection, rules: Rules, who: Staff, draft: IncidentDraft, now: datetime) -> Incident:
    """Declare an incident; `notify_some` informs the customers concerned. Raises IncidentRefused."""
    be_alone(db)  # of two who declare the same thing at once, the second hears that it is declared
    draft = checked(db, rules, who, draft)
    declared = incident_store.insert_incident(db, draft, who.id, now)
    after = {"title": draft.title, "topics": draft.topics, "words": draft.words, "notice": draft.notice}
    record(db, f"incident:{declared.id}", "incident declared", who.login, now, after=after)
    return declared


def checked(db: Connection, rules: Rules, who: Staff, draft: IncidentDraft) -> IncidentDraft:
    """Return a draft as it would be declared; raises IncidentRefused when it may not be."""
    draft = IncidentDraft(
        clean(draft.title), tuple(dict.fromkeys(draft.topics)), _plain(draft.words), clean(draft.notice)
    )
    check_draft(rules.policy, who, draft, incident_store.running_incidents(db))
    return draft


def end(db: Connection, rules: Rules, who: Staff, incident_id: int, text: str, now: datetime) -> Incident:
    """End an incident and notify the holders of its tickets; `notify_some` tells customers. Raises IncidentRefused."""
    text = clean(text)
    found = incident_store.lock_incident(db, incident_id)
    incident = check_end(rules.policy, who, incident_id, found, text)
    incident_store.end_incident(db, incident_id, who.id, text, now)
    record(db, f"incident:{incident_id}", "incident ended", who.login, now, after={"notice": text})
    for staff_id, numbers in incident_store.open_tickets_by_holder(db, incident_id).items():
        words = incident_over(incident.title, numbers)
        notice = Notice(numbers[0], "incident", words, (Audience("staff", str(staff_id)),))
        notice_inbox.save_notice(db, rules.vault, notice, now)
    return incident


def has_more_to_notify(db: Connection) -> bool:
    """Whether `notify_some` would find a customer to inform; reads without a lock."""
    running = incident_store.running_incidents(db)
    untold = any(incident_store.conversations_to_notify(db, one, spellings_of(one.words), 1) for one in running)
    return untold or incident_store.conversations_to_notify_end(db, 1) is not None


def notify_some(db: Connection, now: datetime) -> int:
    """Inform up to BATCH customers of an incident or of its end; returns how many.

    Conversations locked by another transaction are left for the next call, so 0 does not prove that all are informed.
    """
    for incident in incident_store.running_incidents(db):
        if done := _tell_begin(db, incident, now):
            return done
    return _tell_end(db, now)


def _tell_begin(db: Connection, incident: Incident, now: datetime) -> int:
    spellings = spellings_of(incident.words)
    wanted = incident_store.conversations_to_notify(db, incident, spellings, BATCH)
    # Everybody locks conversation, ticket, incident in this order, and the ledger's row comes last.
    found = lock_free(db, wanted) if wanted else []
    ids = [conversation.id for conversation in found]
    numbers = incident_store.tickets_to_attach(db, incident, spellings, ids) if ids else []
    if not ids or not incident_store.lock_running(db, incident.id):
        return 0
    untold = incident_store.mark_notified(db, incident.id, ids, now)
    for conversation in found:
        if conversation.id in untold:
            send_to_customer(
                db,
                conversation,
                in_script(incident.notice, conversation.language),
                now,
                unasked=True,
                about=conversation.ticket_id,
                incident=incident.id,
            )
    incident_store.attach(db, incident, numbers, now)
    return len(found)


def _tell_end(db: Connection, now: datetime) -> int:
    wanted = incident_store.conversations_to_notify_end(db, BATCH)
    if wanted is None:
        return 0
    incident = incident_store.get_incident(db, wanted[0])
    assert incident is not None, "the ledger refers to it"
    found = lock_free(db, wanted[1])
    untold = incident_store.mark_end_notified(db, incident.id, [conversation.id for conversation in found], now)
    for conversation in found:
        if conversation.id in untold:
            words = in_script(incident.end_notice or "", conversation.language)
            about = conversation.ticket_id
            send_to_customer(db, conversation, words, now, unasked=True, about=about, incident=incident.id)
    return len(found)


def _plain(words: Iterable[str]) -> tuple[str, ...]:
    plain = (normalise(word).replace(" ", "") for word in words)
    return tuple(dict.fromkeys(word for word in plain if word))


def spellings_of(words: Iterable[str]) -> set[str]:
    """Return the words in both scripts: a ticket's subject is kept as the customer wrote it."""
    return {spelt for word in words for spelt in (word, to_traditional(word))}
