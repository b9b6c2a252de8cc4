"""What may happen next in a house, each at random: customers, staff, whoever keeps the rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from benchmarks.measures import editions
from benchmarks.measures.world import World
from bot.agents import actions
from bot.agents.corrections import Correct
from bot.agents.new_tickets import EnteredMatter, enter
from bot.tickets.merging import merge_tickets
from bot.transcript import conversations, message_store
from escalation.customers.model import TierDecision
from escalation.staffing import dispatch
from escalation.tickets import (
    dissatisfaction,
    ending,
    facts,
    opening,
    rerouting,
    ticket_store,
    undoing,
)
from escalation.tickets.correcting import Correction
from escalation.tickets.lifecycle import Ticket
from escalation.tickets.plans import PlanStep
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import ARTICLES

MOST_TICKETS = 6
TIERS = ("特级", "一级", "二级", "三级")
TOPICS = (None, "故障", "发票", "建议", "投诉")
REASONS = ("asked_for_person", "missed_twice", "unsure")
NUMBERS = ("DD20261123-04", "SN-88990017", "13800001234", "AB-12", "HT2026-7788X")
FACTS = (
    *("called", "called", "call_missed", "waiting_for_customer", "plan_explained", "objected", "confirmed"),
    *("progress_reported", "work_done", "accepted", "investigated", "result_told", "reported_upward", "assessed"),
)
DIMENSIONS = ("efficiency", "response", "expertise", "communication")


def opens(world: World) -> None:
    """The bot hands over, or staff enter a call."""
    if len(world.tickets) < MOST_TICKETS:
        (enters if world.dice.random() < 0.3 else hands_over)(world)


def hands_over(world: World) -> None:
    dice, visitor = world.dice, world.dice.choice(world.visitors)
    topic = dice.choice(TOPICS)
    ago = timedelta(seconds=dice.choice((0, 0, 40, 1_234, 90_061)))
    contact = dice.choice((None, *world.customers))
    urgency = dice.choice(("low", "normal", "normal", "normal", "urgent", "critical"))

    def hand_over(db: Connection) -> Any:
        talk = conversations.lock_conversation(db, visitor.channel, visitor.address, world.now)
        matter = opening.NewTicket(
            *(
                talk.id,
                talk.contact_id or contact,
                TierDecision(dice.choice(TIERS), "样例"),
                topic,
                urgency,
                topic == "投诉",
            ),
            *("打印机不动了", dice.choice(REASONS), None, [], [], world.now - ago),
        )
        opened = opening.open_ticket(db, world.policy, matter, world.now)
        conversations.save_conversation(db, replace(talk, ticket_id=opened.ticket.id), world.now)
        return opened

    world.do(f"hands over {topic} {urgency}", hand_over)


def enters(world: World) -> None:
    dice = world.dice
    channel = dice.choice(("phone", "phone", "mail", "visit"))
    contact = dice.choice((None, None, *world.customers))
    matter = EnteredMatter(
        key=str(dice.random()),
        channel=channel,
        what=f"打印机不动了 {dice.choice(NUMBERS)}",
        contact_id=contact,
        caller="" if contact else "来电人",
        details=dice.choice(("", dice.choice(NUMBERS))),
        topic=dice.choice(TOPICS),
        raised_at=world.now - timedelta(seconds=dice.choice((0, 61, 5_000, 200_000))),
        complaint=dice.random() < 0.2,
        answered=channel != "mail" and dice.random() < 0.5,
        hold=dice.random() < 0.4,
    )
    who = dice.choice((*world.people, None))
    world.do(f"enters {channel}", enter, world.rules, who, who.login if who else "api", matter, world.now)


def _at_work(world: World, what: str, action: Any, *, held: bool = True, is_open: bool | None = True) -> None:
    """A ticket's holder, or anybody of its queue, does something."""
    ticket = world.some_ticket(is_open=is_open, is_held=held)
    if ticket is not None:
        who = _who(world, ticket) if held else world.dice.choice(world.people)
        made = action(world, ticket) if callable(action) else action
        world.do(f"#{ticket.id} {who.login} {what}", actions.act, world.rules, who, ticket.id, made, world.now)


def _who(world: World, ticket: Ticket) -> Any:
    mine = [each for each in world.people if each.id == ticket.holder_id]
    return mine[0] if mine and world.dice.random() < 0.9 else world.dice.choice(world.people)


def claims(world: World) -> None:
    """Somebody takes one."""
    _at_work(world, "claims", actions.Claim(), held=False)


def replies(world: World) -> None:
    """An agent writes, now and then what the knowledge base says."""

    def reply(world: World, _: Ticket) -> Any:
        words = world.dice.choice(
            (*(each.answer for each in ARTICLES[:3]), "您好，马上处理。", world.dice.choice(NUMBERS))
        )
        return actions.Reply(words, str(world.dice.random()))

    _at_work(world, "replies", reply)


def records(world: World) -> None:
    """A call, a fact of the policy, waiting for the customer."""
    ticket, fact = world.some_ticket(is_held=True), world.dice.choice(FACTS)
    if ticket is not None:
        cause = world.dice.choice(world.policy.complaint_causes)
        who = _who(world, ticket)
        world.do(
            *(f"#{ticket.id} {who.login} {fact}", facts.record, world.policy, ticket.id, who, fact, world.now, cause)
        )


def serves(world: World) -> None:
    """Somebody takes a ticket and does what is to be done, one thing after the other, as far as they get."""
    dice, ticket = world.dice, world.some_ticket(is_open=True, is_held=False)
    if ticket is None:
        return
    who = dice.choice(world.people)
    todo = [actions.Claim(), actions.Record(dice.choice(("called", "call_missed")))]
    todo += [_plan(world, who.id), actions.TickStep(1), actions.TickStep(2)] if dice.random() < 0.4 else []
    todo += [actions.Reply(dice.choice(ARTICLES).answer, str(dice.random()))] if dice.random() < 0.5 else []
    todo += [actions.Record("waiting_for_customer")] if dice.random() < 0.2 else []
    for action in todo[: dice.randint(1, len(todo))]:
        what = f"#{ticket.id} {who.login} {action}"
        world.do(what, actions.act, world.rules, who, ticket.id, action, world.now)
        world.wait(timedelta(seconds=dice.choice((3, 70, 1_000, 6_000))))


def plans(world: World) -> None:
    """A plan of a few steps, or a step of it done."""
    if world.dice.random() < 0.6:
        _at_work(world, "ticks", lambda w, _: actions.TickStep(w.dice.randint(1, 3)))
    else:
        _at_work(world, "plans", lambda w, t: _plan(w, t.holder_id or w.people[0].id))


def _plan(world: World, responsible: int) -> Any:
    steps = range(1, world.dice.randint(3, 5))
    return actions.MakePlan(responsible, tuple(PlanStep(f"第{n}步", world.now + timedelta(days=n)) for n in steps))


def passes_on(world: World) -> None:
    """To another queue, or to a colleague, or back; or a step takes it away."""
    dice = world.dice
    chosen = dice.random()
    if chosen < 0.55:
        to = dice.choice((None, *(each.id for each in world.people)))
        queue = dice.choice(("技术支持", "通用客服", "二级专员"))
        _at_work(world, f"transfers to {to}", lambda _w, t: actions.Transfer(dice.choice((queue, t.queue)), to))
    elif chosen < 0.8:
        _at_work(world, "releases", actions.Release())
    elif (ticket := world.some_ticket(is_open=True)) is not None:
        world.do(f"#{ticket.id} is taken away", dispatch.reassign, world.policy, ticket.id, "queue", world.now)


def ends(world: World) -> None:
    """Solved, withdrawn, not waited for any longer, closed."""
    ticket, chosen = world.some_ticket(is_held=True), world.dice.random()
    if ticket is None:
        return
    if chosen < 0.75:
        who, cause = _who(world, ticket), world.dice.choice(world.policy.complaint_causes)
        world.do(f"#{ticket.id} {who.login} resolves", ending.resolve, world.policy, ticket.id, who, world.now, cause)
    elif chosen < 0.85:
        world.do(f"#{ticket.id} is withdrawn", ending.withdraw, world.policy, ticket.id, world.now)
    elif chosen < 0.9:
        world.do(f"#{ticket.id} is closed", ending.close, world.policy, ticket.id, world.now)
    else:
        for each in [each for each in world.tickets if each.waits_since is not None][:1]:
            world.do(f"#{each.id} lapses", ending.lapse, world.policy, each.id, world.now)


def takes_back(world: World) -> None:
    """Somebody takes back what was just done, mostly right after it."""
    dice, ticket = world.dice, world.some_ticket()
    if ticket is not None:
        if dice.random() < 0.8:
            dice.choice((passes_on, ends, records))(world)
            world.wait(timedelta(seconds=dice.randint(1, 25)))
            if dice.random() < 0.3:
                dice.choice((presses, writes, retiers))(world)
                world.wait(timedelta(seconds=dice.randint(1, 4)))
        number = int(world.deeds[-1].split("#")[1].split()[0]) if "#" in world.deeds[-1] else ticket.id
        ticket, who = replace(ticket, id=number), dice.choice((world.people[2], *world.people))
        world.do(f"#{ticket.id} {who.login} undoes", undoing.undo, world.policy, ticket.id, who, world.now)


def reopens(world: World) -> None:
    """By its customer, or by staff who take it."""
    ticket = world.some_ticket(is_open=False)
    if ticket is None:
        return
    if world.dice.random() < 0.5:
        world.do(f"#{ticket.id} is reopened", opening.reopen, world.policy, ticket.id, world.now)
    else:
        _at_work(world, "reopens", actions.ReopenTicket(hold=world.dice.random() < 0.5), is_open=False)


def merges(world: World) -> None:
    """Two tickets are of one matter."""
    one = world.some_ticket(is_open=True)
    known = [each for each in world.tickets if one and each.id != one.id and each.is_open]
    fit = [each for each in known if one and each.conversation_id == one.conversation_id] or known
    if one is not None and fit:
        lead, other = world.people[2], world.dice.choice(fit)
        world.do(f"#{one.id} goes into #{other.id}", merge_tickets, world.rules, lead, one.id, other.id, world.now)


def rates(world: World) -> None:
    """A score, or scores by dimension."""
    ticket, dice = world.some_ticket(is_open=False), world.dice
    if ticket is None:
        return
    if dice.random() < 0.6:
        score = dice.randint(1, 5)
        world.do(f"#{ticket.id} is rated {score}", dissatisfaction.rate, world.policy, ticket.id, score, world.now)
    else:
        scores = {name: dice.randint(1, 5) for name in dice.sample(DIMENSIONS, dice.randint(1, 3))}
        world.do(f"#{ticket.id} is rated {scores}", dissatisfaction.rate_dimensions, ticket.id, scores, world.now)


def presses(world: World) -> None:
    """The customer hurries, complains, is in danger."""
    ticket, chosen = world.some_ticket(is_open=True), world.dice.random()
    if ticket is None:
        return
    if chosen < 0.4:
        world.do(f"#{ticket.id} is urged", facts.urge, ticket.id, world.now)
    elif chosen < 0.75:
        world.do(f"#{ticket.id} complains", rerouting.turn_into_complaint, world.policy, ticket.id, world.now)
    else:
        world.do(f"#{ticket.id} is urgent", rerouting.escalate_urgency, world.policy, ticket.id, "critical", world.now)


def corrects(world: World) -> None:
    """Staff say that it is no complaint, or one, or about something else."""
    dice = world.dice
    wish = dice.choice(
        (
            *(Correction(complaint=False, reason="核实过"), Correction(complaint=True)),
            *(Correction(topic=dice.choice(TOPICS) or ""), Correction(urgency="urgent")),
            *(Correction(urgency="low", reason="核实过"), Correction(gravity=dice.choice(("major", "complex", "")))),
        )
    )
    _at_work(world, "corrects", Correct(wish))


def retiers(world: World) -> None:
    """Another tier, or another customer's."""
    ticket = world.some_ticket(is_open=True)
    if ticket is not None:
        tier = TierDecision(world.dice.choice(TIERS), "改判")
        world.do(
            *(f"#{ticket.id} becomes {tier.tier}", rerouting.reroute, world.policy, ticket.id, ticket.contact_id, tier),
            world.now,
        )


def rules_change(world: World) -> None:
    """Another policy, or a day that is entered."""
    dice = world.dice
    if dice.random() < 0.5:
        world.bring_into_force(editions.chosen(dice, world.zone))
        world.deeds.append(f"{world.now:%m-%d %H:%M:%S} another policy")
        return
    day = world.now.date() + timedelta(days=dice.randint(-3, 12))
    world.set_day(CalendarDay(day, dice.choice(("off", "on")), "安排", dice.choice((None, "工作日", "每日"))))


def writes(world: World) -> None:
    """The customer of a ticket writes on."""
    ticket, dice = world.some_ticket(), world.dice
    if ticket is None:
        return
    words = dice.choice(("还没好吗", f"单号 {dice.choice(NUMBERS)}，{dice.choice(NUMBERS)}", "请看附件"))

    def write(db: Connection) -> None:
        talk = conversations.lock_conversation_by_id(db, ticket.conversation_id)
        now = ticket_store.lock_ticket(db, ticket.id)
        message_store.add_message(db, replace(talk, ticket_id=ticket.id), "customer", words, world.now)
        facts.customer_wrote(db, world.policy, now.id, world.now)

    world.do(f"#{ticket.id} customer writes {words}", write)


def acknowledges(world: World) -> None:
    """Somebody has seen that it is late."""
    _at_work(world, "acknowledges", actions.Acknowledge())


Act = Callable[[World], None]
OF_TICKETS: tuple[tuple[int, Act], ...] = (
    *(
        (6, opens),
        (7, serves),
        (5, claims),
        (9, replies),
        (10, records),
        (5, plans),
        (6, passes_on),
        (9, ends),
        (5, takes_back),
    ),
    *((4, reopens), (3, merges), (4, rates), (4, presses), (4, corrects), (2, retiers), (1, rules_change), (6, writes)),
    (1, acknowledges),
)
