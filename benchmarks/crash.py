"""kill -9 again and again: of replicas, of agents who answer near the due times, of PostgreSQL itself.

    python -m benchmarks.crash [--quick] [--database URL]
    python -m benchmarks.crash --mutants | --mutant NAME

Afterwards the database alone is asked. With `--mutants` the harness proves itself on three ways of doing it wrong, and
fails if one of them passes.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from benchmarks import agents, ground, judging
from benchmarks.agents import Answer
from benchmarks.ground import LINES, Ground
from benchmarks.judging import FAULTS, Verdict
from benchmarks.mutants import MUTANTS
from benchmarks.replicas import DEATHS, Replica, running, sweeping
from benchmarks.tables import show
from bot.app import database_clock
from bot.storage.database import Database

LEAD = 2.0  # seconds until the first deadline is due
NEAR = 0.4  # seconds before the due time, at most, that agents mean to answer; a quarter of it after
AGENTS_DIE = 0.2  # the share of kills that hits agents
TRIES = 3  # runs in which a mutant has to be found
SETTLES = 60.0  # seconds within which what is left must be done by replicas that nobody kills any more


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it."""

    due: int
    kills: int
    crashes: int  # of PostgreSQL
    seconds: float  # over which the deadlines fall due
    answered: float = 0.5  # the share that somebody answers, about the due time
    mutant: str = ""


FULL = Plan(due=20_000, kills=500, crashes=10, seconds=240)
QUICK = Plan(due=1_500, kills=25, crashes=1, seconds=9, answered=0.2)
PROOF = Plan(due=600, kills=12, crashes=0, seconds=5)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, and how the database was found."""

    kills: int
    crashes: int
    verdict: Verdict


def run(where: Ground, plan: Plan, chance: random.Random) -> Outcome:
    """Seed, kill, wait until all is quiet, judge."""
    with ground.opened(where.url) as database:
        clock = database_clock(database)
        begin = clock() + timedelta(seconds=LEAD + plan.due / 2_000)
        path = where.folder / "plan.json"
        agents.write_plan(path, _seed(database, plan, begin, clock(), chance))
        staff = [ground.hire(database, name, clock()) for name in ("lin", "wang")]
        sweepers = [
            sweeping(where.url, where.folder / f"replica-{n}.log", plan.mutant)
            for n in range(2 if where.kind == "sqlite" else 3)
        ]
        others = [agents.answering(where.url, path, who, plan.mutant) for who in staff]
        with running([*sweepers, *others]):
            _sleep_until(begin, clock)
            crashes = _kill(where, plan, sweepers, others, chance)
            _sleep_until(begin + timedelta(seconds=plan.seconds) + LINES[-1].at, clock)
            _rest(database, clock, sweepers)
        return Outcome(plan.kills, crashes, database.read_now(judging.judge, clock()))


def _seed(database: Database, plan: Plan, begin: datetime, now: datetime, chance: random.Random) -> list[Answer]:
    dues = [begin + timedelta(seconds=chance.random() * plan.seconds) for _ in range(plan.due)]
    found = database.write_now(ground.seed, ground.bare_rules(), dues, LINES, now)
    chosen = chance.sample(list(zip(found, dues, strict=True)), round(plan.due * plan.answered))
    return [Answer(ticket, due.timestamp() + chance.uniform(-NEAR, NEAR / 4)) for ticket, due in chosen]


def _kill(where: Ground, plan: Plan, sweepers: list[Replica], others: list[Replica], chance: random.Random) -> int:
    """Carry out the kills, evenly over the time, and PostgreSQL's crashes among them; how many crashes there were."""
    started, crashes = time.monotonic(), 0
    wanted = plan.crashes if where.postgres is not None else 0
    for kill in range(plan.kills):
        time.sleep(max(0.0, started + plan.seconds * (kill + chance.random()) / plan.kills - time.monotonic()))
        if where.postgres is not None and crashes < wanted and kill * wanted >= plan.kills * (crashes + 0.5):
            where.postgres.crash()
            crashes += 1
        victim = chance.choice(others if chance.random() < AGENTS_DIE else sweepers)
        victim.die(chance.choice(DEATHS))
        _revive([*sweepers, *others])
    return crashes


def _revive(replicas: list[Replica]) -> None:
    """As a service manager does: whoever is dead is started again at once."""
    for replica in replicas:
        if not replica.process.is_alive() and replica.process.exitcode != 0:
            replica.start()


def _rest(database: Database, clock: Callable[[], datetime], sweepers: list[Replica]) -> None:
    """Nobody is killed any more: what is left must be done soon."""
    end = time.monotonic() + SETTLES
    while not database.read_now(judging.at_rest, clock()):
        _revive(sweepers)
        if time.monotonic() > end:
            return  # the judge will call it lost
        time.sleep(0.2)


def _sleep_until(instant: datetime, clock: Callable[[], datetime]) -> None:
    time.sleep(max(0.0, (instant - clock()).total_seconds()))


def measure(plan: Plan, given: str | None, seed: int) -> dict[str, Any]:
    """Both databases, or the one that was named."""
    found: dict[str, Any] = {}
    rows = []
    for where in ground.grounds(given):
        outcome = run(where, plan, random.Random(seed))
        verdict = outcome.verdict
        found[where.kind] = {**verdict.as_json(), "due": verdict.judged, "kills": outcome.kills}
        found[where.kind] |= {"crashes": outcome.crashes, **verdict.happened}
        rows += [(where.kind, name, str(value)) for name, value in found[where.kind].items()]
        rows += [(where.kind, f"e.g. {fault}", why) for fault, whys in verdict.examples.items() for why in whys]
    show("Killed at any instant; afterwards the database is asked", ("database", "what", "found"), rows)
    return found


def prove(names: Iterable[str], plan: Plan = PROOF, only: str | None = None, seed: int = 1) -> dict[str, Any]:
    """Run the harness over mutants: each has to be found on every kind of database it can live on."""
    found: dict[str, Any] = {}
    for name in names:
        for kind in [only] if only else ["sqlite", *([] if name == "default-transactions" else ["postgresql"])]:
            for attempt in range(TRIES):
                with ground.own_ground(kind) as where:
                    verdict = run(where, replace(plan, mutant=name), random.Random(seed + attempt)).verdict
                seen = bool(verdict.faults["lost"] or verdict.faults["doubled"])
                found[f"{name}, {kind}"] = {**verdict.as_json(), "found": seen, "runs": attempt + 1}
                if seen:
                    break
    rows = [
        (key, "found" if each["found"] else "NOT FOUND", str(each["runs"]), *(str(each[fault]) for fault in FAULTS))
        for key, each in found.items()
    ]
    show("Mutants in the same harness", ("mutant", "harness", "runs", *FAULTS), rows)
    return found


def main() -> int:
    """Run what was asked for; 1 if anything was found that should not be, or a mutant was not."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.crash", description=__doc__)
    options.add_argument("--quick", action="store_true", help="25 kills and 1,500 deadlines on each database")
    options.add_argument("--database", metavar="URL", help="an empty database instead of ones of our own")
    options.add_argument("--mutant", choices=MUTANTS, action="append", default=[], help="spoil the program so")
    options.add_argument("--mutants", action="store_true", help="all mutants, one after another")
    options.add_argument("--seed", type=int, help="of all that is random here; what the system does is random anyway")
    given = options.parse_args()
    if given.seed is None:
        given.seed = random.randrange(10**6)
    print(f"seed {given.seed}")
    if names := (MUTANTS if given.mutants else given.mutant):
        proofs = prove(names, seed=given.seed)
        print(json.dumps(proofs, ensure_ascii=False))
        return 0 if all(each["found"] for each in proofs.values()) else 1
    found = measure(QUICK if given.quick else FULL, given.database, given.seed)
    all_of_it = judging.together(found)
    print(json.dumps(all_of_it, ensure_ascii=False))
    return 1 if any(all_of_it[fault] for fault in FAULTS) else 0


if __name__ == "__main__":
    sys.exit(main())
