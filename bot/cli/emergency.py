"""`jiedai emergency on|off|show` and `jiedai policy emergency`: the mode, and the plan."""

from __future__ import annotations

from typing import Annotated, Any

from bot import app
from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.os_user import os_user
from bot.cli.output import Result, Table
from bot.cli.policy import in_force
from bot.cli.session import Where, WithoutKnowledge
from escalation.journal import emergency_mode

MOST = 200  # characters of a reason
Reason = Annotated[str, argument("--reason", metavar="WHY", help="in a sentence; it stands in the journal")]


def turn_on(service: WithoutKnowledge, reason: Reason) -> Result:
    """Let everything go to people at once; raises NotReady without a reason, or where it is on already."""
    return _switch(service, reason, on=True)


def turn_off(service: WithoutKnowledge, reason: Reason) -> Result:
    """Let the bot answer again; raises NotReady without a reason, or where it is off already."""
    return _switch(service, reason, on=False)


def show(service: WithoutKnowledge) -> Result:
    """Return whether the mode is on, and why."""
    reason = service.database.read_now(emergency_mode.emergency_reason)
    words = f"The emergency mode is on: {reason}" if reason else "The emergency mode is off."
    return Result({"on": bool(reason), "reason": reason}, words)


def plan(settings: Where) -> Result:
    """Return the emergency plan of the policy; raises NotReady where it has none."""
    policy = in_force(settings)
    if policy.emergency is None:
        raise NotReady('The policy has no "emergency" plan; write its steps, roles and numbers into the policy file.')
    found = policy.emergency
    stale = found.is_stale(app.utc_now().astimezone(policy.zone).date())
    rehearsed = found.rehearsed.isoformat() if found.rehearsed is not None else None
    value: dict[str, Any] = {
        "steps": list(found.steps),
        "degraded": found.degraded,
        "rehearsed": rehearsed,
        "stale": stale,
    }
    value["roles"] = [{"role": each.role, "who": each.who, "phone": each.phone} for each in found.roles]
    lines: list[str | Table] = [f"{number}. {step}" for number, step in enumerate(found.steps, 1)]
    lines.append(Table("Who", ("role", "who", "phone"), [(one.role, one.who, one.phone) for one in found.roles]))
    lines.append(f"Meanwhile: {found.degraded}")
    due = " Rehearse it: that is over a year ago." if stale and rehearsed else " Rehearse it once." if stale else ""
    lines.append(f"Last rehearsed: {rehearsed or 'never'}.{due}")
    return Result(value, lines)


def _switch(service: WithoutKnowledge, reason: str, *, on: bool) -> Result:
    reason = reason.strip()
    if not reason:
        raise NotReady("Say why with --reason, in a sentence.")
    if len(reason) > MOST:
        raise NotReady(f"--reason must be at most {MOST} characters.")
    word = "on" if on else "off"
    by, now = f"cli {os_user()}", service.clock()
    if not service.database.write_now(emergency_mode.switch, on=on, reason=reason, by=by, now=now):
        why = "`jiedai emergency show` says why" if on else "nothing was changed"
        raise NotReady(f"The emergency mode is {word} already; {why}.")
    return Result({"on": on, "reason": reason}, f"The emergency mode is {word}; running servers follow in seconds.")
