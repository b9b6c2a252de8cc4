"""Static files, which browsers keep for good: their addresses change with their content."""

from __future__ import annotations

from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KEPT = "public, max-age=31536000, immutable"


class HashedFiles(StaticFiles):
    """Files under addresses that `bot.web.templating.static` makes; any other address is asked for anew each time."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, to be kept where the address names its content."""
        response = await super().get_response(path, scope)
        named = "v" in QueryParams(scope.get("query_string", b""))
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = KEPT if named else "no-cache"
        return response
