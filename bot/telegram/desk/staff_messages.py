"""What staff write in a ticket's topic: a note or a reply to the customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.agents.actions import Action, Note, Record, Reply, SendStep, Written, act_in_sight
from bot.agents.danger_alarm import Alarm
from bot.agents.reply_corrections import CorrectReply
from bot.agents.sent_steps import draft_of
from bot.auth import messenger_accounts
from bot.delivery.customer_messages import reachable_at
from bot.messages import Button
from bot.notifications.once import mark_again_after
from bot.notifications.staff_chat import post_to
from bot.rules import Rules
from bot.telegram.desk.accounts import burn, codes_in
from bot.telegram.desk.buttons import CONFIRM_DANGER, STYLES, data_of
from bot.telegram.parsing.customers import TELEGRAM
from bot.telegram.parsing.staff import StaffMessage
from bot.telegram.sending import albums
from bot.topic_sync import topics
from bot.transcript import channel_message_ids, conversations, processed_keys
from bot.transcript.message_store import get_message, messages
from bot.wording import danger_alarms, transcript
from bot.wording import telegram_staff as words
from bot.wording.refusals import refusal
from escalation.policy.model import Policy
from escalation.staff import staff_names
from escalation.tickets import ticket_store
from escalation.tickets.lifecycle import Refused, Ticket
from escalation.tickets.sent_steps import SentKind

PAUSE = timedelta(hours=1)  # between two hints to an account that nobody has linked
SENDS: dict[str, SentKind] = {"/plan": "plan", "/progress": "progress", "/invite": "invitation", "/result": "result"}
WRITES = {
    "/followup": "followed_up",
    "/conclusion": "investigated",
    "/prevention": "prevention_planned",
    "/prevented": "prevented",
    "/told": "result_told",
}
NOTED, SENT = "✍", "👌"


class NotSent(Exception):
    """A message that cannot be passed on; the text is the sentence for its author."""


def handle_message(db: Connection, rules: Rules, secret: str, said: StaffMessage, now: datetime) -> str | None:
    """Carry out a staff message once: a reply or a note; returns the reaction to set on it, if any.

    Raises `Refused` or `NotSent`, with nothing stored.
    """
    if said.command == "/link" or codes_in(secret, said.text):
        _warn_of_code(db, secret, said, now)
        return None
    ticket_id = topics.ticket_at(db, said.chat, said.thread) if said.thread is not None else None
    if ticket_id is None or not processed_keys.remember_key(db, TELEGRAM, said.key, now):
        return None
    who = messenger_accounts.staff_of(db, said.account) if said.account is not None else None
    if who is None:
        _ask_who(db, said, now)
        return None
    if said.command in SENDS and not said.text:
        answer(db, said, draft_of(db, rules, ticket_id, SENDS[said.command], now), now)
        return None
    action = _action_of(db, rules.policy, said, ticket_store.get_ticket(db, ticket_id))
    if action is None:
        return None
    alarm = act_in_sight(db, rules, who, ticket_id, action, now).alarm
    for further in _further_files(said) if isinstance(action, Reply) else ():
        act_in_sight(db, rules, who, ticket_id, further, now)
    if alarm:
        tell_of_danger(db, rules, said, ticket_id, alarm, now)
    if isinstance(action, Reply) and said.album is not None:
        albums.add_file(db, said.chat, said.album, said.number, now)
    return SENT if isinstance(action, Reply | SendStep) else NOTED


def tell_of_danger(
    db: Connection, rules: Rules, said: StaffMessage, ticket_id: int, alarm: Alarm, now: datetime
) -> None:
    """Say in the topic what came of a danger that staff wrote of; where it is doubtful, with a button that alarms."""
    confirmation = danger_alarms.confirmation(rules.policy, alarm)
    button = Button(data_of(ticket_id, CONFIRM_DANGER), confirmation, STYLES[CONFIRM_DANGER])
    answer(db, said, danger_alarms.sentence(rules.policy, alarm), now, [button] if confirmation else ())


def refuse_message(db: Connection, said: StaffMessage, why: Refused | NotSent, now: datetime) -> None:
    """Reply, once, why the message was refused."""
    if not processed_keys.remember_key(db, TELEGRAM, said.key, now):
        return
    answer(db, said, sentence_of(db, why) + words.NOTHING_KEPT, now)


def handle_edit(db: Connection, rules: Rules, said: StaffMessage, now: datetime) -> None:
    """Correct what was sent to the customer; tell the author, once, that a note stays as it was.

    Raises `Refused`, with nothing stored.
    """
    known = channel_message_ids.find_id(db, said.chat, said.number)
    # A link's preview came, or a place that is shared for an hour moved on: not other words.
    if known is None or said.place is not None or said.text == _kept(db, known):
        return
    who = messenger_accounts.staff_of(db, said.account) if said.account is not None else None
    if known.message_id is None or who is None:
        if processed_keys.remember_key(db, TELEGRAM, f"{said.key}:edit", now):
            answer(db, said, words.NOTE_STAYS if known.message_id is None else words.NOT_LINKED, now)
        return
    if not said.sendable or said.files:
        if processed_keys.remember_key(db, TELEGRAM, f"{said.key}:edit:unsendable", now):
            answer(db, said, words.NOT_SENDABLE + words.NOT_CORRECTED, now)
        return
    line = get_message(db, known.message_id)
    if line.ticket_id is not None:
        act_in_sight(db, rules, who, line.ticket_id, CorrectReply(line.id, said.text), now)


def refuse_edit(db: Connection, said: StaffMessage, why: Refused, now: datetime) -> None:
    """Reply, once for each reason, why the edit did not reach the customer."""
    if processed_keys.remember_key(db, TELEGRAM, f"{said.key}:edit:{why.code}", now):
        answer(db, said, sentence_of(db, why) + words.NOT_CORRECTED, now)


def sentence_of(db: Connection, why: Refused | NotSent) -> str:
    """Return the sentence for a refusal, as the console words it."""
    if isinstance(why, NotSent):
        return str(why)
    holder = staff_names(db).get(why.holder_id) if why.holder_id is not None else None
    return refusal(why.code, holder, why.limit)


def answer(db: Connection, said: StaffMessage, text: str, now: datetime, buttons: Sequence[Button] = ()) -> None:
    """Reply to a staff message in its topic, where all can read it."""
    address = str(said.chat) if said.thread is None else f"{said.chat}/{said.thread}"
    post_to(db, address, text, now, reply_to=said.number or None, buttons=buttons)


def _ask_who(db: Connection, said: StaffMessage, now: datetime) -> None:
    whose = said.account if said.account is not None else f"group{said.chat}"
    if mark_again_after(db, f"tg:unlinked:{whose}", PAUSE, now):
        answer(db, said, words.NOT_LINKED if said.account is not None else words.ANONYMOUS, now)


def _warn_of_code(db: Connection, secret: str, said: StaffMessage, now: datetime) -> None:
    if processed_keys.remember_key(db, TELEGRAM, said.key, now):
        burn(db, secret, said.text, now)
        answer(db, said, words.CODE_IN_GROUP, now)


def _action_of(db: Connection, policy: Policy, said: StaffMessage, ticket: Ticket) -> Action | None:
    written, answers = Written(said.chat, said.number), _answered(db, said, ticket)
    if said.command in SENDS:
        return SendStep(SENDS[said.command], said.text, said.key, written)
    if said.command in WRITES:
        return _written(policy, WRITES[said.command], said.text)
    replies = said.command == "/r" or answers is not None or albums.is_begun(db, said.chat, said.album)
    if not replies:
        text = _note_of(said)
        return Note(text, written) if text else None
    if not said.sendable:
        raise NotSent(words.NOT_SENDABLE)
    has_file = said.file is not None or bool(said.files)
    if has_file and reachable_at(db, conversations.get_conversation(db, ticket.conversation_id)) is None:
        raise NotSent(words.FILE_TO_WEB)
    bare = said.command == "/r" and (said.file is not None or said.place is not None)
    if said.files and not said.text:
        return Reply("", said.key, written, answers, said.files[0], apart=True)
    return Reply(_reply_of(said), said.key, written, answers, said.file, said.place, bare)


def _further_files(said: StaffMessage) -> Iterator[Reply]:
    """The files of a rich message, each a reply of its own after its words, or after the first file without words."""
    for number, file in enumerate(said.files):
        if number or said.text:
            yield Reply("", f"{said.key}:{number}", file=file, apart=True)


def _written(policy: Policy, fact: str, text: str) -> Record:
    """A fact in words; the class of a complaint's cause may stand before a conclusion."""
    first, _, rest = text.partition(" ")
    if fact == "investigated" and first in policy.complaint_causes:
        return Record(fact, first, rest)
    return Record(fact, words=text)


def _answered(db: Connection, said: StaffMessage, ticket: Ticket) -> int | None:
    """The line this replies to, if it is the customer's and of this conversation."""
    known = channel_message_ids.find_id(db, said.chat, said.reply_to) if said.reply_to is not None else None
    if known is None or known.message_id is None:
        return None
    mine = (messages.c.id == known.message_id, messages.c.conversation_id == ticket.conversation_id)
    found: int | None = db.scalar(select(messages.c.id).where(*mine, messages.c.author == "customer"))
    return found


def _reply_of(said: StaffMessage) -> str:
    return said.text or (_place_of(said.place) if said.place is not None else "")


def _note_of(said: StaffMessage) -> str:
    files = [said.file] if said.file is not None else said.files
    what = " ".join(words.FILE_NOTE.format(name=file.name) for file in files)
    if said.place is not None:
        what = _place_of(said.place)
    return f"{what} {said.text}".strip()


def _place_of(place: tuple[float, float]) -> str:
    return transcript.place(f"{place[0]}, {place[1]}")


def _kept(db: Connection, known: channel_message_ids.ChannelMessage) -> str | None:
    if known.message_id is not None:
        return get_message(db, known.message_id).words
    note: str | None = db.scalar(select(ticket_store.notes.c.text).where(ticket_store.notes.c.id == known.note_id))
    return note
