"""`jiedai db upgrade`, `jiedai backup` and `jiedai restore`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from bot import app
from bot.app import NotReady
from bot.cli.audit import verified
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import Where, opened
from bot.config.secret_files import SECRET_FILES, ensure_folder, journal_key
from bot.config.settings import Settings, database_file
from bot.migrations import HEAD, schema
from bot.privacy import erasure_file
from bot.privacy.carrying_out import Ground, carry_out_all
from bot.privacy.erasure_file import FILE as ERASURES
from bot.storage.database import Database
from bot.upkeep import in_use, rotation
from bot.upkeep.copying import Copied, demand_known
from bot.upkeep.migrating import migrate
from bot.upkeep.restoring import Restored, finish_interrupted, rehearse, restore
from bot.upkeep.secrets_beside import folder_beside

EVERY = 10**6  # backups of a folder: none is removed

NOT_ERASED_AGAIN = (
    f"There is no {ERASURES} here or beside the backup: whoever was erased after it was made is held again. "
    "Put that file of the lost installation, or of a later backup, beside the backup, and restore once more."
)

WithSecrets = Annotated[
    bool, argument("--with-secrets", help="also the secret files, in FILE.secrets (only its owner may read them)")
]


def upgrade(settings: Where) -> Result:
    """Migrate the database to the revision this version expects; an embedded one is copied beside itself first.

    Raises UpkeepRefusal for one of a newer version.
    """
    ensure_folder(settings)
    file = database_file(settings)
    if file is not None:
        finish_interrupted(file)
    unused = in_use.use(file) if file is not None else None
    database = Database(settings.database_url, journal_key=journal_key(settings))
    database.on_close = unused or database.on_close
    try:
        before = database.read_now(schema.revision)
        demand_known(before, "The database")
        copy = None
        if before != HEAD and database.is_sqlite:
            copy = migrate(database, app.utc_now())
        else:
            database.write_now(schema.upgrade)
    finally:
        database.close()
    words = [f"The database is at revision {HEAD}." if before != HEAD else "Nothing to do."]
    words += [f"As it was it is kept as {copy}."] if copy is not None else []
    return Result({"before": before, "after": HEAD, "kept": str(copy) if copy else None}, words)


def backup(
    settings: Where,
    file: Annotated[str | None, argument(metavar="FILE", help="where to put the copy; must not exist yet")] = None,
    into: Annotated[
        str | None, argument("--into", metavar="FOLDER", help="instead: a dated copy in this folder")
    ] = None,
    keep: Annotated[
        int | None, argument("--keep", metavar="N", help="with --into: remove all but the newest N of the folder")
    ] = None,
    with_secrets: WithSecrets = False,
) -> Result:
    """Copy the SQLite database while the server runs, and check the copy.

    Raises NotReady for PostgreSQL, a missing database, an existing target or a combination that means nothing, and
    UpkeepRefusal for a database that is damaged or whose keys do not fit.
    """
    source = _embedded(settings, "backed up with its own tool: `pg_dump --format=custom --file=FILE URL`")
    if (file is None) == (into is None) or (keep is not None and (into is None or keep < 1)):
        raise NotReady("Say where the copy goes: `jiedai backup FILE`, or `jiedai backup --into FOLDER --keep N`.")
    if not source.exists():
        raise NotReady(f"There is no database at {source} yet; `jiedai run` makes one.")
    if file is not None:
        target = Path(file)
        if target.exists():
            raise NotReady(f"{target} exists already; choose another name, so that no earlier copy is lost.")
        copied = rotation.back_up(settings, source, target, secrets=with_secrets)
    else:
        assert into is not None
        now, most = app.utc_now(), keep or EVERY
        target, copied = rotation.back_up_into(settings, source, Path(into), keep=most, now=now, secrets=with_secrets)
    return Result(_facts(target, copied), _about_copy(settings, target, copied, with_secrets))


def _facts(target: Path, copied: Copied) -> dict[str, object]:
    return {"file": str(target), "bytes": copied.size, "revision": copied.revision, "tickets": copied.tickets}


def _about_copy(settings: Settings, target: Path, copied: Copied, with_secrets: bool) -> Iterator[str]:
    yield f"{target} holds a consistent, checked copy: {copied.tickets} tickets, revision {copied.revision}."
    if with_secrets:
        yield f"Its secrets are in {folder_beside(target)}; whoever has both can read everything."
    else:
        yield "It is not whole without these; keep them in another place (or use --with-secrets):"
    for secret in SECRET_FILES:
        path = settings.data / secret.name
        if secret.is_given(settings):
            yield f"  JIEDAI_{secret.setting.upper()}, a setting, in no file: without it {secret.without}."
        elif path.exists() and not with_secrets:
            yield f"  {path}: without it {secret.without}."


def put_back(
    settings: Where,
    file: Annotated[str, argument(metavar="FILE", help="a copy that `jiedai backup` made")],
    dry_run: Annotated[
        bool, argument("--dry-run", help="rehearse everything on a temporary copy; a server may run meanwhile")
    ] = False,
    with_secrets: WithSecrets = False,
) -> Result:
    """Put a backup in place of the database; what was there is kept beside it.

    Raises NotReady for PostgreSQL, and UpkeepRefusal for a backup that cannot be used or while a server runs.
    """
    target = _embedded(settings, "restored with its own tool: `pg_restore --clean --if-exists --dbname=URL FILE`")
    source = Path(file)
    if not source.exists():
        raise NotReady(f"There is no file {source}.")
    if dry_run:
        return _rehearsed(settings, source, with_secrets)
    found = restore(settings, target, source, app.utc_now(), secrets=with_secrets)
    facts = _facts(target, found.copied)
    facts |= {"kept": str(found.aside) if found.aside else None, "missing": [each.name for each in found.missing]}
    erasure_file.take_over(settings.data, source)
    facts["erased_again"] = again = _erase_again(settings)
    words = list(_about_restored(settings, source, target, found))
    words += [f"{again} persons who were erased since are erased again."] if again else []
    if found.aside is None and not (settings.data / ERASURES).exists():
        words.append(NOT_ERASED_AGAIN)
    return Result(facts, words)


def _erase_again(settings: Settings) -> int:
    """Repeat the erasures that the backup does not know of; how many persons these were."""
    if not (settings.data / ERASURES).exists():
        return 0
    with opened(settings) as service:
        ground = Ground.of(settings, service.database, lambda: service.rules, service.clock)
        return carry_out_all(ground, at_once=True)


def _about_restored(settings: Settings, source: Path, target: Path, found: Restored) -> Iterator[str]:
    holds = f"{found.copied.tickets} tickets, revision {found.copied.revision}"
    yield f"{target} is what {source} holds: {holds}. `jiedai run` migrates it if need be."
    if found.aside is not None:
        yield f"What was there is kept as {found.aside}."
    yield from _about_missing(settings, found)


def _about_missing(settings: Settings, found: Restored) -> Iterator[str]:
    for secret in found.missing:
        yield f"{settings.data / secret.name} is missing: without it {secret.without}."


def _rehearsed(settings: Settings, source: Path, with_secrets: bool) -> Result:
    found, audited = rehearse(settings, source, app.utc_now(), verified, secrets=with_secrets)
    holds = f"{found.copied.tickets} tickets, revision {found.copied.revision}"
    words = [f"{source} can be restored: {holds}; it migrates to revision {HEAD}. Nothing was changed."]
    if audited is None:
        words.append("Nothing could be verified: the journal's key is missing.")
    else:
        words += [audited.text] if isinstance(audited.text, str) else [str(part) for part in audited.text]
    words += _about_missing(settings, found)
    facts = _facts(source, found.copied) | {"missing": [each.name for each in found.missing]}
    facts["audit"] = audited.value if audited else None
    return Result(facts, words, failed=audited is not None and audited.failed)


def _embedded(settings: Settings, instead: str) -> Path:
    file = database_file(settings)
    if file is None:
        raise NotReady(f"PostgreSQL is {instead}.")
    return file
