"""What a customer agreed to, told and changed by taps: withdrawing takes as many as agreeing, and costs no service."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.dialogue.consent_list import consents_in_words, purposes_of
from bot.dialogue.intake import Receipt
from bot.dialogue.self_service import begin_tap
from bot.messages import Incoming
from bot.rules import Rules
from bot.tickets.customer_consents import record, whose
from bot.transcript import conversations, processed_keys
from bot.wording import consents as words
from bot.wording.choices import ConsentChosen, ConsentsAsked, parse_choice
from bot.wording.phrases import in_script
from escalation.customers.consents import Consent


def may_consent(rules: Rules, tap: Incoming) -> bool:
    """Whether a tap asks for what may be agreed to, or names one of these purposes."""
    chosen = parse_choice(tap.choice)
    return isinstance(chosen, ConsentsAsked) or (
        isinstance(chosen, ConsentChosen) and chosen.purpose in purposes_of(rules.policy)
    )


def take_consent_tap(db: Connection, rules: Rules, message: Incoming, now: datetime) -> Receipt:
    """Carry out a tap that `may_consent`, once per key, and say what came of it."""
    turn = begin_tap(db, rules, message, now)
    line = processed_keys.message_of_key(db, message.channel, message.key)
    if turn is None:
        found = conversations.find_conversation(db, message.channel, message.address)
        return Receipt(found.id if found is not None else 0, line, duplicate=True)
    chosen = parse_choice(message.choice)
    if isinstance(chosen, ConsentChosen):
        version = rules.policy.notice.version if rules.policy.notice is not None else ""
        said = Consent(chosen.purpose, chosen.given, now, version, message.channel, "customer")
        record(db, whose(db, turn.conversation), said)
        purpose = purposes_of(rules.policy)[chosen.purpose]
        told = (words.GIVEN if chosen.given else words.WITHDRAWN).format(what=purpose.label)
        turn.send(in_script(told, turn.conversation.language))
    else:
        turn.send(*consents_in_words(db, rules, turn.conversation, now))
    conversations.save_conversation(db, turn.conversation, now)
    return Receipt(turn.conversation.id, line, duplicate=False)
