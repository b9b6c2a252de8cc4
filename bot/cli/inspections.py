"""`jiedai inspections draw`: give an inspector records to read."""

from __future__ import annotations

from datetime import timedelta
from secrets import SystemRandom
from typing import Annotated

from bot.cli.command import Login, argument
from bot.cli.output import Result, counted
from bot.cli.policy import one_of
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import person
from escalation.tickets import inspection


def draw(
    service: WithoutKnowledge,
    login: Login,
    count: Annotated[int, argument("--count", metavar="N", help="how many tickets at most (default: 10)")] = 10,
    days: Annotated[int, argument("--days", metavar="D", help="of those that ended so lately (default: 30)")] = 30,
    queue: Annotated[str | None, argument("--queue", metavar="Q", help="only of this queue")] = None,
) -> Result:
    """Draw ended tickets at random, which the inspector can open from now on."""
    if queue is not None:
        one_of(service.rules.policy.queues, queue, "queue")
    now, database = service.clock(), service.database
    who, since = database.read_now(person, login), now - timedelta(days=max(1, min(days, 3_650)))
    found = database.write_now(inspection.draw, who, count, since, now, SystemRandom().sample, queue)
    words = (
        f"{login} can read {counted(len(found), 'ticket')} more: {', '.join(f'#{each}' for each in found) or 'none'}."
    )
    return Result({"login": login, "tickets": found}, words)
