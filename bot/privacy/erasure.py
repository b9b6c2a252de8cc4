"""An erasure in small steps, each a transaction of its own that may be taken twice; its progress is in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.privacy import erase_contact, told_customer
from bot.privacy.erase_lines import erase_lines
from bot.privacy.erase_posted import erase_posted
from bot.privacy.erase_talks import erase_talk
from bot.privacy.erase_tickets import erase_ticket
from bot.privacy.keeper import Erasing
from bot.privacy.person import Person, person_of
from bot.rules import Rules
from bot.storage.seal_table import encode, seals
from escalation.customers.customer_rows import contacts
from escalation.customers.data_requests import DataRequest, get_request, save_request
from escalation.journal import journal_store
from escalation.journal.erased_subjects import erase_mentions, erase_subject
from escalation.vault import Vault

JOURNAL_AT_ONCE = 500
MANY = 100_000  # lines of the journal; only those that were written since the walk through it
WRITTEN_ANEW = "rewrite"  # the last phase: nothing is left in the tables, but bytes may be in the file

Progress = dict[str, Any]
Step = Callable[[Connection, Erasing, Person, Progress, datetime], Progress]


def take_step(db: Connection, rules: Rules, number: int, key: Vault | None, now: datetime) -> bool:
    """Take the next step of an erasure that is running; False once only the file is left to be written anew.

    `key` seals what is only restricted.
    """
    request = get_request(db, number)
    phase = request.progress.get("phase", "begin")
    if request.state != "running" or phase == WRITTEN_ANEW:
        return False
    assert request.pseudonym is not None, "given when it was agreed"
    erasing = Erasing(request, request.pseudonym, rules.vault, key)
    progress = {"phase": phase, "after": 0, "counts": {}, **request.progress}
    if phase == "seals":
        progress = _forget_seals(db, progress)
    else:
        progress = _STEPS[phase](db, erasing, _person(db, request), progress, now)
    save_request(db, number, progress=progress)
    return True


def complete(db: Connection, number: int, answer: Callable[[DataRequest, datetime], str], now: datetime) -> bool:
    """Note that an erasure is done, the file written anew, and tell its customer if they asked; False before its end.

    `answer`: what they are told.
    """
    request = get_request(db, number)
    if request.state != "running" or request.progress.get("phase") != WRITTEN_ANEW:
        return False
    state = "restricted" if request.kept else "done"
    delivered = {**request.delivered, **request.progress["counts"]}
    if way := request.progress.get(told_customer.WAY):
        delivered["told"] = way[0]
    progress = told_customer.tell(db, request, answer(request, now), now)
    save_request(db, number, state=state, done_at=now, delivered=delivered, progress=progress)
    return True


def _person(db: Connection, request: DataRequest) -> Person:
    """Whose data it is: what was re-keyed already is found by the pseudonym."""
    pseudonym, contact_id = str(request.pseudonym), str(request.contact_id)
    former = db.scalars(select(contacts.c.id).where(contacts.c.merged_into == contact_id).order_by(contacts.c.id))
    organisation = db.scalar(select(contacts.c.organisation_id).where(contacts.c.id.in_((contact_id, pseudonym))))
    found = person_of(db, (contact_id, *former, pseudonym), str(organisation))
    return Person(tuple(each for each in found.ids if each != pseudonym), str(organisation), found.talks, found.tickets)


def _begin(db: Connection, erasing: Erasing, person: Person, progress: Progress, now: datetime) -> Progress:
    erase_contact.begin(db, erasing, person, now)
    way = told_customer.way_to(db, erasing.request)
    return _next(progress | ({told_customer.WAY: way} if way is not None else {}), "talks")


def _talks(db: Connection, erasing: Erasing, person: Person, progress: Progress, _now: datetime) -> Progress:
    left = [talk for talk in person.talks if talk > progress["after"]]
    if not left:
        return _next(progress, "lines")
    erase_talk(db, erasing, person, left[0])
    return _counted(progress, left[0], {"conversations": 1})


def _lines(db: Connection, erasing: Erasing, person: Person, progress: Progress, _now: datetime) -> Progress:
    last, counts = erase_lines(db, erasing, person, progress["after"])
    return _counted(progress, last, counts) if last else _next(progress, "tickets")


def _tickets(db: Connection, erasing: Erasing, person: Person, progress: Progress, now: datetime) -> Progress:
    left = [number for number in person.tickets if number > progress["after"]]
    if not left:
        return _next(progress, "posted")
    erase_ticket(db, erasing, person, left[0], now)
    return _counted(progress, left[0], {"tickets": 1})


def _posted(db: Connection, erasing: Erasing, person: Person, progress: Progress, _now: datetime) -> Progress:
    last = erase_posted(db, erasing, person, progress["after"])
    return progress | {"after": last} if last else _next(progress, "subjects")


def _subjects(db: Connection, erasing: Erasing, person: Person, progress: Progress, _now: datetime) -> Progress:
    for place, each in enumerate(person.ids):
        instead = erasing.pseudonym if place == 0 else f"{erasing.pseudonym}-{place}"
        erase_subject(db, f"customer:{each}", f"customer:{instead}", erasing.by, erasing.at)
    return _next(progress, "journal")


def _journal(db: Connection, erasing: Erasing, person: Person, progress: Progress, _now: datetime) -> Progress:
    words = dict.fromkeys(person.ids, erasing.pseudonym)
    last = erase_mentions(db, words, erasing.by, erasing.at, progress["after"], JOURNAL_AT_ONCE)
    return progress | {"after": last} if last else _next(progress, "contact") | {"seen": progress["after"]}


def _contact(db: Connection, erasing: Erasing, person: Person, progress: Progress, now: datetime) -> Progress:
    """The end, unless something came in meanwhile: then the way is gone once more, which finds only that."""
    if _came_meanwhile(db, person):
        return _next(progress, "talks")
    erase_mentions(db, dict.fromkeys(person.ids, erasing.pseudonym), erasing.by, erasing.at, progress["seen"], MANY)
    erase_contact.finish(db, erasing, person, now)
    subject, after = f"customer:{erasing.pseudonym}", {"request": erasing.request.id, "digest": erasing.request.digest}
    journal_store.record(db, subject, "customer erased", erasing.by, now, after=after)
    return _next(progress, "seals") | {"ids": list(person.ids)}


_STEPS: dict[str, Step] = {
    "begin": _begin,
    "talks": _talks,
    "lines": _lines,
    "tickets": _tickets,
    "posted": _posted,
    "subjects": _subjects,
    "journal": _journal,
    "contact": _contact,
}


def _came_meanwhile(db: Connection, person: Person) -> bool:
    """Whether something names them again: a ticket or talk begun by hand, or a line of the journal."""
    again = person_of(db, person.ids, person.organisation_id)
    chains = [f"customer:{each}" for each in person.ids]
    heads = journal_store.journal_heads.c.subject
    named = db.scalar(select(heads).where(heads.in_([journal_store.subject_of(chain) for chain in chains])).limit(1))
    return bool(again.talks or again.tickets or named is not None)


def _forget_seals(db: Connection, progress: Progress) -> Progress:
    """The seals of the rows that are gone bear the ids in their names."""
    gone = (seals.c.kind == "contacts", seals.c.name.in_(progress["ids"]), seals.c.parts == encode({}))
    db.execute(delete(seals).where(*gone))
    way = {told_customer.WAY: progress[told_customer.WAY]} if told_customer.WAY in progress else {}
    return {"phase": WRITTEN_ANEW, "counts": progress["counts"], **way}


def _next(progress: Progress, phase: str) -> Progress:
    return progress | {"phase": phase, "after": 0}


def _counted(progress: Progress, after: int, counts: dict[str, int]) -> Progress:
    total = {**progress["counts"]}
    for name, count in counts.items():
        total[name] = total.get(name, 0) + count
    return progress | {"after": after, "counts": total}
