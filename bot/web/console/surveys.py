"""What quarterly surveys came to, for leads and managers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from bot.web.console.access import StaffRequest, duty_or
from bot.web.console.layout import frame
from bot.wording.survey_pages import ONLY_LEADS
from escalation.surveys.survey_results import survey_results

router = APIRouter(prefix="/console/surveys", include_in_schema=False)
Leading = Annotated[StaffRequest, duty_or("reports", ONLY_LEADS)]


@router.get("")
async def overview(staff_request: Leading) -> HTMLResponse:
    """Show counts, response rates and averages by quarter, channel and dimension."""
    found, unread = await staff_request.read_page(survey_results)
    return frame(staff_request, "console/surveys.html", staff_request.service.clock(), unread, results=found)
