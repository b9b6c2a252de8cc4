"""Staff: role, queues, skills, and whether they may sign in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import JSON, Column, Connection, DateTime, Integer, String, Table, func, insert, select, update

from escalation import roles
from escalation.refusals import EscalationRefusal
from escalation.roles import Duty, Role
from escalation.tables import metadata

LONGEST_NAME = 64  # characters, as many as the columns hold
NO_PASSWORD = ""  # stored for a person who has yet to set one: no password is right

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("queues", JSON, nullable=False),  # ids of the queues this person works, or ALL_QUEUES
    Column("password_hash", String(256), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("disabled_at", DateTime(timezone=True)),
    Column("skills", JSON, nullable=False, server_default="[]"),  # what tickets of certain topics ask for
    Column("capacity", Integer),  # open tickets they are assigned at most; null: as many as the policy says
    Column(
        "assigned_at", DateTime(timezone=True)
    ),  # when they last were; of the equally loaded, the longest ago is next
    Column("busy_since", DateTime(timezone=True)),  # since then they are assigned nothing new; null: they are
)
_COLUMNS = (
    staff.c.id,
    staff.c.login,
    staff.c.name,
    staff.c.role,
    staff.c.queues,
    staff.c.skills,
    staff.c.capacity,
    staff.c.busy_since,
)


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff: the role says what kind of work is theirs, the queues whose tickets."""

    id: int
    login: str
    name: str
    role: Role
    queues: list[str]
    skills: list[str] = field(default_factory=list)
    capacity: int | None = None  # open tickets they are assigned at most; None: as many as the policy says
    busy_since: datetime | None = None  # since then they are assigned nothing new

    def works(self, queue: str) -> bool:
        """Whether they work this queue; inspectors and auditors work none."""
        return roles.works(self.role, self.queues, queue)

    def leads_in(self, queue: str) -> bool:
        """Whether they may release, transfer and close tickets that others of this queue hold."""
        return self.leads and self.works(queue)

    @property
    def leads(self) -> bool:
        """Whether they lead some queue."""
        return roles.is_lead(self.role, self.queues)

    @property
    def reads_all(self) -> bool:
        """Whether they may read the tickets of every queue; acting on them takes the queue."""
        return self.role == "manager"

    @property
    def sees_some(self) -> bool:
        """Whether any ticket may be in their sight by role and queues."""
        return self.reads_all or bool(roles.queues_of(self.role, self.queues))

    def may(self, duty: Duty) -> bool:
        """Whether this duty is theirs, by their role or because they lead a queue."""
        return roles.may(self.role, self.queues, duty)


StaffFault = Literal["name", "taken", "unknown", "role", "last_admin", "not_theirs"]


class StaffRefused(EscalationRefusal):
    """A change to the staff list that cannot be made; the text is a whole sentence, `fault` says why."""

    def __init__(self, fault: StaffFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault


def add_staff(
    db: Connection, login: str, name: str, role: str, queues: Sequence[str], password_hash: str, now: datetime
) -> int:
    """Add a member of staff and return their id.

    `password_hash` may be NO_PASSWORD, which is the hash of none. Raises StaffRefused for an invalid name, an unknown
    role or a taken sign-in name.
    """
    for given in (login, name):
        _demand_name(given)
    _demand_role(role)
    if db.scalar(select(staff.c.id).where(staff.c.login == login)) is not None:
        raise StaffRefused("taken", f'The sign-in name "{login}" is taken; choose another.')
    values = {"login": login, "name": name, "role": role, "queues": list(queues), "password_hash": password_hash}
    return int(db.execute(insert(staff).values(**values, created_at=now).returning(staff.c.id)).scalar_one())


def get_staff(db: Connection, staff_id: int) -> Staff | None:
    """Return the member of staff; None when disabled or unknown."""
    row = db.execute(select(*_COLUMNS).where(staff.c.id == staff_id, staff.c.disabled_at.is_(None))).one_or_none()
    return Staff(*row) if row else None


def find_credentials(db: Connection, login: str) -> tuple[Staff, str] | None:
    """Return the member of staff with this sign-in name and their password hash; None when disabled or unknown."""
    query = select(*_COLUMNS, staff.c.password_hash).where(staff.c.login == login, staff.c.disabled_at.is_(None))
    row = db.execute(query).one_or_none()
    return (Staff(*row[:-1]), row[-1]) if row else None


def all_staff(db: Connection) -> list[Staff]:
    """Return all who may sign in."""
    return [
        Staff(*row) for row in db.execute(select(*_COLUMNS).where(staff.c.disabled_at.is_(None)).order_by(staff.c.id))
    ]


def disabled_logins(db: Connection) -> list[str]:
    """Return the sign-in names of disabled staff."""
    return list(db.scalars(select(staff.c.login).where(staff.c.disabled_at.is_not(None)).order_by(staff.c.login)))


def is_disabled(db: Connection, login: str) -> bool:
    """Whether this sign-in name is a disabled person's."""
    barred = (staff.c.login == login, staff.c.disabled_at.is_not(None))
    return db.scalar(select(staff.c.id).where(*barred)) is not None


def without_password(db: Connection) -> frozenset[int]:
    """Return the ids of those who have yet to set a password."""
    waiting = select(staff.c.id).where(staff.c.password_hash == NO_PASSWORD, staff.c.disabled_at.is_(None))
    return frozenset(db.scalars(waiting))


def staff_names(db: Connection) -> dict[int, str]:
    """Return names by staff id, those of former staff too, which histories mention."""
    return {row.id: row.name for row in db.execute(select(staff.c.id, staff.c.name))}


def names_by_login(db: Connection) -> dict[str, str]:
    """Return names by sign-in name, those of former staff too."""
    return {row.login: row.name for row in db.execute(select(staff.c.login, staff.c.name))}


def set_password(db: Connection, login: str, password_hash: str) -> None:
    """Replace a password hash and enable the account; raises StaffRefused for an unknown sign-in name."""
    _change(db, login, password_hash=password_hash, disabled_at=None)


def replace_password(db: Connection, staff_id: int, password_hash: str) -> bool:
    """Replace the password hash of a person who may sign in; False for one who was disabled meanwhile."""
    mine = (staff.c.id == staff_id, staff.c.disabled_at.is_(None))
    return db.execute(update(staff).where(*mine).values(password_hash=password_hash)).rowcount == 1


def set_work(
    db: Connection,
    login: str,
    *,
    queues: Sequence[str] | None = None,
    skills: Sequence[str] | None = None,
    capacity: int | None = None,
    unlimited: bool = False,
) -> None:
    """Change queues, skills and capacity (how many open tickets are assigned at most); None leaves a value as it is.

    `unlimited` removes the capacity: the policy's counts. Raises StaffRefused for an unknown sign-in name.
    """
    given = {"queues": queues, "skills": skills}
    values: dict[str, object] = {name: list(value) for name, value in given.items() if value is not None}
    if capacity is not None or unlimited:
        values["capacity"] = None if unlimited else capacity
    if values:
        _change(db, login, **values)


def disable_staff(db: Connection, login: str, now: datetime) -> None:
    """Disable an account, keeping its history; raises StaffRefused for the last administrator or an unknown name."""
    _demand_another_administrator(db, login)
    _change(db, login, disabled_at=now)


def set_identity(db: Connection, login: str, *, name: str | None = None, role: str | None = None) -> None:
    """Change a person's name or role; None leaves it as it is.

    Raises StaffRefused for an invalid name, an unknown role or sign-in name, and for the last administrator's role.
    """
    values = {key: value for key, value in (("name", name), ("role", role)) if value is not None}
    if name is not None:
        _demand_name(name)
    if role is not None:
        _demand_role(role)
        if role != "admin":
            _demand_another_administrator(db, login)
    if values:
        _change(db, login, **values)


def count_staff(db: Connection) -> int:
    """Return how many members of staff were ever added."""
    return int(db.scalar(select(func.count()).select_from(staff)) or 0)


def _change(db: Connection, login: str, **values: object) -> None:
    if db.execute(update(staff).where(staff.c.login == login).values(**values)).rowcount != 1:
        raise StaffRefused("unknown", f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')


def _demand_name(given: str) -> None:
    if not 1 <= len(given) <= LONGEST_NAME or not given.isprintable() or given != given.strip():
        sentence = f"A name must have 1 to {LONGEST_NAME} visible characters, with no blank at its ends."
        raise StaffRefused("name", sentence)


def _demand_role(role: str) -> None:
    if role not in roles.ROLES:
        raise StaffRefused("role", f'There is no role "{role}"; the roles are: {", ".join(roles.ROLES)}.')


def _demand_another_administrator(db: Connection, login: str) -> None:
    """Refuse unless this person is no administrator, or another one could sign in."""
    query = select(staff.c.login, staff.c.password_hash)
    query = query.where(staff.c.role == "admin", staff.c.disabled_at.is_(None)).order_by(staff.c.id)
    # Locked, so that two administrators cannot each rely on the other in the same instant.
    admins = {row.login: row.password_hash for row in db.execute(query.with_for_update())}
    if login in admins and not any(hashed for other, hashed in admins.items() if other != login):
        sentence = f'"{login}" is the last administrator who can sign in; let another one set a password before this.'
        raise StaffRefused("last_admin", sentence)
