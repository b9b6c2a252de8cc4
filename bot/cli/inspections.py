"""`jiedai inspections draw|check|score`: give an inspector records to read, draw them again, score one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Annotated

from bot.agents import inspecting
from bot.app import NotReady
from bot.cli.command import ActingAs, Login, argument
from bot.cli.output import Result, counted
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person
from escalation.policy.supervision import Supervision, parse_share
from escalation.supervision import drawing, submitting
from escalation.supervision.drawing import DrawWish
from escalation.supervision.inspection_store import drawn_tickets, frame_of, get_draw
from escalation.supervision.refusals import SENTENCES
from escalation.supervision.sampling import SampleSize
from escalation.supervision.submitting import Scores

LONGEST_SEED = 64


def draw(
    service: WithoutKnowledge,
    login: Login,
    count: Annotated[int | None, argument("--count", metavar="N", help="how many tickets at most")] = None,
    days: Annotated[int, argument("--days", metavar="D", help="of those that ended so lately (default: 30)")] = 30,
    queue: Annotated[str | None, argument("--queue", metavar="Q", help="only of this queue")] = None,
    share: Annotated[str | None, argument("--share", metavar="P", help="such as 5%% (default: the policy's)")] = None,
    least: Annotated[int | None, argument("--least", metavar="N", help="of each agent (default: the policy's)")] = None,
    seed: Annotated[str | None, argument("--seed", metavar="TEXT", help="to draw by (default: one at random)")] = None,
) -> Result:
    """Draw ended tickets at random, by tier and agent, which the inspector can open and score from now on.

    Raises NotReady for a share, least or seed that is none, and under a policy without supervision.
    """
    if queue is not None:
        one_of(service.rules.policy.queues, queue, "queue")
    supervision = service.rules.policy.supervision
    if supervision is None:
        raise NotReady(SENTENCES["no_section"])
    now, database = service.clock(), service.database
    who, since = database.read_now(person, login), now - timedelta(days=max(1, min(days, 3_650)))
    size = SampleSize(_share(share, supervision), _least(least, supervision), count)
    wish = DrawWish(since, now, size, _seed(seed), queue)
    made, found = database.write_now(drawing.draw, supervision, who, wish, "cli", now)
    numbers = ", ".join(f"#{each}" for each in found)
    words = f"{login} can read {counted(len(found), 'ticket')} more: {numbers}. Draw {made.id}, seed {made.seed}."
    told = {"draw": made.id, "login": login, "tickets": found, "seed": made.seed, "checklist": made.edition}
    return Result(told, words)


def check(
    service: WithoutKnowledge, number: Annotated[int, argument(metavar="DRAW", help="the number of a draw")]
) -> Result:
    """Draw again by the kept seed; fails where others were drawn. Raises NotReady for an unknown draw."""
    made = service.database.read_now(get_draw, number)
    if made is None:
        raise NotReady(f"There is no draw {number}; `jiedai inspections list` shows those there are.")
    frame = service.database.read_now(frame_of, number)
    again, kept = made.again(frame), service.database.read_now(drawn_tickets, number)
    same = again == kept
    verdict = "draws the same" if same else f"draws {_numbers(again)} instead of {_numbers(kept)}"
    words = f"Draw {number} by seed {made.seed} of {counted(len(frame), 'ticket')} {verdict}."
    return Result({"draw": number, "seed": made.seed, "again": again, "kept": kept, "same": same}, words, not same)


def score(
    service: WithoutKnowledge,
    ticket: Annotated[int, argument(metavar="TICKET")],
    acting: ActingAs,
    answers: Annotated[tuple[str, ...], argument("--answer", metavar="ITEM=A", help="yes, no, na or points")],
    remarks: Annotated[tuple[str, ...], argument("--remark", metavar="ITEM=TEXT", help="on an item")] = (),
    overall: Annotated[str, argument("--overall", metavar="TEXT", help="on the whole")] = "",
    draft: Annotated[bool, argument("--draft", help="keep it, submit it later")] = False,
) -> Result:
    """Score a drawn record, which is submitted once and told to its agent."""
    who, now = service.database.read_now(person, acting), service.clock()
    found = service.database.read_now(submitting.of_ticket, who, ticket)
    scores = Scores(_pairs("--answer", answers), _pairs("--remark", remarks), overall)
    if draft:
        service.database.write_now(submitting.save_draft, who, found.id, scores, now)
        return Result({"ticket": ticket, "state": "draft"}, f"The draft on ticket {ticket} is kept.")
    made = service.database.write_now(inspecting.submit, service.rules, who, found.id, scores, now)
    words = f"Ticket {ticket} is scored: {made.score} of 100. Its agent is told."
    return Result({"ticket": ticket, "state": "scored", "score": made.score}, words)


def _pairs(flag: str, given: Sequence[str]) -> dict[str, str]:
    for each in given:
        if "=" not in each:
            raise NotReady(f'Write {flag} as ITEM=VALUE; found "{each}".')
    return {name.strip(): value.strip() for name, _, value in (each.partition("=") for each in given)}


def _share(text: str | None, supervision: Supervision) -> int:
    if text is None:
        return supervision.share
    try:
        return parse_share(text)
    except ValueError:
        raise NotReady(f'The share must be above 0 and at most 100%, such as 5%; found "{text}".') from None


def _least(given: int | None, supervision: Supervision) -> int:
    if given is not None and not 0 <= given <= drawing.MOST:
        raise NotReady(f"The least of each agent must be from 0 to {drawing.MOST}; found {given}.")
    return supervision.least if given is None else given


def _seed(given: str | None) -> str:
    if given is not None and not 1 <= len(given) <= LONGEST_SEED:
        raise NotReady(f"The seed must have 1 to {LONGEST_SEED} characters; found {len(given)}.")
    return given or token_hex(8)


def _numbers(tickets: Sequence[int]) -> str:
    return ", ".join(f"#{each}" for each in tickets) or "none"
