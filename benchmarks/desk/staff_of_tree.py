"""Adds agents with open sessions to a data folder, in this checkout or in an earlier one; prints their cookies as JSON.

Run as a file of its own, `staff_of_tree.py FOLDER COUNT`, with the checkout on the path of imports.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any


def _first(*names: str) -> Any:
    """The earlier name first: an earlier checkout may be led to later modules of an installed one."""
    for name in names:
        try:
            return import_module(name)
        except ModuleNotFoundError:
            continue
    raise SystemExit(f"none of {names} is here")


def main() -> None:
    """Do it in one transaction."""
    os.environ |= {"JIEDAI_ENCODER": "none", "JIEDAI_ACTS": "none"}
    app, settings = import_module("bot.app"), _first("bot.settings", "bot.config.settings")
    sessions, staff = _first("bot.web.staff_sessions", "bot.auth.staff_sessions"), import_module("escalation.staff")
    given = settings.read_settings(dict(os.environ), data=sys.argv[1])
    service = app.open_service(given) if hasattr(app, "open_service") else app.open_house(given, "none")

    def add(db: Any) -> list[str]:
        cookies, now = [], app.utc_now()
        every = ["*"] if hasattr(staff, "ALL_QUEUES") or hasattr(sessions, "MOST") else []
        for number in range(int(sys.argv[2])):
            who = staff.add_staff(db, f"agent-{number}", f"坐席{number}", "agent", every, "no sign-in", now)
            cookies.append(sessions.open_session(db, staff.get_staff(db, who), now))
        return cookies

    try:
        print(json.dumps(service.database.write_now(add)))
    finally:
        service.database.close()


if __name__ == "__main__":
    main()
