"""`jiedai telegram staff-code|unlink`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.auth import messenger_accounts, one_time_codes
from bot.cli.command import Login
from bot.cli.output import Result
from bot.cli.session import WithoutKnowledge
from bot.cli.staff import BY, person


def staff_code(service: WithoutKnowledge, login: Login) -> Result:
    """Return a one-time code that links a person's Telegram account to their sign-in name."""
    code = service.database.write_now(_issue, service.token_secret, login, service.clock())
    minutes = int(one_time_codes.LIFETIME.total_seconds()) // 60
    words = [
        f"/link {code}",
        f"{login} sends this line to the bot in a private chat within {minutes} minutes; it works once.",
    ]
    return Result({"login": login, "code": code, "expires_in": minutes * 60}, words)


def unlink(service: WithoutKnowledge, login: Login) -> Result:
    """Remove the link to a person's Telegram account; their tickets stay theirs."""
    was = service.database.write_now(_unlink, login, service.clock())
    ended = f"The Telegram account of {login} acts for nobody any more."
    return Result({"login": login, "was_linked": was}, ended if was else f"{login} had no Telegram account linked.")


def _issue(db: Connection, secret: str, login: str, now: datetime) -> str:
    return one_time_codes.issue(db, secret, "staff", str(person(db, login).id), now)


def _unlink(db: Connection, login: str, now: datetime) -> bool:
    return messenger_accounts.unlink_staff(db, person(db, login), BY, now)
