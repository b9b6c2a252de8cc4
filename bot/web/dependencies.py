"""What requests are given: the running service, and numbers that a row can have."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from bot.service import Service


def service_of(request: Request) -> Service:
    """Return the running service that the application holds."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]
