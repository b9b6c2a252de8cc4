"""How a customer stands to what rests on consent: their own acts, and their wish for no surveys, as one."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.transcript.conversations import Conversation, talks_of
from escalation.customers.consents import Consent, Whose, consents_of, record_consent
from escalation.surveys import survey_consents

SURVEYS = "surveys"


def whose(db: Connection, conversation: Conversation) -> Whose:
    """Return the customer of a conversation: the contact with all their conversations, or this one."""
    others = [each for each in talks_of(db, conversation.contact_id) if each != conversation.id]
    return Whose(conversation.contact_id, (conversation.id, *others))


def of_contact(db: Connection, contact_id: str) -> Whose:
    """Return a contact as whose consent is asked for."""
    return Whose(contact_id, talks_of(db, contact_id))


def standing(db: Connection, customer: Whose) -> dict[str, Consent]:
    """Return what counts now by purpose; that no surveys are wished counts from wherever it was said."""
    found = consents_of(db, customer)
    if customer.contact_id is not None:
        off = survey_consents.withdrawn_at(db, customer.contact_id)
        last = found.get(SURVEYS)
        if off is not None and (last is None or last.given):
            found[SURVEYS] = Consent(SURVEYS, given=False, at=off, version="", channel="", by="customer")
    return found


def record(db: Connection, customer: Whose, said: Consent) -> bool:
    """Record what a customer said of a purpose, for surveys where they are sent from too; False if it is so already."""
    changed = record_consent(db, customer, said)
    if said.purpose == SURVEYS and customer.contact_id is not None:
        changed |= survey_consents.set_wanted(db, customer.contact_id, said.channel, said.at, wanted=said.given)
    return changed
