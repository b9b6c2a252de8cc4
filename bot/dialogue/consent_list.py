"""What a customer may agree to, how each of it stands, and the buttons that change it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from bot.messages import Button
from bot.rules import Rules
from bot.tickets.customer_consents import standing, whose
from bot.transcript.conversations import Conversation
from bot.wording import consents as words
from bot.wording.choices import ConsentChosen, payload
from bot.wording.phrases import in_script
from escalation.customers.consents import Consent
from escalation.policy.model import Policy
from escalation.policy.privacy_notice import ConsentPurpose


def consents_in_words(
    db: Connection, rules: Rules, conversation: Conversation, now: datetime
) -> tuple[str, list[Button]]:
    """Return what may be agreed to, how each stands, and a button that changes each."""
    purposes = purposes_of(rules.policy)
    if not purposes:
        return in_script(words.NOTHING_ASKED, conversation.language), []
    stand = standing(db, whose(db, conversation))
    lines = [words.line(purposes[name], stand.get(name), rules.policy, now) for name in purposes]
    text = "\n".join([words.HEAD, *lines, words.NO_HARM])
    return in_script(text, conversation.language), list(_buttons(purposes, stand, conversation.language))


def purposes_of(policy: Policy) -> dict[str, ConsentPurpose]:
    """Return the purposes for which this policy asks consent."""
    return dict(policy.notice.consents) if policy.notice is not None else {}


def _buttons(purposes: dict[str, ConsentPurpose], stand: dict[str, Consent], language: str) -> Iterator[Button]:
    for name, purpose in purposes.items():
        given = name in stand and stand[name].given
        label = (words.WITHDRAW if given else words.GIVE).format(what=purpose.label)
        yield Button(payload(ConsentChosen(name, not given)), in_script(label, language))
