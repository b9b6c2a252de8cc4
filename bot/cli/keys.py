"""`jiedai keys create|revoke`."""

from __future__ import annotations

from typing import Annotated

from bot.auth import api_keys
from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.session import WithoutKnowledge

Name = Annotated[str, argument(metavar="NAME")]


def create(service: WithoutKnowledge, name: Name) -> Result:
    """Create an API key and return it, this once."""
    key = service.database.write_now(api_keys.create_key, name, service.clock())
    words = f"{key}\nUse it as `Authorization: Bearer …`; it is shown this once."
    return Result({"name": name, "key": key}, words)


def revoke(service: WithoutKnowledge, name: Name) -> Result:
    """Revoke an API key."""
    service.database.write_now(api_keys.revoke_key, name, service.clock())
    return Result({"name": name, "revoked": True}, f"The key {name} no longer opens anything.")
