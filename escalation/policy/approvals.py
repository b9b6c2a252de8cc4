"""Other departments that may be asked for something, and what their people may approve up to which amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

REMIND_BEFORE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Department:
    """A department that staff may ask for something: by sign-in names, by recipients, by a queue's people."""

    id: str
    people: tuple[str, ...] = ()  # sign-in names
    to: tuple[str, ...] = ()  # recipients
    queue: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A matter that takes somebody's approval, and up to which amount (whole yuan) each may give it."""

    id: str
    roles: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)  # by sign-in name; wins over the role's
    about: str = ""

    def limit_of(self, login: str, role: str) -> int:
        """Return up to how many whole yuan this person may approve; 0 for whom the policy does not name."""
        return self.people.get(login, self.roles.get(role, 0))
