"""Chooses the agent for a waiting ticket, or says why there is none; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from escalation.roles import includes

MOST_NAMED = 3  # of a team, in the reason for going past it
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class AgentCandidate:
    """An agent who may be assigned a ticket, with their present load."""

    staff_id: int
    login: str
    leads: bool = False
    queues: Sequence[str] = ()
    skills: Collection[str] = ()
    capacity: int | None = None  # open tickets at most, theirs or the policy's; None: no limit
    open: int = 0  # claimed and assigned ones
    assigned_at: datetime | None = None
    on_duty: bool = False
    on_call: bool = False
    is_busy: bool = False  # assigned nothing new

    def works(self, queue: str) -> bool:
        """Whether they work this queue."""
        return includes(self.queues, queue)

    @property
    def is_full(self) -> bool:
        """Whether their open tickets have reached their capacity."""
        return self.capacity is not None and self.open >= self.capacity


@dataclass(frozen=True, slots=True)
class AssignmentNeeds:
    """What a ticket needs of its agent."""

    queue: str
    skills: Collection[str] = ()
    knows: int | None = None  # who held it before it was reopened, and comes first of all
    agent: str | None = None  # sign-in name of the customer's own agent, who comes next
    team: Mapping[str, str] = field(default_factory=dict)  # the customer's own team, after the agent: login → post
    wakes: bool = False  # people on call may be woken for it when nobody on duty can take it
    excluded: Collection[int] = frozenset()  # who let it lapse, or gave it back


@dataclass(frozen=True, slots=True)
class Choice:
    """The agent, or None and the reason in words."""

    staff_id: int | None
    reason: str


def choose(candidates: Sequence[AgentCandidate], wanted: AssignmentNeeds) -> Choice:
    """Choose who knows the matter, else the customer's own agent, their own team, the one with the fewest tickets.

    Of equals the longest unassigned. Only agents on duty and not busy who work the queue, have the skills and are below
    their capacity; staff on call only for a ticket that `wakes` them when no agent on duty can take it.
    """
    here = [one for one in candidates if one.works(wanted.queue)]
    on_duty = [one for one in here if one.on_duty]
    awake = _fit(on_duty, wanted)
    woken = [] if awake or not wanted.wakes else _fit([one for one in here if one.on_call and not one.on_duty], wanted)
    found = min(awake or woken, key=lambda one: _order(one, wanted), default=None)
    if found is None:
        return Choice(None, _why_nobody(on_duty, wanted))
    if found.staff_id == wanted.knows:
        return Choice(found.staff_id, "上次由其经办")
    if found.login == wanted.agent:
        return Choice(found.staff_id, "客户的专属客服")
    why_not = _why_not_theirs(here, found, wanted)
    if found.login in wanted.team:
        return Choice(found.staff_id, f"客户的专属团队（{wanted.team[found.login]}）{why_not}")
    reason = "值班人员" if not found.on_duty else f"当班，手上 {found.open} 张工单"
    return Choice(found.staff_id, f"{reason}{why_not}")


def _fit(people: Sequence[AgentCandidate], wanted: AssignmentNeeds) -> list[AgentCandidate]:
    free = [one for one in people if not one.is_busy and not one.is_full]
    return [one for one in free if _can(one, wanted) and one.staff_id not in wanted.excluded]


def _can(one: AgentCandidate, wanted: AssignmentNeeds) -> bool:
    return set(wanted.skills) <= set(one.skills)


def _order(one: AgentCandidate, wanted: AssignmentNeeds) -> tuple[bool, bool, bool, int, datetime, int]:
    known = (one.staff_id != wanted.knows, one.login != wanted.agent, one.login not in wanted.team)
    return (*known, one.open, one.assigned_at or NEVER, one.staff_id)


def _why_nobody(on_duty: Sequence[AgentCandidate], wanted: AssignmentNeeds) -> str:
    skilled = [one for one in on_duty if _can(one, wanted)]
    left = [one for one in skilled if one.staff_id not in wanted.excluded]
    if not on_duty:
        return f"{wanted.queue}现在无人当班"
    if not skilled:
        return f"当班的人都不具备所需技能（{'、'.join(sorted(wanted.skills))}）"
    if not left:
        return "当班的人都已派过，均未接手"
    if all(one.is_busy for one in left):
        return "当班的人都在忙碌"
    return "当班的人手上工单都已满额" if all(one.is_full for one in left) else "当班的人都在忙碌或手上工单已满额"


def _why_not_theirs(here: Sequence[AgentCandidate], found: AgentCandidate, wanted: AssignmentNeeds) -> str:
    """Why the ticket goes past the customer's own agent, and past their own team where it goes past that too."""
    parts = []
    if wanted.agent is not None:
        parts.append(f"专属客服 {wanted.agent} {_hindrance(here, wanted.agent, wanted)}")
    team = [login for login in wanted.team if login != wanted.agent]
    if len(team) > MOST_NAMED and found.login not in wanted.team:
        parts.append(f"专属团队 {len(team)} 人都接不了")
    elif team and found.login not in wanted.team:
        parts.append("专属团队 " + "、".join(f"{login} {_hindrance(here, login, wanted)}" for login in team))
    return f"；{'，'.join(parts)}" if parts else ""


def _hindrance(here: Sequence[AgentCandidate], login: str, wanted: AssignmentNeeds) -> str:
    one = next((each for each in here if each.login == login), None)
    if one is None or not one.on_duty:
        return f"现在不在{wanted.queue}当班"
    if not _can(one, wanted):
        return "不具备所需技能"
    if one.staff_id in wanted.excluded:
        return "已派过，未接手"
    if one.is_busy:
        return "正在忙碌"
    return "手上工单已满额"
