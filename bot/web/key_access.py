"""API keys on requests: is it one of ours, may it do this, and its last use is written down."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from bot.auth import api_keys
from bot.auth.api_keys import Scope
from bot.service import Service
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem
from bot.wording import refusals

_bearer = HTTPBearer(auto_error=False, description="A key made with `jiedai keys create NAME --scope SCOPE`.")


async def demand_key(service: Service, given: str, scope: Scope) -> str:
    """Return the name of an API key that may do this; raises Problem (401, or 403 for a key without the scope)."""
    found, now = await service.database.read(api_keys.find_key, given), service.clock()
    if found is None:
        raise Problem(401, refusals.BAD_KEY)
    if found.has_expired(now):
        raise Problem(401, refusals.KEY_EXPIRED.format(name=found.name))
    if scope not in found.scopes:
        raise Problem(403, refusals.KEY_WITHOUT_SCOPE.format(name=found.name, scope=scope))
    if found.is_use_due(now):
        await service.database.unit(api_keys.note_use, found.name, now)
    return found.name


def key_for(scope: Scope) -> Any:
    """Return a FastAPI dependency on the name of a key that may do this."""

    async def known_key(
        service: ServiceDep, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> str:
        return await demand_key(service, given.credentials if given is not None else "", scope)

    return Depends(known_key)
