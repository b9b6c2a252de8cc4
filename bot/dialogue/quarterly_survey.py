"""The quarterly survey is sent: once a day a sample of each channel's customers is drawn, and each is asked once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import hears_nothing, send_to_customer
from bot.notifications.once import is_done, mark_once
from bot.rules import Rules
from bot.tickets import survey_candidates
from bot.transcript import conversations
from bot.wording import surveys as words
from bot.wording.buttons import survey_buttons
from bot.wording.phrases import in_script
from escalation.policy.surveys import ChannelSample
from escalation.surveys import survey_consents, survey_store
from escalation.surveys.sampling import drawn, may_send, quarter_begins, quarter_of, sample_size

BATCH = 20  # customers in one transaction
ASKED = "survey"  # awaited: its answer


def is_due(db: Connection, rules: Rules, now: datetime) -> bool:
    """Whether today's draw is still to be made, and this is an hour for it. Reads only."""
    quarterly = rules.policy.surveys.quarterly
    return quarterly is not None and may_send(rules.policy, quarterly, now) and not is_done(db, _today(rules, now))


def send_some(db: Connection, rules: Rules, now: datetime) -> int:
    """Ask up to BATCH customers of today's draw and return how many; after the last ones, today is done.

    Two replicas that draw at once ask nobody twice: a contact has one row for a quarter.
    """
    quarterly = rules.policy.surveys.quarterly
    if quarterly is None or not may_send(rules.policy, quarterly, now):
        return 0
    asked = 0
    for channel, contact_id in _draw(db, rules, now):
        asked += _ask(db, rules, channel, contact_id, now)
        if asked == BATCH:
            return asked
    mark_once(db, _today(rules, now), now)
    return asked


def _draw(db: Connection, rules: Rules, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield whom today's draw asks, by channel."""
    quarterly, quarter = rules.policy.surveys.quarterly, quarter_of(now, rules.policy.zone)
    assert quarterly is not None, "the caller has looked"
    for channel, sample in quarterly.channels.items():
        for contact_id in _drawn_of(db, rules, quarter, channel, sample, now):
            yield channel, contact_id


def _drawn_of(
    db: Connection, rules: Rules, quarter: str, channel: str, sample: ChannelSample, now: datetime
) -> list[str]:
    found = survey_candidates.candidates(db, channel, quarter_begins(quarter, rules.policy.zone), now)
    number, already = survey_candidates.asked_in(db, quarter, channel)
    size = sample_size(len(found), sample)
    chosen = [each for each in drawn(found, f"{quarter}:{channel}")[:size] if each not in already]
    busy = survey_candidates.busy(db, chosen)
    return [each for each in chosen if each not in busy][: max(0, size - number)]


def _ask(db: Connection, rules: Rules, channel: str, contact_id: str, now: datetime) -> bool:
    """Ask a contact who is in no matter of theirs just now; whether they were asked."""
    if not conversations.talks_of(db, contact_id):  # they have left
        return False
    talk = conversations.lock_conversation_of_contact(db, contact_id, now)
    in_talk = talk.awaiting not in (None, ASKED) or talk.held_until is not None or talk.hand_over_at is not None
    if in_talk or hears_nothing(db, talk) or survey_candidates.is_busy(db, contact_id):
        return False
    if not survey_consents.wants_surveys(db, contact_id):
        return False
    quarter = quarter_of(now, rules.policy.zone)
    number = survey_store.insert_once(db, quarter, channel, contact_id, talk.id, now)
    if number is None:
        return False
    text = in_script(words.ASK_QUARTERLY.format(name=rules.policy.name), talk.language)
    send_to_customer(db, talk, text, now, survey_buttons(number, talk.language), unasked=True)
    conversations.save_conversation(db, replace(talk, awaiting=ASKED), now)
    return True


def _today(rules: Rules, now: datetime) -> str:
    return f"surveys-{now.astimezone(rules.policy.zone):%Y-%m-%d}"
