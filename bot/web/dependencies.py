"""FastAPI dependencies shared by all routes: the running service, valid ids."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from bot.service import Service


async def service_of(request: Request) -> Service:
    """Return the running service that the application holds."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]


Number = Annotated[int, Path(ge=1, le=2**31 - 1)]  # what a row's number can be
MaybeNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


def valid_number(number: Number) -> int:
    """Return the number in a path, validated by its type."""
    return number
