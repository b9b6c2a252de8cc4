"""`jiedai telegram link`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from bot.app import NotReady
from bot.auth import one_time_codes
from bot.cli.command import argument
from bot.cli.customers import customer_of
from bot.cli.output import Result
from bot.cli.session import WithoutKnowledge
from bot.service import Service


def link(
    service: WithoutKnowledge,
    customer: Annotated[str, argument(metavar="CUSTOMER", help="the contact's CRM id")],
) -> Result:
    """Return a link that links the Telegram account of whoever opens it to this contact; raises NotReady if unknown."""
    now = service.clock()
    customer_of(service, customer, now)
    url = service.database.write_now(
        one_time_codes.issue_url, service.token_secret, bot_name(service), "customer", customer, now
    )
    minutes = int(one_time_codes.LIFETIME.total_seconds()) // 60
    words = f"{url}\nGood once, for {minutes} minutes; hand it to nobody but this customer."
    return Result({"customer": customer, "url": url, "expires_in": minutes * 60}, words)


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
