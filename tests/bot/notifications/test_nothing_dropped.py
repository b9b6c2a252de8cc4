"""Random histories: whatever falls due on a ticket that nobody has claimed is in the inbox of somebody who can act."""

from __future__ import annotations

import random

import pytest

from bot.agents.actions import Acknowledge, Claim, Release, Reply
from bot.notifications import notice_inbox
from bot.notifications.notice_inbox import InboxLine
from escalation.roles import ALL_QUEUES
from escalation.staff import Staff
from escalation.tickets.access import is_in_hand
from escalation.tickets.lifecycle import Refused
from tests.bot.scene import Scene

CUSTOMERS = (None, "C1001", "C1007", "C1015", "C1020")
WORDS = ("人工", "我要投诉，上周送来的复印机是翻新的", "机器冒烟了，快来人")
LATE = ("breach", "overdue", "reminder")


@pytest.mark.parametrize("seed", range(6))
def test_every_late_deadline_of_an_unclaimed_ticket_reached_somebody_who_can_act(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    people = [scene.staff("li", queues=("通用客服", "投诉处理")), scene.staff("wang"), scene.staff("zhao", "lead")]
    visitors = 0
    for _ in range(14):
        match chance.choice(("comes", "passes", "passes", "claims", "releases", "answers", "reads", "acknowledges")):
            case "comes":
                visitors += 1
                contact = chance.choice(CUSTOMERS) if visitors > 1 else None
                scene.visitor(f"v{visitors}", customer=contact).say(chance.choice(WORDS))
            case "passes":
                scene.pass_time(minutes=chance.choice((5, 40, 130, 600)))
            case what:
                _does(scene, what, chance.choice(people), chance)
        _nothing_is_dropped(scene, people)


def _does(scene: Scene, what: str, who: Staff, chance: random.Random) -> None:
    if not scene.tickets:
        return
    ticket = chance.choice(scene.tickets)
    action = {"claims": Claim(), "releases": Release(), "acknowledges": Acknowledge(), "answers": Reply("您好", "k")}
    try:
        if what == "reads":
            scene.write(notice_inbox.mark_read, who, who.queues, ticket.id)
        else:
            scene.act(who, action[what], ticket.id)
    except Refused:
        pass


def _nothing_is_dropped(scene: Scene, people: list[Staff]) -> None:
    """Every step that was taken stands, read or unread, in an inbox of somebody who may act on the ticket."""
    shown = {who.id: _told(scene, who) for who in people}
    for ticket in (one for one in scene.tickets if one.state == "waiting"):
        late = [
            row.id
            for row in scene.clocks_of(ticket.id)
            if row.state == "open" and row.has_told_its_end and row.due_at <= scene.now
        ]
        able = [who for who in people if is_in_hand(who, ticket)]
        told = sum(line.kind in LATE for who in able for line in shown[who.id] if line.ticket_id == ticket.id)
        assert told >= len(late), f"ticket {ticket.id}: {len(late)} late, {told} told"


def _told(scene: Scene, who: Staff) -> list[InboxLine]:
    queues = [queue for queue in scene.policy.queues if ALL_QUEUES in who.queues or queue in who.queues]
    return list(scene.read(notice_inbox.notices_for, scene.vault, who, queues, 10_000))
