"""`jiedai telegram link`."""

from __future__ import annotations

import argparse
import asyncio

from bot.app import NotReady
from bot.auth import one_time_codes
from bot.cli.output import print_json, print_line
from bot.cli.session import service_of
from bot.service import Service
from escalation.customers import customer_store


def link(options: argparse.Namespace) -> None:
    """Print a link that links the Telegram account of whoever opens it to this contact; raises NotReady if unknown."""
    service = service_of(options, knowledge="none")
    rules, now = service.rules, service.clock()
    known = service.database.read_now(customer_store.find_customer, rules.vault, rules.policy, options.id, now)
    if known is None:
        raise NotReady(f'There is no customer "{options.id}"; import the CRM with `jiedai customers import`.')
    url = service.database.write_now(
        one_time_codes.issue_url, service.token_secret, bot_name(service), "customer", options.id, now
    )
    service.database.close()
    minutes = int(one_time_codes.LIFETIME.total_seconds()) // 60
    if options.json:
        print_json({"customer": options.id, "url": url, "expires_in": minutes * 60})
    else:
        print_line(f"{url}\nGood once, for {minutes} minutes; hand it to nobody but this customer.")


def bot_name(service: Service) -> str:
    """Return the bot's username, asked of Telegram; raises NotReady without a bot or if Telegram is unreachable."""
    if not service.settings.telegram_token:
        raise NotReady("No Telegram bot is set up; set JIEDAI_TELEGRAM_TOKEN to the token that BotFather gave.")
    # Only now: aiogram costs seconds that other commands need not pay.
    from bot.telegram.api.client import Client

    async def asked() -> str:
        client = Client(service.settings.telegram_token, service.settings.telegram_api)
        try:
            return await client.username()
        except Exception as error:  # noqa: BLE001  # a network fails in many ways
            raise NotReady(f"Telegram cannot be asked for the bot's name ({client.safe(error)}); try again.") from None
        finally:
            await client.close()

    return asyncio.run(asked())
