"""Every way in over HTTP and who may go it, beside every module that reads what customers wrote and what guards it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Who asks. `accused` held an earlier matter of the customer; `of_another` works or leads another queue.
STRANGER, OWNER, OTHER = "stranger", "own customer", "other customer"
KEYS = ("key customers", "key telegram-links", "key metrics", "key tickets", "key reports")
AGENT, AGENT_ELSEWHERE, ACCUSED = "agent", "agent of another", "accused"
LEAD, LEAD_ELSEWHERE, MANAGER = "lead", "lead of another", "manager"
INSPECTOR, AUDITOR, ADMIN = "inspector", "auditor", "admin"
HELPER = "helper"  # works another queue, and was asked for help with the complaint
STAFF = (AGENT, AGENT_ELSEWHERE, ACCUSED, LEAD, LEAD_ELSEWHERE, MANAGER, INSPECTOR, AUDITOR, ADMIN, HELPER)
EVERYBODY = (STRANGER, OWNER, OTHER, *KEYS, *STAFF)

SEES_TICKET = (AGENT, ACCUSED, LEAD, MANAGER, INSPECTOR)  # the ordinary one, drawn for the inspector
ACTS_ON_TICKET = (AGENT, ACCUSED, LEAD)
SEES_COMPLAINT = (AGENT, LEAD, MANAGER, HELPER)  # closed to `accused`, not drawn
ACTS_ON_COMPLAINT = (AGENT, LEAD)
NOTES_ON_COMPLAINT = (*ACTS_ON_COMPLAINT, HELPER)
LEADS = (LEAD, LEAD_ELSEWHERE)
WORKING = (AGENT, AGENT_ELSEWHERE, ACCUSED, HELPER, *LEADS, MANAGER)  # whoever works on some tickets
WORKS = (AGENT, AGENT_ELSEWHERE, ACCUSED, LEAD, LEAD_ELSEWHERE, HELPER)  # some queue

# Method and path as the application has them → who gets in. Placeholders are filled by the world of the test.
HTTP_WAYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/chat"): EVERYBODY,
    ("GET", "/privacy"): EVERYBODY,  # where the policy has a notice; elsewhere there is no such page
    ("GET", "/criteria"): EVERYBODY,  # where the policy makes the criteria public; elsewhere there is no such page
    ("Mount", "/static"): EVERYBODY,
    ("GET", "/api/openapi.json"): EVERYBODY,
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): ("key metrics",),
    ("POST", "/api/chat/sessions"): EVERYBODY,  # anybody may begin a conversation of their own
    ("POST", "/api/chat/identify"): (OWNER, OTHER),
    ("POST", "/api/chat/end"): (OWNER, OTHER),
    ("POST", "/api/chat/messages"): (OWNER, OTHER),
    ("POST", "/api/chat/files"): (OWNER, OTHER),
    ("GET", "/api/chat/files/{message_id}"): (OWNER,),
    ("GET", "/api/chat/messages"): (OWNER, OTHER),
    ("GET", "/api/chat/stream"): (OWNER, OTHER),
    ("GET", "/api/customers"): ("key customers",),
    ("GET", "/api/customers/{customer_id}"): ("key customers",),
    ("PUT", "/api/customers/{customer_id}"): ("key customers",),
    **{(how, "/api/customers/{customer_id}/items"): ("key customers",) for how in ("GET", "PUT", "DELETE")},
    ("PATCH", "/api/customers/{customer_id}"): ("key customers",),
    ("DELETE", "/api/customers/{customer_id}"): ("key customers",),
    ("POST", "/api/telegram-links"): ("key telegram-links",),
    ("POST", "/api/tickets"): ("key tickets",),
    ("GET", "/api/reports/figures"): ("key reports",),
    ("GET", "/api/reports/tickets"): ("key reports",),
    ("GET", "/console/bind/{ticket_id}"): ACTS_ON_TICKET,
    ("POST", "/console/bind/{ticket_id}"): ACTS_ON_TICKET,
    ("POST", "/console/bind/{ticket_id}/undo"): ACTS_ON_TICKET,  # it has ended; a lead's while it is open
    ("GET", "/console/customers"): WORKING,
    ("POST", "/console/customers"): (*LEADS, MANAGER),
    ("GET", "/console/customers/{customer_id}"): WORKING,
    ("POST", "/console/customers/{customer_id}/{move}"): WORKING,  # a note; merging is for leads
    ("GET", "/console/sign-in"): EVERYBODY,
    ("POST", "/console/sign-in"): EVERYBODY,
    ("POST", "/console/sign-out"): STAFF,
    ("GET", "/console"): STAFF,
    ("GET", "/console/"): EVERYBODY,  # leads to /console
    ("GET", "/console/rows"): STAFF,  # of the tickets they see
    ("POST", "/console/bulk"): STAFF,  # each ticket is asked for by itself
    ("POST", "/console/views"): STAFF,  # their own
    ("POST", "/console/views/{number}/drop"): STAFF,
    ("GET", "/console/tickets/{ticket_id}/{move}"): STAFF,  # leads to the ticket's page
    ("GET", "/console/notices"): STAFF,
    ("POST", "/console/notices/read"): STAFF,
    ("GET", "/console/stream"): STAFF,
    ("GET", "/console/tickets/new"): WORKS,
    ("POST", "/console/tickets/new"): WORKS,
    ("GET", "/console/tickets/{ticket_id}"): SEES_TICKET,
    ("GET", "/console/tickets/{ticket_id}/report"): SEES_TICKET,
    ("GET", "/console/tickets/{ticket_id}/journey"): SEES_TICKET,
    ("POST", "/console/tickets/{ticket_id}/draft"): SEES_TICKET,
    ("POST", "/console/tickets/{ticket_id}/active"): SEES_TICKET,
    ("GET", "/console/tickets/{ticket_id}/replies"): SEES_TICKET,
    ("GET", "/console/tickets/{ticket_id}/answers"): SEES_TICKET,
    ("POST", "/console/tickets/{ticket_id}/suggested"): ACTS_ON_TICKET,
    ("POST", "/console/tickets/{ticket_id}/lines"): ACTS_ON_TICKET,
    ("POST", "/console/tickets/{ticket_id}/lines/{line_id}/show"): SEES_TICKET,
    ("GET", "/console/tickets/{ticket_id}/lines/{line_id}/show"): STAFF,  # leads to the ticket
    ("POST", "/console/tickets/{ticket_id}/reply/files"): ACTS_ON_TICKET,
    ("GET", "/console/tickets/{ticket_id}/reply/files"): STAFF,  # leads to the ticket
    ("POST", "/console/tickets/{ticket_id}/{move}"): ACTS_ON_TICKET,
    ("GET", "/console/tickets/{ticket_id}/files/{message_id}"): SEES_TICKET,
    ("GET", "/console/reports"): STAFF,  # inspectors and auditors are led to the service reports
    ("GET", "/console/reports/service"): STAFF,
    ("GET", "/console/reports/tickets"): (*WORKING, ADMIN),
    ("GET", "/console/reports/export"): (*WORKING, ADMIN),
    ("GET", "/console/reports/tickets/export"): (*WORKING, ADMIN),
    ("GET", "/console/surveys"): (*LEADS, MANAGER),
    ("GET", "/console/inspections"): STAFF,  # leads to their own scores
    ("GET", "/console/inspections/mine"): STAFF,
    ("GET", "/console/inspections/results"): (*LEADS, MANAGER, ADMIN),
    ("GET", "/console/inspections/sheet"): (*LEADS, MANAGER, ADMIN),
    ("GET", "/console/inspections/draw"): STAFF,  # leads back to the page
    ("POST", "/console/inspections/draw"): (INSPECTOR, MANAGER),
    ("GET", "/console/inspections/{number}"): (INSPECTOR,),  # not scored yet
    ("GET", "/console/inspections/{number}/{move}"): STAFF,
    ("POST", "/console/inspections/{number}/{move}"): (INSPECTOR,),  # the move is a score
    ("GET", "/console/improvement"): STAFF,  # agents see the announced targets
    ("GET", "/console/improvement/adopt"): STAFF,  # leads back to the page, as the next two
    ("GET", "/console/improvement/targets"): STAFF,
    ("GET", "/console/improvement/items"): STAFF,
    ("POST", "/console/improvement/adopt"): (*LEADS, MANAGER, ADMIN),  # the suggestion is none
    ("POST", "/console/improvement/targets"): (*LEADS, MANAGER, ADMIN),  # the form is empty
    ("POST", "/console/improvement/items"): (MANAGER, ADMIN),
    ("GET", "/console/improvement/targets/{number}"): (LEAD, MANAGER, ADMIN),  # not announced
    ("GET", "/console/improvement/targets/{number}/{move}"): STAFF,
    ("POST", "/console/improvement/targets/{number}/{move}"): (LEAD, MANAGER, ADMIN),
    ("GET", "/console/improvement/items/{number}"): (AGENT, LEAD, MANAGER, ADMIN),  # the agent does it
    ("GET", "/console/improvement/items/{number}/{move}"): STAFF,
    ("POST", "/console/improvement/items/{number}/{move}"): (LEAD, MANAGER, ADMIN),
    ("GET", "/console/tasks"): STAFF,
    ("GET", "/console/tasks/{number}/{move}"): STAFF,
    ("POST", "/console/tasks/{number}/{move}"): STAFF,  # a sentence for whoever was not asked
    ("GET", "/console/replies"): WORKING,
    ("GET", "/console/replies/export"): WORKING,
    **{("GET", f"/console/replies/{way}"): WORKING for way in ("add", "import", "{number}/change", "{number}/retire")},
    **{("POST", f"/console/replies/{way}"): WORKING for way in ("add", "import")},  # the form is empty
    **{("POST", f"/console/replies/{{number}}/{way}"): (*LEADS, MANAGER) for way in ("change", "retire")},  # the team's
    ("GET", "/console/knowledge"): (*LEADS, MANAGER),
    **{
        ("GET", f"/console/knowledge/{page}"): (*LEADS, MANAGER)
        for page in (
            "questions",
            "question",
            "try",
            "draft",
            "editions",
            "editions/{number}",
            "files",
            "files/{number}",
            "export",
        )
    },
    **{
        (how, f"/console/knowledge/{way}"): (*LEADS, MANAGER)
        for way in ("question/{move}", "draft/{move}", "editions/{number}/restore", "files/{number}/{move}")
        for how in ("GET", "POST")
    },
    ("POST", "/console/knowledge/files"): (*LEADS, MANAGER),
    ("GET", "/console/knowledge/{number}/{move}"): (*LEADS, MANAGER),
    ("POST", "/console/knowledge/{number}/{move}"): (*LEADS, MANAGER),
    ("GET", "/console/customers/import"): (MANAGER, ADMIN),
    ("POST", "/console/customers/import"): (MANAGER, ADMIN),
    ("GET", "/console/customers/import/{number}"): (MANAGER, ADMIN),
    ("GET", "/console/customers/import/{number}/{move}"): STAFF,
    ("POST", "/console/customers/import/{number}/{move}"): (MANAGER, ADMIN),
    ("GET", "/console/calendar"): STAFF,
    ("GET", "/console/calendar/{move}"): STAFF,
    ("POST", "/console/calendar/day"): (MANAGER, ADMIN),
    ("POST", "/console/calendar/import"): (MANAGER, ADMIN),
    ("POST", "/console/calendar/restore"): (MANAGER, ADMIN),
    ("POST", "/console/calendar/save"): (MANAGER, ADMIN),
    ("POST", "/console/calendar/wait"): (MANAGER, ADMIN),
    ("GET", "/console/incidents"): STAFF,
    ("GET", "/console/emergency"): STAFF,
    ("GET", "/console/emergency/{move}"): STAFF,  # leads back to the page
    ("POST", "/console/emergency/{move}"): (ADMIN,),
    ("GET", "/console/incidents/{number}/end"): STAFF,
    ("GET", "/console/incidents/preview"): STAFF,  # leads back to the page
    ("POST", "/console/incidents/preview"): (*LEADS, MANAGER),
    ("POST", "/console/incidents"): (*LEADS, MANAGER),
    ("POST", "/console/incidents/{number}/end"): (*LEADS, MANAGER),
    ("GET", "/console/customers/tiers"): (*LEADS, MANAGER),
    ("POST", "/console/customers/tiers"): (*LEADS, MANAGER),
    **{("GET", f"/console/customers/tiers/{{number}}/{move}"): STAFF for move in ("approve", "reject", "withdraw")},
    ("GET", "/console/customers/tiers/team"): STAFF,  # leads back to the page
    ("POST", "/console/customers/tiers/team"): (*LEADS, MANAGER),
    ("POST", "/console/customers/tiers/{number}/approve"): (MANAGER,),
    ("POST", "/console/customers/tiers/{number}/reject"): (MANAGER,),
    ("POST", "/console/customers/tiers/{number}/withdraw"): (*LEADS, MANAGER),
    ("GET", "/console/policy"): STAFF,
    ("GET", "/console/policy/{version}"): STAFF,
    ("GET", "/console/roster"): STAFF,
    ("GET", "/console/roster/{move}"): STAFF,
    ("POST", "/console/roster/import"): (*LEADS, MANAGER),
    ("POST", "/console/roster/try"): (*LEADS, MANAGER),
    ("POST", "/console/roster/{move}"): (*LEADS, MANAGER),
    ("GET", "/console/welcome"): EVERYBODY,  # a one-time link opens it
    ("POST", "/console/welcome"): EVERYBODY,
    **{("GET", f"/console/me{path}"): STAFF for path in ("", "/password")},
    **{("POST", f"/console/me/{move}"): STAFF for move in ("desk", "others", "password", "seen", "sessions")},
    **{("POST", f"/console/me/{move}"): STAFF for move in ("others", "password", "seen", "sessions")},
    ("GET", "/console/busy"): STAFF,  # leads to the board
    ("POST", "/console/busy"): STAFF,  # of oneself
    ("GET", "/console/people"): (*LEADS, MANAGER, ADMIN),  # a lead's own people
    **{("GET", f"/console/people{path}"): (ADMIN,) for path in ("/add", "/change", "/disable", "/end", "/link")},
    **{("POST", f"/console/people/{move}"): (ADMIN,) for move in ("add", "change", "disable", "end", "link")},
    ("GET", "/console/journal"): (AUDITOR,),
    ("GET", "/console/rights"): (ADMIN,),
    ("GET", "/console/rights/{move}"): (ADMIN,),  # leads back to the page
    ("POST", "/console/rights/{move}"): (ADMIN,),
    **{("GET", f"/console/keys{path}"): (ADMIN,) for path in ("", "/create", "/revoke")},
    **{("POST", f"/console/keys/{move}"): (ADMIN,) for move in ("create", "revoke")},
    ("GET", "/console/telegram"): STAFF,
    ("POST", "/console/telegram/code"): STAFF,
    ("GET", "/console/telegram/code"): STAFF,
    ("POST", "/console/telegram/unlink"): STAFF,
    ("POST", "/console/telegram/seen"): (MANAGER,),  # what belongs to no queue: a lead of one queue has no part in it
}
# The same ways with the complaint in the ticket's place.
COMPLAINT_WAYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/console/tickets/{ticket_id}"): SEES_COMPLAINT,
    ("GET", "/console/tickets/{ticket_id}/report"): SEES_COMPLAINT,
    ("GET", "/console/tickets/{ticket_id}/journey"): SEES_COMPLAINT,
    ("POST", "/console/tickets/{ticket_id}/draft"): SEES_COMPLAINT,
    ("POST", "/console/tickets/{ticket_id}/active"): SEES_COMPLAINT,
    ("POST", "/console/tickets/{ticket_id}/lines"): ACTS_ON_COMPLAINT,
    ("POST", "/console/tickets/{ticket_id}/lines/{line_id}/show"): SEES_COMPLAINT,
    ("POST", "/console/tickets/{ticket_id}/{move}"): NOTES_ON_COMPLAINT,  # the move is a note
    ("GET", "/console/tickets/{ticket_id}/files/{message_id}"): SEES_COMPLAINT,
}


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    """Yield the method and path of every route of an application."""
    yield from _walk(app.routes)


def _walk(routes: Any) -> Iterator[tuple[str, str]]:
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from _walk(inner.routes)
        elif getattr(route, "methods", None):
            yield from ((method, route.path) for method in sorted(route.methods) if method != "HEAD")
        else:
            yield type(route).__name__, route.path
