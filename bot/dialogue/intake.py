"""`receive`: process one incoming message in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Unpack

from sqlalchemy import Connection

from bot.delivery.undeliverable import mark_reachable
from bot.dialogue import satisfaction
from bot.dialogue.acts import AskBack, AskDanger, Either, Hold, Suggest
from bot.dialogue.answer_judging import judge_turn
from bot.dialogue.customer import customer_of, locked_ticket
from bot.dialogue.data_wishes import with_data_wishes
from bot.dialogue.execute import execute
from bot.dialogue.file_budget import file_refused_until
from bot.dialogue.identity import introduce
from bot.dialogue.identity_numbers import ask_once, without_numbers
from bot.dialogue.in_context import as_answer, in_context
from bot.dialogue.later_turn import as_later_turn
from bot.dialogue.matter import remember
from bot.dialogue.not_meant import with_alternatives, with_declined
from bot.dialogue.owner_present import with_owner
from bot.dialogue.plan import plan
from bot.dialogue.privacy_notice import with_notice
from bot.dialogue.ranked_turn import (
    RankedCandidates,
    as_before,
    join_fragments,
    no_longer_asked,
    rank_turn,
    while_waiting,
)
from bot.dialogue.step_facts import with_asked
from bot.dialogue.ticket_topics import as_written_in_topic
from bot.dialogue.timers import time_is_up, turn_has_come
from bot.dialogue.turn import situation_of, tapped
from bot.dialogue.turn_context import TurnContext
from bot.dialogue.written_line import as_line, heard_of, write_down
from bot.messages import Incoming
from bot.rules import Rules
from bot.transcript import conversations, message_store, processed_keys
from bot.transcript.conversations import Conversation
from bot.transcript.edits import keep_first
from bot.transcript.line_meta import NewLineMeta
from bot.transcript.message_store import Message
from bot.transcript.waking import LONGEST_HOLD
from knowledge_base.acts.signals import is_bare_sign, normal_signs
from knowledge_base.matching.decide import Presumed

FIRST_LINES = 10  # of a conversation that may have begun with signs alone
MOST_FRAGMENTS = 10  # one after another; then something is said
GATHERINGS = 4  # times the policy's waiting time, from the first fragment on


@dataclass(frozen=True, slots=True)
class Receipt:
    """The result of an incoming message. `composing`: the bot waits for further fragments.

    `refused_until`: a file beyond its budgets, of which nothing was stored; it may be sent again then.
    """

    conversation_id: int
    message_id: int | None
    duplicate: bool
    composing: bool = False
    refused_until: datetime | None = None


def prepare(db: Connection, rules: Rules, message: Incoming, now: datetime) -> tuple[str, str]:
    """Return the text that a message would be judged by, and its tier, to be ranked before the transaction."""
    message = without_numbers(message)
    conversation = conversations.find_conversation(db, message.channel, message.address)
    fragments = message_store.pending(db, conversation.id) if conversation else []
    tier = customer_of(db, rules, conversation, now)[1].tier if conversation else rules.policy.default_tier
    return join_fragments([*(fragment.words for fragment in fragments), message.text]), tier


def receive(db: Connection, rules: Rules, message: Incoming, ranked: RankedCandidates | None, now: datetime) -> Receipt:
    """Process a message once: store it, plan and execute the turn, post replies or open a ticket with its deadlines.

    Locks the conversation; everything happens in the caller's transaction. A repeated key only returns its receipt.
    """
    message = without_numbers(message)
    conversation = conversations.lock_conversation(db, message.channel, message.address, now)
    if (at := file_refused_until(db, rules, conversation, message, now)) is not None:
        return Receipt(conversation.id, None, duplicate=False, refused_until=at)
    if not processed_keys.remember_key(db, message.channel, message.key, now):
        earlier = processed_keys.message_of_key(db, message.channel, message.key)
        if earlier is not None:
            keep_first(db, earlier, message.text, now)
        return Receipt(conversation.id, earlier, duplicate=True)
    return store_and_answer(db, rules, conversation, message, ranked, now)


def store_and_answer(
    db: Connection,
    rules: Rules,
    conversation: Conversation,
    message: Incoming,
    ranked: RankedCandidates | None,
    now: datetime,
    **meta: Unpack[NewLineMeta],
) -> Receipt:
    """Store a message whose key was remembered in this transaction, and take its turn.

    The conversation must be locked.
    """
    if message.kind == "contact":
        known, line = introduce(db, rules, conversation, message, now, meta)
        return Receipt(known.id, line, duplicate=False)
    conversation, message = as_written_in_topic(db, conversation, message, now)
    goes_on = message.album is not None and message_store.is_of_album(db, conversation.id, message.album)
    # Nothing is held back unless somebody is being waited for: then there is nothing to read.
    gathered = message_store.pending(db, conversation.id) if conversation.held_until is not None else []
    message_id = write_down(db, conversation, message, now, meta)
    heard = as_line(conversation, message_id, message, now)
    if conversation.unreachable_at is not None:
        mark_reachable(db, message.channel, message.address, now)
    conversation = heard_of(conversation, message, now)
    fragments = [*gathered, heard] if heard.words else gathered
    conversation = take_turn(db, rules, conversation, message, ranked, now, fragments=fragments, goes_on=goes_on)
    composing = conversation.held_until is not None
    if composing and heard.words:
        message_store.hold_back(db, message_id)
    elif gathered and not composing:
        message_store.mark_considered(db, conversation.id)
    return Receipt(conversation.id, message_id, duplicate=False, composing=composing)


def continue_held(
    db: Connection, rules: Rules, conversation_id: int, ranked: RankedCandidates | None, now: datetime
) -> bool:
    """Continue a conversation whose timer is due: held fragments, hand-off or follow-up; False if nothing was due."""
    conversation = conversations.lock_conversation_by_id(db, conversation_id)
    held = conversation.held_until
    if held is not None and (held <= now or held > now + LONGEST_HOLD):
        take_turn(db, rules, replace(conversation, held_until=None), None, ranked, now)
        return True
    turn = TurnContext(db, rules, conversation, customer_of(db, rules, conversation, now), now)
    if conversation.hand_over_at is not None and conversation.hand_over_at <= now:
        time_is_up(turn)
    elif conversation.follow_up_at is not None and conversation.follow_up_at <= now:
        satisfaction.follow_up(turn)
    elif conversation.turn_at is not None and conversation.turn_at <= now:
        turn_has_come(turn)
    else:
        return False
    conversations.save_conversation(db, turn.conversation, now)
    return True


def _is_enough(rules: Rules, fragments: Sequence[Message], now: datetime) -> bool:
    """Whether fragments have been held long enough, by number or time."""
    longest = GATHERINGS * rules.policy.dialogue.gather + rules.policy.dialogue.gather_unfinished
    return len(fragments) >= MOST_FRAGMENTS or (bool(fragments) and now - fragments[0].at >= longest)


def _has_only_signs(db: Connection, conversation: Conversation) -> bool:
    """Whether its customer has said nothing in words yet."""
    lines = message_store.latest(db, conversation.id, FIRST_LINES)
    said = [line for line in lines if line.author != "bot"]
    return len(lines) < FIRST_LINES and all(line.author == "customer" and is_bare_sign(line.text) for line in said)


def take_turn(
    db: Connection,
    rules: Rules,
    conversation: Conversation,
    message: Incoming | None,
    ranked: RankedCandidates | None,
    now: datetime,
    *,
    fragments: Sequence[Message] | None = None,
    goes_on: bool = False,
) -> Conversation:
    """Plan and execute a turn over all unconsidered fragments; returns the saved conversation, which must be locked.

    `message`: None if a timer is due instead. `fragments`: unconsidered messages, if the caller knows them and marks
    them itself. `goes_on`: a further file of an album, acknowledged with the first.
    """
    conversation = replace(conversation, held_until=None)  # this turn decides anew whether to wait
    known = fragments is not None
    fragments = fragments if fragments is not None else message_store.pending(db, conversation.id)
    customer = customer_of(db, rules, conversation, now)
    text, tier = join_fragments([fragment.words for fragment in fragments]), customer[1].tier
    if ranked is None or (ranked.text, ranked.tier) != (text, tier):
        ranked = rank_turn(rules, text, tier, now)
    ticket = locked_ticket(db, conversation)
    ranked = as_answer(conversation, as_later_turn(conversation, ticket, ranked))
    said, ranked = ranked.reading, in_context(db, rules, conversation, ranked, now)
    settled = message is None or _is_enough(rules, fragments, now)
    turn = ranked.turn(rules, settled=settled)
    if message is not None and message.kind != "text":
        turn = replace(tapped(rules, turn, message, tier, now), goes_on=goes_on)
    elif message is not None and not text and is_bare_sign(message.text):
        turn = replace(turn, signs=normal_signs(message.text), only_signs=_has_only_signs(db, conversation))
    situation = situation_of(rules, conversation, customer[1], ticket, now)
    situation = with_asked(db, while_waiting(db, situation, ticket, now), ticket, conversation)
    situation = with_owner(db, conversation, situation, now)
    situation = with_data_wishes(db, rules, situation, ticket, conversation, text)
    if isinstance(turn.verdict, Presumed):
        situation = with_declined(db, conversation, situation)
    turn = with_alternatives(db, rules, conversation, turn, tier, now)
    earlier, conversation = conversation, no_longer_asked(conversation, said)
    if text:
        is_open = ticket is not None and ticket.is_open
        conversation = remember(rules, conversation, said, ranked.candidates, open_ticket=is_open)
    context = TurnContext(
        db,
        rules,
        conversation,
        customer,
        now,
        ticket,
        ranked.said,
        ranked.candidates,
        reading=ranked.reading,
        asked=True,
        refused=turn.not_meant if turn.rejects else None,
    )
    judge_turn(db, conversation, turn, now)
    acts = execute(context, plan(turn, situation))
    if message is not None and message.hides:
        ask_once(context)
    conversation = as_before(context.conversation, earlier)
    if goes_on and situation.ticket == "waiting":  # the album was acknowledged; what comes after it is an addition
        conversation = replace(conversation, awaiting=situation.awaiting)
    if conversation.held_until is None and not known:
        message_store.mark_considered(db, conversation.id)
    unanswered = conversation.misses > 0 and conversation.last_answer is None
    if not unanswered and not any(isinstance(act, Hold | Suggest | AskBack | Either | AskDanger) for act in acts):
        # Nothing is left unanswered: what comes next is raised when it comes, not when somebody said hello.
        conversation = replace(conversation, raised_at=None)
    conversation = with_notice(db, rules, conversation, now, silent=situation.ticket == "claimed")
    conversations.save_conversation(db, conversation, now)
    return conversation


def fragments_of(db: Connection, rules: Rules, conversation_id: int, now: datetime) -> tuple[str, str]:
    """As `prepare`, for a conversation whose holding time is over."""
    conversation = conversations.get_conversation(db, conversation_id)
    texts: list[Message] = message_store.pending(db, conversation_id)
    text = join_fragments([fragment.words for fragment in texts])
    return text, customer_of(db, rules, conversation, now)[1].tier
