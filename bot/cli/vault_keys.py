"""`jiedai keys rotate|sealed|drop`: the keys that personal data is sealed with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from bot.config.secret_files import KEY_FILE
from bot.jobs import resealing
from bot.jobs.resealing import Pass
from bot.service import Service
from escalation import vault_keys
from escalation.journal.journal_store import record

BY = "cli"  # in the journal
SUBJECT = "vault"


def rotate(service: WithoutKnowledge) -> Result:
    """Add a key, which everything is sealed with from now on; raises NotReady where the keys are given from outside."""
    before = service.rules.vault.current
    added = vault_keys.add_key(_file(service))
    _record(service, "key added", {"key": before}, {"key": added})
    begun = f"The key {added} is in use. What is sealed with {before} is sealed anew while the service runs; "
    words = [
        begun + "`jiedai keys sealed` says how far it is.",
        f"Keep a copy of {KEY_FILE} with your backups: those made until then need {before} too.",
    ]
    return Result({"before": before, "current": added}, words)


def sealed(service: WithoutKnowledge) -> Result:
    """Return how far each table is sealed with the key in use, and what no key opens."""
    vault = service.rules.vault
    found = service.database.read_now(resealing.passes, vault)
    rows = [(each.table_name, "yes" if each.done else "not yet", str(each.unreadable)) for each in found]
    words: list[str | Table] = [Table(f"Sealed with {vault.current}", ("table", "sealed", "cannot be read"), rows)]
    if lost := sum(each.unreadable for each in found):
        words.append(f"{lost} values are opened by none of these keys; an older {KEY_FILE} may hold theirs.")
    if waiting := _waiting(found):
        words.append(f"Not done: {waiting}. A running service goes on by itself.")
    return Result({"current": vault.current, "tables": [_as_json(each) for each in found]}, words)


def drop(
    service: WithoutKnowledge, key: Annotated[str, argument(metavar="KEY", help="its name, as in `keys rotate`")]
) -> Result:
    """Remove a key that nothing is sealed with any more.

    Raises NotReady while something may be, and where the keys are given from outside.
    """
    path, vault = _file(service), service.rules.vault
    if waiting := _waiting(service.database.read_now(resealing.passes, vault)):
        raise NotReady(
            f"Not everything is sealed with {vault.current} yet ({waiting}); let the service run until "
            "`jiedai keys sealed` says so."
        )
    vault_keys.drop_key(path, key)
    _record(service, "key dropped", {"key": key}, {})
    return Result({"dropped": key}, f"The key {key} is gone. Backups that were sealed with it need a copy of it.")


def _file(service: Service) -> Path:
    if service.settings.vault_keys:
        raise NotReady(
            "The keys come from JIEDAI_VAULT_KEYS: change them there, on every replica, and start them one after the "
            "other, first with the new key among them, then with the new key as the current one."
        )
    return service.settings.data / KEY_FILE


def _waiting(found: Sequence[Pass]) -> str:
    return ", ".join(each.table_name for each in found if not each.done)


def _as_json(found: Pass) -> dict[str, object]:
    return {"table": found.table_name, "done": found.done, "unreadable": found.unreadable}


def _record(service: Service, what: str, before: dict[str, str], after: dict[str, str]) -> None:
    service.database.write_now(record, SUBJECT, what, BY, service.clock(), before=before, after=after)
