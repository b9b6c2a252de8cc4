"""`jiedai keys create|revoke`."""

from __future__ import annotations

import argparse

from bot.auth import api_keys
from bot.cli.output import tell, tell_json
from bot.cli.session import house_of


def create(options: argparse.Namespace) -> None:
    """Make a key and show it this once."""
    house = house_of(options, knowledge="none")
    key = house.database.write_now(api_keys.create_key, options.name, house.clock())
    house.database.close()
    if options.json:
        tell_json({"name": options.name, "key": key})
    else:
        tell(f"{key}\nUse it as `Authorization: Bearer …`; it is shown this once.")


def revoke(options: argparse.Namespace) -> None:
    """End a key's use."""
    house = house_of(options, knowledge="none")
    house.database.write_now(api_keys.revoke_key, options.name, house.clock())
    house.database.close()
    if options.json:
        tell_json({"name": options.name, "revoked": True})
    else:
        tell(f"The key {options.name} no longer opens anything.")
