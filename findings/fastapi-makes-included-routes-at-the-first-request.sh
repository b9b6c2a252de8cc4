#!/usr/bin/env bash
# Guess, before it was run: `include_router` makes a router's routes ready as it is called, so that a program which has
# started has done that work, and a second application of the same routers finds it done.
# Seen with FastAPI 0.165.0: including does nothing with the routes. Each application makes all of them anew while it
# answers its first request that no route of its own takes: whoever asks a desk of two hundred addresses first after a
# restart waits for it, though the health check has long said yes, for a check
# whose route comes first is answered before. A second application of the same process begins from nothing. Routes that
# are put into `app.router.routes` as they are, are ready at once.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install fastapi==0.165.0 starlette==1.10.0 httpx==0.28.1
cat >"$folder/include.py" <<'PY'
import asyncio

import httpx
from fastapi import APIRouter, FastAPI

made: list[str] = []


def named(route: object) -> str:
    """FastAPI asks for a route's name whenever it makes one."""
    made.append(route.path)
    return f"{route.path} {len(made)}"


def handler() -> dict[str, str]:
    return {}


router = APIRouter(generate_unique_id_function=named)
for number in range(50):
    router.add_api_route(f"/tickets/{number}", handler)


async def ask(app: FastAPI, path: str) -> int:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        return (await client.get(path)).status_code


def count() -> int:
    found = len(made)
    made.clear()
    return found


def application() -> FastAPI:
    app = FastAPI()
    app.add_api_route("/healthz", handler)
    return app


counts = {"defining": count()}
for name in ("first", "second"):
    app = application()
    count()
    app.include_router(router)
    counts[f"{name}: including"] = count()
    assert asyncio.run(ask(app, "/healthz")) == 200
    counts[f"{name}: health check"] = count()
    assert asyncio.run(ask(app, "/tickets/1")) == 200
    counts[f"{name}: first ticket"] = count()
    assert asyncio.run(ask(app, "/tickets/2")) == 200
    counts[f"{name}: next ticket"] = count()
app = application()
count()
app.router.routes.extend(router.routes)
assert asyncio.run(ask(app, "/tickets/1")) == 200
counts["put in as they are"] = count()
print(counts)
wanted = [50, 0, 0, 50, 0, 0, 0, 50, 0, 0]
raise SystemExit(list(counts.values()) != wanted)
PY
"$folder/venv/bin/python" "$folder/include.py"
echo "Included routes are still made at the first request that reaches them, for every application anew."
