"""`jiedai keys create|list|revoke`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from bot.auth import api_keys
from bot.auth.api_keys import SCOPES, ApiKey
from bot.cli.command import argument
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from escalation.policy.model import Policy

BY = "cli"  # in the journal

Name = Annotated[str, argument(metavar="NAME")]


def create(
    service: WithoutKnowledge,
    name: Name,
    scopes: Annotated[
        tuple[str, ...],
        argument("--scope", metavar="SCOPE", help=f"what it may do, repeat for more: {', '.join(SCOPES)}"),
    ] = (),
    expires: Annotated[
        int | None, argument("--expires", metavar="DAYS", help="days after which it ends (default: never)")
    ] = None,
) -> Result:
    """Create an API key and return it, this once."""
    now = service.clock()
    key = service.database.write_now(api_keys.create_key, name, scopes, BY, now, days=expires)
    words = f"{key}\nUse it as `Authorization: Bearer …`; it is shown this once."
    return Result({"name": name, "key": key, "scopes": list(scopes), "expires_in_days": expires}, words)


def show(service: WithoutKnowledge) -> Result:
    """Return the keys in use."""
    found, now, policy = service.database.read_now(api_keys.all_keys), service.clock(), service.rules.policy
    headings = ("name", "scopes", "created", "expires", "last used")
    rows = [_row(each, policy, now) for each in found]
    return Result([_as_json(each) for each in found], [Table("Keys", headings, rows)])


def revoke(service: WithoutKnowledge, name: Name) -> Result:
    """Revoke an API key."""
    service.database.write_now(api_keys.revoke_key, name, BY, service.clock())
    return Result({"name": name, "revoked": True}, f"The key {name} no longer opens anything.")


def _row(key: ApiKey, policy: Policy, now: datetime) -> tuple[str, ...]:
    def when(at: datetime | None) -> str:
        return f"{at.astimezone(policy.zone):%Y-%m-%d %H:%M}" if at is not None else "never"

    expires = f"{when(key.expires_at)} (over)" if key.has_expired(now) else when(key.expires_at)
    return key.name, ", ".join(key.scopes), when(key.created_at), expires, when(key.used_at)


def _as_json(key: ApiKey) -> dict[str, Any]:
    instants = {name: getattr(key, name) for name in ("created_at", "expires_at", "used_at")}
    told = {name: at.isoformat() if at is not None else None for name, at in instants.items()}
    return {"name": key.name, "scopes": list(key.scopes), **told}
