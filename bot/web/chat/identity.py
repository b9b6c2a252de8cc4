"""Who a session belongs to, proven when it is opened or in the middle of a talk; never anybody else afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.auth import one_time_codes
from bot.dialogue.identity import identify
from bot.rules import Rules
from bot.transcript import joining
from bot.transcript.addresses import WEB
from bot.transcript.conversations import find_conversation
from escalation.customers.customer_store import present_id


class NoLonger(Exception):
    """A link that was good a moment ago and has been used since."""


class SomebodyElses(Exception):
    """The session is proven to be another contact's."""


def identify_session(db: Connection, rules: Rules, address: str, contact_id: str, now: datetime) -> bool:
    """Link a session to a proven contact, whose one conversation it shows from then on; False if the CRM has none.

    Raises SomebodyElses for a session that is another contact's: nothing of theirs may move, nor be shown.
    """
    contact_id = present_id(db, contact_id)
    joining.lock_together(db, WEB, address, contact_id)
    conversation = find_conversation(db, WEB, address)
    if conversation is not None and conversation.contact_id not in (None, contact_id):
        raise SomebodyElses
    return identify(db, rules, WEB, address, contact_id, "token", now).contact_id == contact_id


def enter_by_link(db: Connection, rules: Rules, secret: str, address: str, code: str, now: datetime) -> None:
    """Use up a link's code, and let a new session be its contact's; raises NoLonger if it was used meanwhile."""
    contact_id = one_time_codes.redeem(db, secret, "chat", code, now)
    if contact_id is None:
        raise NoLonger
    identify(db, rules, WEB, address, contact_id, "link", now)
