"""`jiedai telegram staff-code|unlink`."""

from __future__ import annotations

import argparse
from datetime import datetime

from sqlalchemy import Connection

from bot.app import NotReady
from bot.auth import messenger_accounts, one_time_codes
from bot.cli.output import print_json, print_line
from bot.cli.session import service_of
from escalation.staff import Staff, find_credentials


def staff_code(options: argparse.Namespace) -> None:
    """Print a one-time code that links a person's Telegram account to their sign-in name."""
    service = service_of(options, knowledge="none")
    code = service.database.write_now(_issue, service.token_secret, options.login, service.clock())
    service.database.close()
    minutes = int(one_time_codes.LIFETIME.total_seconds()) // 60
    if options.json:
        print_json({"login": options.login, "code": code, "expires_in": minutes * 60})
        return
    print_line(f"/link {code}")
    print_line(f"{options.login} sends this line to the bot in a private chat within {minutes} minutes; it works once.")


def unlink(options: argparse.Namespace) -> None:
    """Remove the link to a person's Telegram account; their tickets stay theirs."""
    service = service_of(options, knowledge="none")
    was = service.database.write_now(_unlink, options.login)
    service.database.close()
    if options.json:
        print_json({"login": options.login, "was_linked": was})
    elif was:
        print_line(f"The Telegram account of {options.login} acts for nobody any more.")
    else:
        print_line(f"{options.login} had no Telegram account linked.")


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
