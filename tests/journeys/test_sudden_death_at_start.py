"""kill -9 at the commits of a first start: the next start finds or makes all that a first one leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.auth.passwords import is_password
from escalation.customers.customer_rows import contacts
from escalation.staff import find_credentials, staff
from knowledge_base.revisions.revision_store import revisions
from tests.journeys.mortal import condemn, deaths, mortal_server, spare
from tests.journeys.people import desk_at
from tests.processes import Server, eventually


@pytest.mark.timeout(240)
@pytest.mark.parametrize("side", ["before", "after"])
def test_death_while_starting_for_the_first_time_loses_nothing_either(tmp_path: Path, side: str) -> None:
    for nth in deaths(side):
        folder = tmp_path / str(nth)
        folder.mkdir()
        condemn(folder, side, nth)
        first = mortal_server(folder)
        try:
            first.begin()
            eventually(lambda: not first.is_alive or "Ctrl-C" in first.said, within=30)  # noqa: B023
        finally:
            first.kill()
        if spare(folder):
            break
        _see_it_complete(Server(folder / "data"))
    assert nth > 3  # the tables, the samples and the first administrator


def _see_it_complete(server: Server) -> None:
    with server, desk_at(server) as desk:
        counted = [desk.rows(select(func.count()).select_from(table))[0][0] for table in (revisions, staff, contacts)]
        assert counted[:2] == [1, 1]
        assert counted[2] > 20
        found = desk.read(find_credentials, "admin")
        password = (server.data / "first-console-password").read_text(encoding="utf-8").strip()
        assert is_password(found[1], password), "nobody is locked out"
