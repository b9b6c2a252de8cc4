"""Who may have a person's data erased or restricted: asked for by one administrator, agreed to by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any, Literal

from sqlalchemy import Connection

from bot.privacy.keeper import ALL, ITEMS
from bot.privacy.person import find_person
from bot.privacy.wish_tickets import open_others, resolve_wishes
from bot.rules import Rules
from bot.wording import privacy as words
from escalation.customers.data_requests import (
    ERASING,
    DataRequest,
    RequestKind,
    RequestState,
    add_request,
    find_request,
    get_request,
    requests_of,
    save_request,
)
from escalation.customers.model import Customer
from escalation.journal import journal_store
from escalation.refusals import EscalationRefusal
from escalation.staff import Staff, all_staff

FULL_STOPS = "\u3002."
AGAIN_AFTER = timedelta(hours=24)  # the same one administrator may confirm by then, where there is no other
_NOUNS = {"erase": "erasure", "restrict": "restriction"}  # in the journal
_STANDS: dict[RequestState, str] = {
    "open": "not taken up yet",
    "agreed": "waiting for a second administrator",
    "running": "being carried out",
    "restricted": "done, and what is kept is under seal",
    "done": "done",
    "refused": "refused",
    "withdrawn": "withdrawn by its customer",
}
_WITH_ARTICLE = {"erase": "an erasure", "restrict": "a restriction"}
_PARTICIPLES = {"erase": "erased", "restrict": "restricted"}

RightsFault = Literal[
    "not_admin", "open_tickets", "under_way", "first_person", "too_soon", "no_request", "not_waiting",
    "no_ground", "ended_before", "not_theirs", "no_reason", "too_many", "other_kind",
]  # fmt: skip


class RightsRefused(EscalationRefusal):
    """A request that cannot be taken as it is; the text is a whole sentence, `fault` and `values` say why."""

    def __init__(self, fault: RightsFault, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.fault, self.values = fault, values


@dataclass(frozen=True, slots=True)
class Restriction:
    """What is only restricted (`all`, `items`, numbers of tickets), on which ground, and its last day."""

    kept: tuple[str, ...] = ()
    ground: str = ""
    until: date | None = None

    @property
    def kind(self) -> RequestKind:
        """What is asked for with it: an erasure, or, where everything is kept, a restriction."""
        return "restrict" if ALL in self.kept else "erase"


def demand_admin(who: Staff) -> None:
    """Raise RightsRefused for anybody but an administrator."""
    if who.role != "admin":
        raise RightsRefused("not_admin", f"{who.login} is no administrator; only these carry out such requests.")


def ask_erasure(
    db: Connection, rules: Rules, customer: Customer, who: Staff, door: str, kept: Restriction, now: datetime
) -> DataRequest:
    """Ask for the erasure of a contact, or, where everything is kept, their restriction; a second person has to agree.

    It carries out the contact's own request if there is one. Raises RightsRefused for who is no administrator, for
    open tickets, a second time, and a restriction that lacks something.
    """
    demand_admin(who)
    contact_id = customer.contact.id
    _demand_at_end(db, rules, contact_id)
    _demand_sound(db, rules, contact_id, kept, now)
    _demand_first(db, contact_id)
    values = {"state": "agreed", "first_by": who.login, "first_at": now} | _restricted(kept)
    wished = [each for each in requests_of(db, contact_id, kept.kind) if each.state == "open"]
    if wished:
        save_request(db, wished[0].id, **values)
        found = get_request(db, wished[0].id)
    else:
        found = add_request(
            db, kept.kind, contact_id, door, who.login, now, rules.policy.answers_request_by(now), **values
        )
    note(db, found, f"{_NOUNS[found.kind]} asked for", who.login, now)
    return found


def approve_erasure(
    db: Connection, rules: Rules, number: int, who: Staff, now: datetime, kind: RequestKind | None = None
) -> DataRequest:
    """Agree to an erasure or a restriction as the second person: it runs from now on, and ends the wish's own ticket.

    Raises RightsRefused for the one who asked, unless there is no other administrator and a day has passed; for open
    tickets, for a request that waits for nobody, and for another kind than the one who agrees has in mind.
    """
    demand_admin(who)
    request = find_request(db, number)
    if request is None:
        raise RightsRefused("no_request", f"There is no request {number}; `jiedai customers requests` lists them.")
    request = get_request(db, number)
    if request.kind not in ERASING or request.state != "agreed":
        raise RightsRefused(
            "not_waiting", f"Request {number} waits for no second person: it is {_STANDS[request.state]}."
        )
    if kind is not None and kind != request.kind:
        sentence = f"Request {number} asks for {_WITH_ARTICLE[request.kind]}; agree to it with `{approving(request)}`."
        raise RightsRefused("other_kind", sentence)
    if who.login == request.first_by:
        _demand_alone(db, request, who, now)
    _demand_at_end(db, rules, request.contact_id or "")
    person = find_person(db, request.contact_id or "")
    if person is not None:
        resolve_wishes(db, rules, person, who, now)
    return run(db, request, now, second_by=who.login, second_at=now)


def refuse(db: Connection, rules: Rules, number: int, who: Staff, reason: str, now: datetime) -> str:
    """Refuse a request, and return what its customer is told: why, and where to complain.

    Raises RightsRefused without a reason, and for a request that is not waiting.
    """
    demand_admin(who)
    request = find_request(db, number)
    if request is None:
        raise RightsRefused("no_request", f"There is no request {number}; `jiedai customers requests` lists them.")
    if request.state not in ("open", "agreed"):
        raise RightsRefused("not_waiting", f"Request {number} cannot be refused: it is {_STANDS[request.state]}.")
    if not reason.strip():
        raise RightsRefused("no_reason", "Say why it is refused, in words that its customer can read.")
    save_request(db, number, state="refused", reason=reason.strip(), first_by=who.login, first_at=now, done_at=now)
    note(db, request, "request refused", who.login, now)
    said = {"reason": reason.strip().rstrip(FULL_STOPS), "complain_to": rules.policy.privacy.complain_to}
    return words.REFUSED.format(**said)


def note(db: Connection, request: DataRequest, what: str, by: str, now: datetime, **after: Any) -> None:
    """Add a line to the journal of whose data a request is about."""
    told = {"request": request.id, "kind": request.kind, **after}
    journal_store.record(db, f"customer:{request.contact_id}", what, by, now, after=told)


def run(db: Connection, request: DataRequest, now: datetime, **values: Any) -> DataRequest:
    """Let a request be carried out from now on, under a pseudonym of its own; `values` change with it."""
    pseudonym = f"erased-{token_hex(8)}"
    save_request(db, request.id, state="running", pseudonym=pseudonym, progress={}, **values)
    found = get_request(db, request.id)
    note(db, found, f"{_NOUNS[found.kind]} begun", found.authors, now)
    return found


def approving(request: DataRequest) -> str:
    """Return the command by which a second person agrees to a request."""
    return f"jiedai customers {request.kind} --approve {request.id}"


def _restricted(kept: Restriction) -> dict[str, Any]:
    return {"kept": list(kept.kept), "ground": kept.ground, "until": kept.until}


def _demand_at_end(db: Connection, rules: Rules, contact_id: str) -> None:
    person = find_person(db, contact_id)
    numbers = open_others(db, rules.policy, person) if person is not None else ()
    if numbers:
        listed = ", ".join(f"#{each}" for each in numbers)
        sentence = (
            f"{contact_id} still has open tickets about something else ({listed}); nothing is erased before they end. "
            "Whoever holds them resolves them, or transfers them to somebody who does."
        )
        raise RightsRefused("open_tickets", sentence, id=contact_id, tickets=numbers)


def _demand_first(db: Connection, contact_id: str) -> None:
    found = [each for each in requests_of(db, contact_id, *ERASING) if each.state in ("agreed", "running")]
    if found:
        number, kind = found[0].id, found[0].kind
        sentence = f"{contact_id} is being {_PARTICIPLES[kind]} already, by request {number}"
        sentence += f"; it waits for `{approving(found[0])}`." if found[0].state == "agreed" else "."
        raise RightsRefused("under_way", sentence, id=contact_id, number=number, kind=words.KINDS[kind])


def _demand_sound(db: Connection, rules: Rules, contact_id: str, kept: Restriction, now: datetime) -> None:
    if not kept.kept:
        return
    if not kept.ground.strip() or kept.until is None:
        raise RightsRefused("no_ground", "What is only restricted needs a ground in words and a last day.")
    if kept.until < now.astimezone(rules.policy.zone).date():
        raise RightsRefused("ended_before", f"{kept.until} is over; a restriction ends in the future.", day=kept.until)
    person = find_person(db, contact_id)
    own = {ALL, ITEMS, *map(str, person.tickets if person is not None else ())}
    foreign = [each for each in kept.kept if each not in own]
    if foreign:
        sentence = f"{', '.join(foreign)}: none of {contact_id}'s tickets; name their tickets by number, or items."
        raise RightsRefused("not_theirs", sentence, id=contact_id, what=", ".join(foreign))


def _demand_alone(db: Connection, request: DataRequest, who: Staff, now: datetime) -> None:
    admins: Sequence[Staff] = [each for each in all_staff(db) if each.role == "admin"]
    if len(admins) > 1:
        sentence = f"Request {request.id} was asked for by {who.login}; another administrator has to agree to it."
        raise RightsRefused("first_person", sentence, number=request.id, login=who.login)
    since = request.first_at or request.asked_at
    if now < since + AGAIN_AFTER:
        sentence = (
            f"There is no other administrator; {who.login} can confirm request {request.id} from "
            f"{since + AGAIN_AFTER:%Y-%m-%d %H:%M} UTC on, a day after asking for it."
        )
        raise RightsRefused("too_soon", sentence, number=request.id, at=since + AGAIN_AFTER)
