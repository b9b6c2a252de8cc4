"""How a played talk differs from what its file expects, in plain sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, tzinfo

from bot.talks.kinds import SILENT
from bot.talks.model import (
    Deed,
    Expectation,
    Names,
    Rates,
    Says,
    SaysToList,
    Sends,
    StaffMoves,
    StaffReplies,
    Taps,
    Waits,
)
from bot.talks.played import PlayedTalk, PlayedTurn, SeenTicket
from escalation.working_hours.instants import print_duration

NO_TICKET = "none"


def differences(played: PlayedTalk, zone: tzinfo) -> tuple[str, ...]:
    """Return each difference as `file:line: sentence`; none if the talk went as expected."""
    talk = played.talk
    found = [
        f'{talk.file}:{turn.turn.line}: In the talk "{talk.name}", after {deed_in_words(turn.turn.deed)}: {said}.'
        for turn in played.turns
        for said in turn_differences(turn, zone)
    ]
    if played.broken:
        found.append(f'{talk.file}:{talk.line}: The talk "{talk.name}" breaks off with an error ({played.broken}).')
    return tuple(found)


def deed_in_words(deed: Deed) -> str:
    """Return what was done, in a few words."""
    match deed:
        case Says(text) | SaysToList(text) | Sends(_, text) if text:
            return f'"{text}"'
        case Sends(file):
            return f'the file "{file}"'
        case Taps(button):
            return f'a tap on "{button}"'
        case Rates(score):
            return f"the score {score}"
        case StaffMoves(move):
            return f'the staff\'s "{move}"'
        case StaffReplies(text):
            return f'the staff\'s reply "{text}"'
        case Waits(span):
            return f"a wait of {print_duration(span)}"
        case _:
            return "nothing"


def turn_differences(turn: PlayedTurn, zone: tzinfo) -> Iterator[str]:
    """Yield what is otherwise than expected, as clauses of a sentence."""
    expect = turn.turn.expect
    if turn.refused:
        yield f"it cannot be done: {turn.refused}"
    yield from _about_acts(expect, turn.heard)
    yield from _about_kinds(expect, turn.kinds)
    answered = tuple(line.article for line in turn.said if line.article)
    if expect.answers is not None and set(answered) != set(expect.answers):
        yield _must("the bot answers by", _listed(answered), _listed(expect.answers))
    yield from _about_text("reply", expect.says, expect.says_not, "\n".join(line.text for line in turn.said))
    yield from _about_ticket(expect, turn.ticket, zone)


def _about_acts(expect: Expectation, heard: Collection[str]) -> Iterator[str]:
    for act in expect.acts or ():
        if act not in heard:
            yield f"the act {act} must be heard; heard is {_listed(sorted(heard))}"
    for act in expect.acts_not or ():
        if act in heard:
            yield f"the act {act} must not be heard, and it is"


def _about_kinds(expect: Expectation, kinds: tuple[str, ...]) -> Iterator[str]:
    wanted = expect.reply
    if wanted is not None:
        exactly = set(kinds) == (set(wanted) or {SILENT})
        if not (exactly if expect.exactly else set(wanted) <= set(kinds)):
            yield _must("the reply is", _listed(kinds), _listed(wanted or (SILENT,)))
    for kind in expect.reply_not or ():
        if kind in kinds:
            yield f"the reply must not be {kind}, and it is"


def _about_text(what: str, wanted: Names, unwanted: Names, text: str) -> Iterator[str]:
    for part in wanted or ():
        if part not in text:
            yield f'the {what} must hold "{part}"; it is "{text}"'
    for part in unwanted or ():
        if part in text:
            yield f'the {what} must not hold "{part}"; it is "{text}"'


def _about_ticket(expect: Expectation, ticket: SeenTicket | None, zone: tzinfo) -> Iterator[str]:
    state = ticket.state if ticket is not None else NO_TICKET
    if expect.ticket and expect.ticket != state:
        yield _must("the ticket is", state, expect.ticket)
    if ticket is None:
        yield from _without_ticket(expect)
        return
    for what, wanted, is_so in (
        ("queue", expect.queue, ticket.queue),
        ("topic", expect.topic, ticket.topic),
        ("urgency", expect.urgency, ticket.urgency),
    ):
        if wanted and wanted != is_so:
            yield _must(f"the {what} is", is_so or "none", wanted)
    if expect.due is not None and (promised := _wall(ticket.due, zone)) != f"{expect.due:%Y-%m-%d %H:%M}":
        yield _must("the promise is", promised, f"{expect.due:%Y-%m-%d %H:%M}")
    yield from _about_text("title", expect.title, expect.title_not, ticket.title)


def _without_ticket(expect: Expectation) -> Iterator[str]:
    fields = {
        "queue": expect.queue,
        "topic": expect.topic,
        "urgency": expect.urgency,
        "promise": expect.due,
        "title": expect.title,
    }
    if wanted := [name for name, value in fields.items() if value]:
        yield f"there is no ticket, though one is expected with its {', '.join(wanted)}"


def _must(what: str, is_so: str, wanted: str) -> str:
    return f"{what} {is_so} and must be {wanted}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _wall(at: datetime | None, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else "none"
