"""Requests of persons as the terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from escalation.customers.data_requests import DataRequest, RequestState

WAITS: Mapping[RequestState, str] = {  # what a request waits for, as people read it
    "open": "waits for an administrator",
    "agreed": "waits for a second administrator",
    "running": "is being carried out",
    "restricted": "done, a part under seal",
    "done": "done",
    "refused": "refused",
    "withdrawn": "withdrawn by its customer",
}


def figures(request: DataRequest) -> str:
    """Return what was handed out, changed or erased, in figures."""
    counts = (f"{value} {name}" for name, value in request.delivered.items() if isinstance(value, int))
    return ", ".join(counts) or "nothing"


def as_json(request: DataRequest) -> dict[str, Any]:
    """Return a request for a program to read."""
    told: dict[str, Any] = {"request": request.id, "kind": request.kind, "contact": request.contact_id}
    told |= {
        "state": request.state,
        "waits": WAITS[request.state],
        "asked_by": request.asked_by,
        "asked_at": request.asked_at.isoformat(),
    }
    told |= {"due_at": request.due_at.isoformat(), "first_by": request.first_by, "second_by": request.second_by}
    told |= {"done_at": request.done_at.isoformat() if request.done_at else None, "delivered": request.delivered}
    return told | {"kept": request.kept, "until": request.until.isoformat() if request.until else None}
