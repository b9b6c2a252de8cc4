"""`jiedai keys create|revoke`."""

from __future__ import annotations

import argparse

from bot.auth import api_keys
from bot.cli.output import print_json, print_line
from bot.cli.session import service_of


def create(options: argparse.Namespace) -> None:
    """Create an API key and print it, this once."""
    service = service_of(options, knowledge="none")
    key = service.database.write_now(api_keys.create_key, options.name, service.clock())
    service.database.close()
    if options.json:
        print_json({"name": options.name, "key": key})
    else:
        print_line(f"{key}\nUse it as `Authorization: Bearer …`; it is shown this once.")


def revoke(options: argparse.Namespace) -> None:
    """Revoke an API key."""
    service = service_of(options, knowledge="none")
    service.database.write_now(api_keys.revoke_key, options.name, service.clock())
    service.database.close()
    if options.json:
        print_json({"name": options.name, "revoked": True})
    else:
        print_line(f"The key {options.name} no longer opens anything.")
