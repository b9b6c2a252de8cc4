"""Templates: autoescaped, with static files addressed by content, so that browsers show no old ones."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.delivery.undeliverable import unreachable_words
from bot.transcript.content_kinds import ACCEPTED
from bot.web.linked_text import linked
from bot.wording import (
    accounts,
    consents,
    customer_files,
    danger_alarms,
    desk,
    emergency,
    history,
    improvement,
    labels,
    noted_causes,
    outcomes,
    owed,
    ratings,
    refusals,
    reply_files,
    sent_steps,
    table_faults,
    tasks,
)
from bot.wording.browsers import shortened
from escalation.customers.starring import starred

HERE = Path(__file__).parent
STATIC = HERE / "static"
# A page of ours is never kept by a shared cache, and its forms must say where they came from.
PAGE_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the template environment, in which an undefined name is an error."""
    loader = FileSystemLoader(HERE / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals |= {"static": static, "labels": labels, "history": history, "danger_alarms": danger_alarms}
    made.globals |= {"accounts": accounts, "customer_files": customer_files, "shortened": shortened}
    made.globals["unreachable_words"] = unreachable_words
    made.globals |= {
        "outcomes": outcomes,
        "refusals": refusals,
        "table_faults": table_faults,
        "task_words": tasks,
        "desk_words": desk,
        "sent_words": sent_steps,
        "owed_words": owed,
        "consent_words": consents,
        "emergency_words": emergency,
        "rating_words": ratings,
        "improvement_words": improvement,
        "cause_words": noted_causes,
        "file_words": reply_files,
        "accepted_files": ACCEPTED,
    }
    made.filters |= {"starred": starred, "linked": linked}
    return made


@lru_cache
def static(name: str) -> str:
    """Return the URL of a static file, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def page(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """Render a page."""
    return HTMLResponse(environment().get_template(template).render(values), status, headers=PAGE_HEADERS)
