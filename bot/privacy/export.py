"""Hands out what is held of a person: a page to read, the same as JSON, and their files; a folder or ZIP archive."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection

from bot.privacy import export_page
from bot.privacy.agreeing import RightsRefused, note
from bot.privacy.held import HeldLine, Read, contact_told, file_of, read_lines, read_matters, read_notes
from bot.privacy.held_rights import read_rights
from bot.privacy.person import Person, find_person
from bot.rules import Rules
from escalation.customers.data_requests import (
    DataRequest,
    add_request,
    count_since,
    get_request,
    requests_of,
    save_request,
)
from escalation.customers.model import Customer
from escalation.refusals import EscalationRefusal

PAGE, DATA, FILES = "index.html", "data.json", "files"


class TargetTaken(EscalationRefusal):
    """A place for an export that is not free; the text is a whole sentence."""


def demand_few(db: Connection, rules: Rules, contact_id: str, now: datetime) -> None:
    """Raise RightsRefused once a contact's data was handed out as often today as the policy allows."""
    midnight = now.astimezone(rules.policy.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    most = rules.policy.privacy.exports_a_day
    if count_since(db, contact_id, "export", midnight.astimezone(now.tzinfo)) >= most:
        sentence = f"The data of {contact_id} was asked for {most} times today; the next export is possible tomorrow."
        raise RightsRefused("too_many", sentence, id=contact_id, most=most)


def export(read: Read, rules: Rules, customer: Customer, target: Path, now: datetime) -> dict[str, Any]:
    """Write an export to a new folder, or to a ZIP archive if it is called so; return what is in it.

    Nobody but its owner can read it. Raises TargetTaken where something is already; then nothing is written.
    """
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise TargetTaken(f"{target} exists already; choose another name, so that no earlier export is lost.")
    person = read(find_person, customer.contact.id)
    is_archive = target.suffix.lower() == ".zip"
    draft = target.with_name(f".{target.name}-{os.getpid()}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        told = _write(read, rules, customer, person, draft, now)
        if is_archive:
            packed = draft.with_suffix(".packed")
            told["sha256"] = _pack(draft, packed)
            packed.replace(target)
        else:
            draft.replace(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_suffix(".packed").unlink(missing_ok=True)
    return told


def delivered(
    db: Connection, rules: Rules, customer: Customer, by: str, door: str, what: dict[str, Any], now: datetime
) -> DataRequest:
    """Note what was handed out, as the answer to the contact's open request if there is one."""
    contact_id = customer.contact.id
    wished = [each for each in requests_of(db, contact_id, "export") if each.state == "open"]
    values = {"state": "done", "first_by": by, "first_at": now, "done_at": now, "delivered": what}
    if wished:
        save_request(db, wished[0].id, **values)
        found = get_request(db, wished[0].id)
    else:
        found = add_request(db, "export", contact_id, door, by, now, rules.policy.answers_request_by(now), **values)
    note(db, found, "data exported", by, now, **what)
    return found


def _write(read: Read, rules: Rules, customer: Customer, person: Person, folder: Path, now: datetime) -> dict[str, Any]:
    contact, zone = contact_told(customer), rules.policy.zone
    matters, notes = read(read_matters, person), read(read_notes, rules, person)
    rights = read(read_rights, person)
    notice = rules.policy.notice
    labels = {name: each.label for name, each in notice.consents.items()} if notice is not None else {}
    counts = {"lines": 0, "files": 0, "tickets": len(matters), "notes": len(notes)}
    with _created(folder / PAGE) as page, _created(folder / DATA) as data:
        page.write(export_page.head_of(contact, f"{now.astimezone(zone):%Y-%m-%d %H:%M}"))
        page.write(export_page.rights_of(rights, labels, zone))
        page.write(export_page.matters_of(matters, notes, zone))
        data.write(json.dumps({"made_at": now.isoformat(), "contact": contact}, ensure_ascii=False)[:-1])
        data.write(f', "tickets": {json.dumps(matters, ensure_ascii=False)}')
        data.write("".join(f', "{name}": {json.dumps(each, ensure_ascii=False)}' for name, each in rights.items()))
        data.write(f', "notes": {json.dumps(notes, ensure_ascii=False)}, "lines": [\n')
        for line in read_lines(read, person):
            place = _keep_file(read, line, folder)
            data.write(
                (",\n" if counts["lines"] else "") + json.dumps(asdict(line) | {"place": place}, ensure_ascii=False)
            )
            page.write(export_page.line_of(line, zone, place))
            counts["lines"] += 1
            counts["files"] += place is not None
        data.write("\n]}\n")
        page.write(export_page.END)
    return counts


def _keep_file(read: Read, line: HeldLine, folder: Path) -> str | None:
    content = read(file_of, line.id) if line.here else None
    if content is None:
        return None
    name = "".join(char if char.isalnum() or char in "._-" else "_" for char in line.file or "")[-80:]
    place = folder / FILES / f"{line.id}-{name}"
    place.parent.mkdir(mode=0o700, exist_ok=True)
    with _opened(place, "wb") as file:
        file.write(bytes(content))
    return f"{FILES}/{place.name}"


def _pack(folder: Path, target: Path) -> str:
    """Pack a folder and return the SHA-256 of the archive."""
    with _opened(target, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _created(path: Path) -> Iterator[TextIO]:
    with _opened(path, "w", encoding="utf-8") as file:
        yield file


def _opened(path: Path, mode: str, **how: Any) -> Any:
    opener: Callable[[str, int], int] = lambda name, flags: os.open(name, flags, 0o600)  # noqa: E731
    return open(path, mode, opener=opener, **how)  # Path.open takes no opener
