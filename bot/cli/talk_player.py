"""Play a talk through the real intake, on a clock of its own, in a transaction that the caller undoes."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import Connection

from bot.agents.actions import Action, Claim, Record, Release, Reply, act
from bot.cli.talk_complaint import solving
from bot.cli.talk_lines import button_of, played_line, seen_ticket
from bot.dialogue import intake
from bot.dialogue.customer import link_contact
from bot.dialogue.understanding import understand
from bot.jobs.alarm_clock import sweep_some
from bot.jobs.chores import CHORES
from bot.messages import File, Incoming, Kind
from bot.rules import Rules
from bot.talks.model import (
    Deed,
    Rates,
    Says,
    SaysToList,
    Sends,
    StaffMove,
    StaffMoves,
    StaffReplies,
    Talk,
    TalkTurn,
    Taps,
    Waits,
)
from bot.talks.played import PlayedLine, PlayedTurn
from bot.transcript import conversations, message_store, waking
from bot.transcript.conversations import Conversation
from bot.wording import talks as words
from escalation.customers import customer_store
from escalation.customers.model import CustomerRecord, ManualTier
from escalation.staff import Staff
from escalation.tickets import sweep, ticket_store
from escalation.tickets.lifecycle import Refused, Ticket

FRAGMENT = timedelta(seconds=3)  # a line that comes sooner than this belongs to the turn before it
HOLDS = 5  # times that a turn is held back for more, at most
LONGEST_GATHERING = timedelta(seconds=30)  # whoever is held for longer is waited for, not gathered
LOOK = timedelta(minutes=1)  # chores are looked at this often …
LOOKS = 10  # … and no more often than this in one span of waiting
FOR_EVER = date(2999, 12, 31)


class CannotPlay(Exception):
    """A turn that cannot be carried out; the text is the end of a sentence saying why."""


class TalkPlayer:
    """One talk being played at an address of its own; `now` is its clock."""

    def __init__(self, db: Connection, rules: Rules, who: Staff, talk: Talk, number: int) -> None:
        """`number` makes the address unique."""
        self.db, self.rules, self.who, self.talk = db, rules, who, talk
        self.address = str(7_000_000_000 + number)  # a messenger's addresses are numbers
        self.now = talk.start.replace(tzinfo=rules.policy.zone).astimezone(UTC)
        self._looked = self.now  # when chores were looked at
        self._seen, self._keys = 0, 0
        self._words: list[str] = []  # of the fragments that make up the present turn
        self._labels: dict[str, str] = {}  # of the buttons shown so far, by their payload

    def play(self) -> tuple[PlayedTurn, ...]:
        """Play all turns."""
        self._enter()
        following = (*self.talk.turns[1:], None)
        return tuple(self._turn(turn, then) for turn, then in zip(self.talk.turns, following, strict=True))

    def _turn(self, turn: TalkTurn, then: TalkTurn | None) -> PlayedTurn:
        refused, words = "", self._take_words(turn.deed)
        try:
            self._do(turn.deed)
        except CannotPlay as why:
            refused = str(why)
        at = self.now
        self._wait_for(then)
        lines = self._fresh_lines()
        heard = understand(self.rules, words).heard if words else frozenset()
        if then is None or then.after > FRAGMENT:
            self._words = []
        return PlayedTurn(turn, at, tuple(lines), heard, seen_ticket(self.db, self._ticket()), refused)

    def _take_words(self, deed: Deed) -> str:
        if isinstance(deed, Says | Sends) and deed.text:
            self._words.append(deed.text)
            return " ".join(self._words)
        return ""

    def _wait_for(self, then: TalkTurn | None) -> None:
        """Let time pass until the next turn begins; before a wait or the end, until the bot has said its reply."""
        if then is None or isinstance(then.deed, Waits):
            self._until_released()
        elif then.after <= FRAGMENT:
            self.now += then.after
        else:
            self._until(self.now + then.after)

    def _until_released(self) -> None:
        for _ in range(HOLDS):
            held = self._conversation().held_until
            if held is None or held - self.now > LONGEST_GATHERING:
                return
            self._until(max(held, self.now))

    def _do(self, deed: Deed) -> None:
        match deed:
            case Says(text):
                self._receive("text", text=text)
            case SaysToList(text):
                if self._is_asked_to_choose():
                    self._receive("text", text=text)
            case Sends(name, text):
                self._receive("file", text=text, file=_file(name))
            case Taps(button):
                self._receive("choice", choice=self._button(button))
            case Rates(score):
                self._receive("rating", rating=score)
            case StaffMoves(move):
                self._act(lambda ticket: self._action(move, ticket))
            case StaffReplies(text):
                self._act(lambda _: Reply(text, str(self._next_key())))
            case Waits(span):
                self._until(self.now + span)
            case _:
                assert_never(deed)

    def _receive(self, kind: Kind, **what: Any) -> None:
        message = Incoming(self.talk.channel, self.address, f"{self.address}:{self._next_key()}", kind, **what)
        intake.receive(self.db, self.rules, message, None, self.now)

    def _button(self, wanted: str) -> str:
        lines = message_store.latest(self.db, self._conversation().id)
        buttons = next((line.meta["buttons"] for line in reversed(lines) if line.meta.get("buttons")), [])
        choice = button_of(wanted, buttons)
        if choice is None:
            offered = ", ".join(f'"{button["label"]}"' for button in buttons) or "none"
            raise CannotPlay(f'there is no button "{wanted}" to tap; the buttons are {offered}')
        return choice

    def _is_asked_to_choose(self) -> bool:
        lines = [line for line in message_store.latest(self.db, self._conversation().id) if line.author == "bot"]
        return bool(lines) and played_line(lines[-1], {}).kind == "suggested"

    def _act(self, action: Callable[[Ticket], Action]) -> None:
        ticket = self._ticket()
        if ticket is None:
            raise CannotPlay("there is no ticket for staff to work on")
        try:
            act(self.db, self.rules, self.who, ticket.id, action(ticket), self.now)
        except Refused as refused:
            raise CannotPlay(f"the ticket does not allow it ({refused.code})") from None

    def _action(self, move: StaffMove, ticket: Ticket) -> Action:
        match move:
            case "claims" | "releases":
                return Claim() if move == "claims" else Release()
            case "calls":
                return Record("called")
            case "waits":
                return Record("waiting_for_customer")
            case "solves":
                return solving(self.db, self.rules, self.who, ticket, self.now)
            case _:
                assert_never(move)

    def _until(self, end: datetime) -> None:
        """Move the clock on; whatever falls due on the way happens at its instant."""
        step = max(LOOK, (end - self.now) / LOOKS)
        while True:
            deadline, wake = sweep.next_due(self.db), waking.next_wake(self.db)
            coming = (at for at in (deadline, wake) if at is not None and at > self.now)
            self.now = min(end, self.now + step, *coming)
            if deadline is not None and deadline <= self.now:
                self._sweep()
            if wake is not None and wake <= self.now:
                self._continue()
            if self.now - self._looked >= LOOK:
                self._see_to_chores()
            if self.now >= end:
                return

    def _sweep(self) -> None:
        while sweep_some(self.db, self.rules, self.now):
            pass

    def _continue(self) -> None:
        for conversation in waking.due_conversations(self.db, self.now):
            intake.continue_held(self.db, self.rules, conversation.id, None, self.now)

    def _see_to_chores(self) -> None:
        self._looked = self.now
        for chore in CHORES:
            if chore.is_due(self.db, self.rules, self.now):
                chore.run(self.db, self.rules, self.now)

    def _enter(self) -> None:
        """Open the chat; a customer whose tier or id is given is identified."""
        policy, wanted = self.rules.policy, self.talk.customer
        conversation = conversations.lock_conversation(self.db, self.talk.channel, self.address, self.now)
        if not wanted:
            return
        contact = wanted
        if wanted in policy.tiers:
            contact = f"TALK-{self.address}"
            record = _sample_customer(contact, wanted)
            customer_store.save_customer(self.db, self.rules.vault, policy, record, self.now)
        known = link_contact(self.db, self.rules, conversation, contact, "token", self.now)
        if known.contact_id is None:
            raise CannotPlay(f'"{wanted}" is neither a tier of the policy nor a known contact')
        conversations.save_conversation(self.db, known, self.now)

    def _fresh_lines(self) -> list[PlayedLine]:
        lines = message_store.transcript(self.db, self._conversation().id, self._seen)
        self._seen = lines[-1].id if lines else self._seen
        self._labels |= {button["choice"]: button["label"] for line in lines for button in line.meta.get("buttons", ())}
        return [played_line(line, self._labels) for line in lines]

    def _conversation(self) -> Conversation:
        found = conversations.find_conversation(self.db, self.talk.channel, self.address)
        assert found is not None, "it is begun on entering"
        return found

    def _ticket(self) -> Ticket | None:
        number = self._conversation().ticket_id
        return ticket_store.get_ticket(self.db, number) if number is not None else None

    def _next_key(self) -> int:
        self._keys += 1
        return self._keys


def _file(name: str) -> File:
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return File(name, mime, 4, b"file")


def _sample_customer(contact: str, tier: str) -> CustomerRecord:
    manual = ManualTier(tier, words.SAMPLE_REASON, FOR_EVER)
    organisation = f"{words.SAMPLE_ORGANISATION} {contact}"
    return replace(CustomerRecord(contact, organisation, words.SAMPLE_CONTACT, 0, 0, 1, 1), manual=manual)
