"""Accounts of staff: added, changed, let in by a one-time link, disabled; each change is in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.auth import known_devices, messenger_accounts, one_time_codes, password_links, sign_in_brakes, staff_sessions
from bot.auth.password_links import FOR_A_LOST_PASSWORD, FOR_NEW_STAFF
from escalation import roles, staff
from escalation.journal.journal_store import record
from escalation.policy.model import Policy
from escalation.staff import NO_PASSWORD, Staff, StaffRefused
from escalation.staffing import dispatch
from escalation.tickets import holding, task_store

MOST_TICKETS = 999  # that a person can be said to take at most
_RECORDED = ("name", "role", "queues", "skills", "capacity")


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to change of an account; None leaves a value as it is, `unlimited`: the policy's capacity counts."""

    name: str | None = None
    role: str | None = None
    queues: Sequence[str] | None = None
    skills: Sequence[str] | None = None
    capacity: int | None = None
    unlimited: bool = False

    @property
    def work(self) -> dict[str, Any]:
        """The arguments of `staff.set_work`."""
        found = {"queues": self.queues, "skills": self.skills, "capacity": self.capacity}
        return found | {"unlimited": self.unlimited}

    @property
    def is_none(self) -> bool:
        """Whether nothing is to change."""
        return self == AccountChange()


def add(db: Connection, login: str, wanted: AccountChange, by: str, now: datetime) -> str:
    """Add a person without a password, and return the token of the one-time link under which they set it.

    Raises StaffRefused. `by`: who does it, for the journal.
    """
    name, role, queues = wanted.name or login, wanted.role or "agent", wanted.queues or ()
    number = staff.add_staff(db, login, name, role, queues, NO_PASSWORD, now)
    staff.set_work(db, login, **wanted.work)
    record(db, f"staff:{login}", "staff added", by, now, after=_recorded(db, login))
    return password_links.issue(db, number, FOR_NEW_STAFF, now)


def change(db: Connection, policy: Policy, login: str, wanted: AccountChange, by: str, now: datetime) -> int:
    """Change an account; returns how many tickets went back to their queues, those of a role that works none.

    Raises StaffRefused.
    """
    before = _recorded(db, login)
    staff.set_identity(db, login, name=wanted.name, role=wanted.role)
    staff.set_work(db, login, **wanted.work)
    after = _recorded(db, login)
    changed = [name for name in after if after[name] != before.get(name)]
    if changed:
        values = ({name: each.get(name) for name in changed} for each in (before, after))
        record(db, f"staff:{login}", "staff changed", by, now, **dict(zip(("before", "after"), values, strict=True)))
    found = staff.find_credentials(db, login)
    if found is None or roles.queues_of(found[0].role, (roles.ALL_QUEUES,)):
        return 0
    return _release(db, policy, found[0], now)


def disable(db: Connection, policy: Policy, login: str, by: str, now: datetime) -> int:
    """Disable a person and whatever acts as them, and return how many tickets went back to their queues.

    Raises StaffRefused for the last administrator who can sign in, and for an unknown name.
    """
    found = staff.find_credentials(db, login)
    if found is None:  # unknown, or disabled before
        staff.disable_staff(db, login, now)
        return 0
    who = found[0]
    _shut_out(db, who, by, now)
    staff.disable_staff(db, login, now)
    password_links.end_all(db, who.id, now)
    record(db, f"staff:{login}", "staff disabled", by, now)
    task_store.look_again(db, now, task_store.asked_of(who.id))
    return _release(db, policy, who, now)


def make_link(db: Connection, login: str, by: str, now: datetime) -> str:
    """Return the token of a new one-time link, for a person who has lost their password or was disabled.

    From this moment the old password, every session, known device and Telegram account are good for nothing: whoever
    has them may not be their owner. Raises StaffRefused for an unknown name.
    """
    before = staff.find_credentials(db, login)
    staff.set_password(db, login, NO_PASSWORD)
    sign_in_brakes.forget_failures(db, login)
    found = staff.find_credentials(db, login)
    assert found is not None
    who = found[0]
    _shut_out(db, who, by, now)
    record(db, f"staff:{login}", "password link made", by, now, after={"enabled_again": before is None})
    is_new = before is not None and before[1] == NO_PASSWORD
    return password_links.issue(db, who.id, FOR_NEW_STAFF if is_new else FOR_A_LOST_PASSWORD, now)


def end_session(db: Connection, login: str, handle: str, by: str, now: datetime) -> None:
    """End one of a person's sessions; one that is over already is no error. Raises StaffRefused for an unknown name."""
    found = staff.find_credentials(db, login)
    if found is None:
        raise StaffRefused("unknown", f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    if staff_sessions.close_one(db, found[0].id, handle):
        record(db, f"staff:{login}", "session ended", by, now)


def set_password(db: Connection, who: Staff, password_hash: str, now: datetime, *, session: str = "") -> bool:
    """Set the password a person has chosen; all their sessions but the one with this cookie end, every link and code.

    False, and nothing happens, if they were disabled meanwhile.
    """
    if not staff.replace_password(db, who.id, password_hash):
        return False
    staff_sessions.close_others(db, who.id, session)
    password_links.end_all(db, who.id, now)
    one_time_codes.end_all(db, "staff", str(who.id), now)
    sign_in_brakes.forget_failures(db, who.login)
    record(db, f"staff:{who.login}", "password set", who.login, now)
    return True


def _shut_out(db: Connection, who: Staff, by: str, now: datetime) -> None:
    staff_sessions.close_all(db, who.id)
    known_devices.forget(db, who.id)
    messenger_accounts.unlink_staff(db, who, by, now)
    one_time_codes.end_all(db, "staff", str(who.id), now)


def _release(db: Connection, policy: Policy, who: Staff, now: datetime) -> int:
    dispatch.withdraw_assignments(db, who.id, now)
    return holding.release_all(db, policy, who.id, now)


def _recorded(db: Connection, login: str) -> dict[str, Any]:
    found = staff.find_credentials(db, login)
    return {name: getattr(found[0], name) for name in _RECORDED} if found else {}
