"""`jiedai policy check|explain`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from bot.app import NotReady
from bot.commands.opening import instant, settings_of
from bot.commands.printing import tell, tell_json, tell_table
from bot.replies import WEEKDAYS
from escalation.deadlines import Deadline, as_json, owed
from escalation.instants import iso
from escalation.policy import Policy
from escalation.policy_faults import PolicyFaults
from escalation.policy_file import read_policy
from escalation.routing import route


def check(options: argparse.Namespace) -> None:
    """Every fault with its line; exit code 1 when there is one."""
    try:
        policy = read_policy(Path(options.file))
    except PolicyFaults as faults:
        if options.json:
            tell_json({"ok": False, "faults": [{"line": f.line, "message": f.message} for f in faults.faults]})
        else:
            tell(str(faults))
        raise SystemExit(1) from None
    if options.json:
        tell_json({"ok": True, "faults": [], "version": policy.version})
    else:
        size = f"{len(policy.tiers)} tiers, {len(policy.queues)} queues"
        tell(f"{options.file}: no faults; {size}, version {policy.version}.")


def explain(options: argparse.Namespace) -> None:
    """The queue and every milestone of a matter that is raised and handed over at one instant."""
    policy = read_policy(settings_of(options).policy)
    tier = one_of(policy.tiers, options.tier, "tier")
    by_label = {urgency.label: urgency.id for urgency in policy.urgencies.values()}
    wanted = options.urgency or policy.default_urgency
    urgency = one_of(policy.urgencies, by_label.get(wanted, wanted), "urgency")
    topic = one_of(policy.topics, options.topic, "topic").id if options.topic else None
    at = instant(options.at)
    queue = route(policy, tier.id, topic, urgency.id)
    due = owed(policy, tier, urgency, at, at, topic=topic)
    if options.json:
        tell_json(_as_json(policy, tier.id, topic, urgency.id, queue.id, at, due))
        return
    rows = [_row(policy, deadline) for deadline in due]
    title = f"{tier.id} · {queue.id} · {iso(at, policy.zone)}"
    tell_table(title, ("milestone", "starts on", "within", "warning", "due"), rows)


def one_of(known: Any, wanted: str, what: str) -> Any:
    """The policy's value of that name; refuses an unknown one by naming those there are."""
    if wanted not in known:
        raise NotReady(f'The policy has no {what} "{wanted}"; it has {", ".join(known)}.')
    return known[wanted]


def _as_json(
    policy: Policy, tier: str, topic: str | None, urgency: str, queue: str, at: Any, due: tuple[Deadline, ...]
) -> dict[str, Any]:
    return {
        "tier": tier,
        "topic": topic,
        "urgency": urgency,
        "at": iso(at, policy.zone),
        "queue": queue,
        "milestones": [as_json(deadline, policy.zone) for deadline in due],
        "provisional": [deadline.milestone for deadline in due if deadline.provisional],
    }


def _row(policy: Policy, deadline: Deadline) -> tuple[str, ...]:
    line = as_json(deadline, policy.zone)
    instants = [at.astimezone(policy.zone) if at else None for at in (deadline.warn_at, deadline.due_at)]
    warn, due = (f"{at:%m-%d} 周{WEEKDAYS[at.weekday()]} {at:%H:%M}" if at else "–" for at in instants)
    within = f"{line['within']} {line['basis']}{'（暂定）' if deadline.provisional else ''}"
    return (f"{deadline.label}\n{deadline.milestone}", deadline.starts_on, within, warn, due)
