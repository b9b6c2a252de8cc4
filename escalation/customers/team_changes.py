"""Change the team that serves an organisation: who has which post, told in the journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from escalation.customers import service_teams
from escalation.journal import journal_store
from escalation.refusals import EscalationRefusal
from escalation.staff import all_staff

TeamFault = Literal["nobody", "not_in_team"]

_SENTENCES: dict[TeamFault, str] = {
    "nobody": 'Nobody signs in as "{login}"; `jiedai staff list` shows who does.',
    "not_in_team": '"{login}" is not in the team of this organisation.',
}


class TeamRefused(EscalationRefusal):
    """A change of a team that cannot be; the text is a whole sentence."""

    def __init__(self, code: TeamFault, login: str) -> None:
        super().__init__(_SENTENCES[code].format(login=login))
        self.code, self.login = code, login


def change_team(
    db: Connection, organisation_id: str, posts: Mapping[str, str], remove: Collection[str], by: str, now: datetime
) -> dict[str, str]:
    """Give people posts in an organisation's team (by sign-in name), take others out; return the team.

    Raises TeamRefused for a sign-in name of nobody, or of nobody in the team.
    """
    before = service_teams.teams_of(db, [organisation_id]).get(organisation_id, {})
    logins = {person.login for person in all_staff(db)}
    for login in posts:
        if login not in logins:
            raise TeamRefused("nobody", login)
    for login, post in posts.items():
        service_teams.set_post(db, organisation_id, login, post)
    for login in remove:
        if not service_teams.remove_from_team(db, organisation_id, login):
            raise TeamRefused("not_in_team", login)
    after = service_teams.teams_of(db, [organisation_id]).get(organisation_id, {})
    told: dict[str, Any] = {"before": {"team": before}, "after": {"team": after}}
    if before != after:
        journal_store.record(db, f"organisation:{organisation_id}", "team changed", by, now, **told)
    return after
