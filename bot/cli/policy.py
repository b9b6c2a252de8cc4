"""`jiedai policy check|explain|history|show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from bot import app
from bot.app import NotReady
from bot.cli.command import File, argument
from bot.cli.output import Result, Table, minute
from bot.cli.policy_chain import case_of, chain_as_json, chain_in_words
from bot.cli.policy_matrix import matrix
from bot.cli.policy_proofs import rules_as_json, rules_in_words, unkept_of
from bot.cli.session import Where, WithoutKnowledge, instant
from bot.cli.talk import verdict
from bot.cli.talk_rules import DataFolder, rules_for
from bot.cli.talk_stage import play_talks, talks_of
from bot.config.settings import DATABASE_FILE, Settings
from bot.migrations import schema
from bot.storage.database import Database
from escalation.calendars import calendar_editions
from escalation.policy import policy_editions
from escalation.policy.faults import PolicyFaults
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.working_hours.instants import iso


def check(
    file: File,
    talks: Annotated[
        str | None, argument("--talks", metavar="FOLDER", help="play these talks by it: a folder, or a file")
    ] = None,
    data: DataFolder = None,
) -> Result:
    """Return every fault of the policy with its line, what of it cannot be kept, then how talks go by it.

    Failed if something is wrong.
    """
    found = _checked(file)
    if talks is None or found.failed:
        return found
    wanted = talks_of([talks])
    rules, customers = rules_for(wanted, data, file)
    played = verdict(play_talks(rules, wanted, customers), rules.policy.zone)
    value = found.value | {"ok": not played.failed, "talks": played.value["talks"]}
    return Result(value, [*_lines(found)[:1], *_lines(played)], played.failed)  # without the table of rules


def _lines(result: Result) -> list[str | Table]:
    return [result.text] if isinstance(result.text, str) else list(result.text)


def _checked(file: str) -> Result:
    try:
        policy = read_policy(Path(file))
    except PolicyFaults as faults:
        found = [{"line": fault.line, "message": fault.message} for fault in faults.faults]
        return Result({"ok": False, "faults": found}, str(faults), failed=True)
    unkept = unkept_of(policy, Path(file))
    found = [{"line": fault.line, "message": fault.message} for fault in unkept]
    value = {"ok": not unkept, "faults": found, "rules": rules_as_json(policy), "version": policy.version}
    if unkept:
        return Result(value, "\n".join(map(str, unkept)), failed=True)
    size = f"{len(policy.tiers)} tiers, {len(policy.queues)} queues"
    lines: list[str | Table] = [
        f"{file}: no faults; {size}, version {policy.version}.",
        rules_in_words(policy),
        *hints_of(policy),
    ]
    return Result(value | {"hints": hints_of(policy)}, lines)


def hints_of(policy: Policy) -> list[str]:
    """Return what the policy leaves unsaid that somebody should decide; none of it is a fault."""
    hints = []
    if policy.notice is None:
        hints.append('Hint: there is no "privacy", so customers are shown no notice of what is done with their data.')
    if policy.emergency is None or policy.emergency.is_stale(app.utc_now().astimezone(policy.zone).date()):
        hints.append("Hint: there is no emergency plan that was rehearsed within a year (`jiedai policy emergency`).")
    if not policy.outside_chat.is_stated:
        hints.append('Hint: there is no "outside_chat", so the staff\'s Telegram group reads all of a customer.')
    return hints


def explain(
    settings: Where,
    tier: Annotated[
        str | None,
        argument("--tier", metavar="T", help="one tier, with who is told when (default: all, side by side)"),
    ] = None,
    at: Annotated[
        str | None, argument("--at", metavar="INSTANT", help="e.g. 2026-10-09T20:30+08:00 (default: now)")
    ] = None,
    topic: Annotated[str | None, argument("--topic", metavar="T")] = None,
    urgency: Annotated[str | None, argument("--urgency", metavar="U")] = None,
    queue: Annotated[
        str | None, argument("--queue", metavar="Q", help="as if it were there (default: where the policy routes it)")
    ] = None,
) -> Result:
    """Return queue, deadlines and steps of a matter raised and handed off at one instant, or of all tiers."""
    when = instant(at) if at else app.utc_now()
    policy = in_force(settings)
    by_label = {each.label: each.id for each in policy.urgencies.values()}
    wanted = urgency or policy.default_urgency
    grade = one_of(policy.urgencies, by_label.get(wanted, wanted), "urgency")
    about = one_of(policy.topics, topic, "topic").id if topic else None
    place = one_of(policy.queues, queue, "queue").id if queue else None
    tiers = [one_of(policy.tiers, tier, "tier")] if tier else list(policy.tiers.values())
    cases = [case_of(policy, each, about, grade, when, place) for each in tiers]
    found = [chain_as_json(case) for case in cases]
    if tier:
        return Result(found[0], chain_in_words(cases[0]))
    return Result({"at": iso(when, policy.zone), "tiers": found}, matrix(cases))


def history(service: WithoutKnowledge) -> Result:
    """Return every edition of the policy, newest first."""
    zone = service.rules.policy.zone
    editions = service.database.read_now(policy_editions.editions)
    found = [{"version": one.version, "since": iso(one.activated_at, zone)} for one in editions]
    if not editions:
        return Result(found, "No edition yet: the policy file is kept when the house first serves.")
    rows = [
        (one.version, minute(one.activated_at, zone), "" if number else "in force")
        for number, one in enumerate(editions)
    ]
    table = Table("Policy", ("version", "since", ""), rows)
    return Result(found, [table, "`jiedai policy show VERSION` prints one."])


def show(
    service: WithoutKnowledge,
    version: Annotated[str, argument(metavar="VERSION", help="as `policy history` and tickets name it")],
) -> Result:
    """Return the file of one edition; raises NotReady for an unknown one."""
    editions = service.database.read_now(policy_editions.editions)
    found = next((one for one in editions if one.version == version), None)
    if found is None:
        raise NotReady(f'There is no edition "{version}"; `jiedai policy history` lists those there are.')
    since = iso(found.activated_at, service.rules.policy.zone)
    return Result({"version": found.version, "since": since, "text": found.text}, found.text.rstrip("\n"))


def in_force(settings: Settings) -> Policy:
    """Return the policy file with the calendar years in the database, if there is one; creates nothing."""
    policy = read_policy(settings.policy)
    if not settings.database and not (settings.data / DATABASE_FILE).exists():
        return policy
    if settings.database.startswith("sqlite:///") and not Path(settings.database.removeprefix("sqlite:///")).exists():
        return policy
    database = Database(settings.database_url)
    try:
        if not database.read_now(schema.is_current):
            return policy
        return calendar_editions.applied(policy, database.read_now(calendar_editions.in_force))
    finally:
        database.close()


def one_of(known: Any, wanted: str, what: str) -> Any:
    """Return the policy's value of this name; raises NotReady for an unknown one, naming those there are."""
    if wanted not in known:
        raise NotReady(f'The policy has no {what} "{wanted}"; it has {", ".join(known)}.')
    return known[wanted]
