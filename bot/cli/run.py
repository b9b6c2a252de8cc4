"""`jiedai run`: serve until Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Annotated

from fastapi import FastAPI

from bot.app import NotReady, Runtime, enforce_policy
from bot.cli.command import FLAGS, Setup
from bot.cli.customers import chat_link
from bot.cli.output import print_line
from bot.cli.session import open_or_explain
from bot.cli.talk_replay import replay_of
from bot.config.secret_files import first_password_file
from bot.config.settings import Settings
from bot.first_start import first_administrator, load_samples
from bot.jobs.unreadable_values import unreadable_values
from bot.service import Service
from bot.storage.outages import QuietDuringOutages
from bot.web.client_address import warn_at_start
from bot.web.edge.capacity import Capacity, capacity_of, raise_file_limit
from bot.web.edge.serving import serve
from bot.web.server import create_app
from escalation.customers import customer_store

log = logging.getLogger(__name__)

COLLECT = (20_000, 20, 20)  # objects and generations between collections, for a process that makes few cycles


def run(settings: Annotated[Settings, Setup(nullcontext, tuple(FLAGS))]) -> None:
    """Open the service and serve it; a taken port, an unwritable folder or a faulty file ends with one sentence."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(QuietDuringOutages())
    # A sweep that waits for a lock would be a warning a second; `/readyz` says when none has succeeded for long.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    capacity = capacity_of(raise_file_limit())
    runtime = open_or_explain(settings, "at once")
    runtime.replay = replay_of(runtime)
    listener = _listen(runtime.settings.host, runtime.settings.port)
    enforce_policy(runtime)
    load_samples(runtime, at_once=True)
    password = first_administrator(runtime)
    port = listener.getsockname()[1]
    warn_at_start(runtime.settings)
    lost = _unreadable(runtime)
    if lost:
        log.warning(lost)
    _welcome(runtime, f"http://{_shown(runtime.settings.host)}:{port}", password, capacity, lost)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(runtime, listener, capacity))
    print_line("Stopped; everything is saved.")


async def _serve(service: Service, listener: socket.socket, capacity: Capacity) -> None:
    runtime = Runtime(service)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await runtime.open()
        _settle_memory()
        yield
        await runtime.close()

    app = create_app(service, runtime.readiness.checks, lifespan, capacity)
    await serve(app, listener)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's event loop where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _settle_memory() -> None:
    """Freeze what is loaded, so that the garbage collector does not scan it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise NotReady(
            f"Port {port} on {host} cannot be used ({error.strerror}); stop what uses it, or choose another: --port."
        ) from None
    return listener


def _shown(host: str) -> str:
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104  # only printed


def _unreadable(runtime: Service) -> str:
    rules = runtime.rules
    return runtime.database.read_now(unreadable_values, rules.vault, rules.policy.zone)


def _welcome(runtime: Service, url: str, password: str | None, capacity: Capacity, lost: str = "") -> None:
    print_line(f"Jiedai 接待 · {runtime.rules.policy.name} · {url}")
    print_line(f"  Customers' chat      {url}/chat")
    # A service manager keeps what is printed here: only a person at a terminal is shown what opens doors.
    is_shown = sys.stdout.isatty()
    for tier, contact_id in _sample_customers(runtime):
        by_command = f"the link of `jiedai customers link {contact_id}`"
        way = chat_link(runtime, url, contact_id, 1) if is_shown else by_command
        print_line(f"    as a {tier} customer  {way}")
    print_line(f"  Agents' console      {url}/console")
    kept = first_password_file(runtime.settings)
    if password is not None and is_shown:
        print_line(f"    sign in as         admin  {password}   (kept in {kept})")
    elif password is not None:
        print_line(f"    sign in as         admin, with the new password in {kept}")
    elif kept.exists():
        print_line(f"    sign in as         admin, with the first password kept in {kept}")
    if told := _telegram(runtime.settings):
        print_line(f"  Telegram             {told}")
    print_line(f"  Open at once         {capacity.streams} chat pages ({capacity.files} open files)")
    if lost:
        print_line(f"  Cannot be read       {lost}")
    print_line("  Ctrl-C ends it; the data stays.")


def _telegram(settings: Settings) -> str:
    """How the bot is reached and where staff work, as configured; whether the token is valid shows in the log."""
    if not settings.telegram_token:
        return ""
    way = f"webhook at {settings.public_url}" if settings.telegram_webhook else "polling"
    desk = ", ".join(str(chat) for chat in settings.telegram_desk)
    return f"{way}; desk in {desk}" if desk else way


def _sample_customers(runtime: Service) -> list[tuple[str, str]]:
    """One contact's id per tier, if the sample customers are loaded."""
    if not runtime.settings.is_example:
        return []
    now, rules = runtime.clock(), runtime.rules
    found: dict[str, str] = {}
    for contact_id in runtime.database.read_now(customer_store.list_contact_ids)[:200]:
        customer = runtime.database.read_now(customer_store.find_customer, rules.vault, rules.policy, contact_id, now)
        if customer is not None and customer.tier not in found:
            found[customer.tier] = contact_id
    return [(tier, found[tier]) for tier in rules.policy.tiers if tier in found]
