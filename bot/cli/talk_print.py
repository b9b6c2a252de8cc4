"""A played talk as people read it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.talks.model import Deed, StaffMoves, Talk, Waits
from bot.talks.played import PlayedLine, PlayedTalk, PlayedTurn, SeenTicket
from bot.wording import talks as words
from bot.wording.labels import CHANNELS, NO_TOPIC, STATES, WITHDRAWN
from bot.wording.moments import dated
from bot.wording.transcript import offered
from escalation.policy.model import Policy
from escalation.working_hours.instants import iso, print_duration

AUTHORS = {"customer": words.CUSTOMER, "bot": words.BOT, "agent": words.STAFF}
STATE_LABELS = {**STATES, "withdrawn": WITHDRAWN}


def talk_in_words(policy: Policy, played: PlayedTalk) -> str:
    """Return the whole talk: every line with its time of day, and the ticket after each turn."""
    parts = [_heading(policy, played.talk)]
    before: SeenTicket | None = None
    for turn in played.turns:
        parts.extend(_turn(policy, turn, before))
        before = turn.ticket
    if played.broken:
        parts.append(words.not_done(played.broken))
    if played.talk.want:
        parts.append(words.wanted(played.talk.want))
    return "\n".join(parts) + "\n"


def _heading(policy: Policy, talk: Talk) -> str:
    start = words.begins(dated(policy, talk.start.replace(tzinfo=policy.zone)))
    details = [CHANNELS.get(talk.channel, talk.channel), talk.customer or words.NOBODY_KNOWN, start]
    return words.heading(talk.name, [words.hand(talk.by), *details] if talk.by else details)


def _turn(policy: Policy, turn: PlayedTurn, before: SeenTicket | None) -> Iterator[str]:
    if done := _done(turn.turn.deed):
        yield f"{_clock(policy, turn.at)} {done}"
    if turn.refused:
        yield f"         {words.not_done(turn.refused)}"
    for line in turn.lines:
        yield f"{_clock(policy, line.at)} {AUTHORS.get(line.author, line.author)}：{_indented(line)}"
    unchanged = turn.ticket is not None and turn.ticket == before
    yield f"         —— {words.UNCHANGED if unchanged else _ticket(policy, turn.ticket)}"


def _done(deed: Deed) -> str:
    match deed:
        case StaffMoves(move):
            return f"{words.STAFF}{words.moved(move)}"
        case Waits(span):
            return words.waited(print_duration(span))
        case _:
            return ""


def _indented(line: PlayedLine) -> str:
    text = line.text.replace("\n", "\n         ")
    return f"{text}\n         {offered(line.buttons)}" if line.buttons else text


def _ticket(policy: Policy, ticket: SeenTicket | None) -> str:
    if ticket is None:
        return words.NO_TICKET
    parts = [STATE_LABELS.get(ticket.state, ticket.state), ticket.queue, ticket.topic or NO_TOPIC]
    parts.append(words.urgency(policy.urgency_of(ticket.urgency).label))
    if ticket.complaint:
        parts.append(words.COMPLAINT)
    parts.append(words.promised(dated(policy, ticket.due)) if ticket.due is not None else words.NO_PROMISE)
    return words.ticket_line(parts, ticket.title)


def _clock(policy: Policy, at: datetime) -> str:
    return f"{at.astimezone(policy.zone):%H:%M:%S}"


def talk_as_json(policy: Policy, played: PlayedTalk) -> dict[str, Any]:
    """Return everything that was seen of a played talk, instants in the policy's zone."""
    talk = played.talk
    return {
        "talk": talk.name,
        "file": talk.file,
        "line": talk.line,
        "by": talk.by,
        "channel": talk.channel,
        "customer": talk.customer,
        "want": talk.want,
        "broken": played.broken,
        "turns": [_turn_as_json(policy, turn) for turn in played.turns],
    }


def _turn_as_json(policy: Policy, turn: PlayedTurn) -> dict[str, Any]:
    ticket = turn.ticket
    due = iso(ticket.due, policy.zone) if ticket is not None and ticket.due is not None else None
    return {
        "line": turn.turn.line,
        "at": iso(turn.at, policy.zone),
        "heard": sorted(turn.heard),
        "kinds": list(turn.kinds),
        "refused": turn.refused,
        "lines": [asdict(line) | {"at": iso(line.at, policy.zone)} for line in turn.lines],
        "ticket": asdict(ticket) | {"due": due} if ticket is not None else None,
    }
