"""`jiedai telegram staff-code|unlink`."""

from __future__ import annotations

import argparse
from datetime import datetime

from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth import messenger_accounts, one_time_codes
from bot.cli.output import tell, tell_json
from bot.cli.session import house_of
from escalation.staff import Staff, find_credentials


def staff_code(options: argparse.Namespace) -> None:
    """A one-time code that ties a person's own Telegram account to their sign-in name."""
    house = house_of(options, knowledge="none")
    code = house.database.write_now(_issue, house.token_secret, options.login, house.clock())
    house.database.close()
    minutes = int(one_time_codes.LIFETIME.total_seconds()) // 60
    if options.json:
        tell_json({"login": options.login, "code": code, "expires_in": minutes * 60})
        return
    tell(f"/link {code}")
    tell(f"{options.login} sends this line to the bot in a private chat within {minutes} minutes; it works once.")


def unlink(options: argparse.Namespace) -> None:
    """End what a person's Telegram account may do; their tickets stay theirs."""
    house = house_of(options, knowledge="none")
    was = house.database.write_now(_unlink, options.login)
    house.database.close()
    if options.json:
        tell_json({"login": options.login, "was_linked": was})
    elif was:
        tell(f"The Telegram account of {options.login} acts for nobody any more.")
    else:
        tell(f"{options.login} had no Telegram account linked.")


def _issue(db: Connection, secret: str, login: str, now: datetime) -> str:
    return one_time_codes.issue(db, secret, "staff", str(_person(db, login).id), now)


def _unlink(db: Connection, login: str) -> bool:
    account = messenger_accounts.account_of(db, _person(db, login).id)
    if account is not None:
        messenger_accounts.unlink(db, account)
    return account is not None


def _person(db: Connection, login: str) -> Staff:
    found = find_credentials(db, login)
    if found is None:
        raise NotReady(f'Nobody signs in as "{login}"; `jiedai staff list` shows who does.')
    return found[0]
