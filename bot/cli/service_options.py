"""Options and help texts of the commands that run, explain and maintain the service."""

from __future__ import annotations

from typing import Any

from bot.cli.command import add_command, add_group


def add_service_commands(commands: Any) -> None:
    """Add the commands run, demo, ask and policy."""
    _add_run(commands)
    _add_ask(commands)
    _add_policy(commands)


def add_upkeep_commands(commands: Any) -> None:
    """Add the commands keys, calendar, db and backup."""
    _add_keys(commands)
    _add_calendar(commands)
    _add_database(commands)


def _add_run(commands: Any) -> None:
    run = add_command(commands, "run", "run:run", "Serve chat, console and API until Ctrl-C.")
    run.add_argument("--host", help="address to listen on (JIEDAI_HOST; default: 127.0.0.1)")
    run.add_argument("--port", help="port to listen on (JIEDAI_PORT; default: 8080)")
    add_command(
        commands,
        "demo",
        "demo:demo",
        "Four customers through a compressed day and night, in the terminal.",
        where=False,
    )


def _add_ask(commands: Any) -> None:
    ask = add_command(
        commands, "ask", "ask:ask", "Say what would be done with a message; nothing is written.", json=True
    )
    ask.add_argument("text", metavar="TEXT", help="what the customer writes")
    ask.add_argument("--customer", metavar="ID", help="the writing contact's CRM id")
    ask.add_argument("--tier", metavar="T", help="ask on behalf of this tier")
    ask.add_argument("--at", metavar="INSTANT", help="when, e.g. 2026-10-09T20:30+08:00 (default: now)")


def _add_policy(commands: Any) -> None:
    group = add_group(commands, "policy", "Check and explain the service policy.")
    check = add_command(group, "check", "policy:check", "List every fault of a policy file.", where=False, json=True)
    check.add_argument("file", metavar="FILE")
    explain = add_command(
        group, "explain", "policy:explain", "What a customer of a tier is owed, and by when.", json=True
    )
    explain.add_argument("--tier", metavar="T", help="one tier, with who is told when (default: all, side by side)")
    explain.add_argument("--at", metavar="INSTANT", help="e.g. 2026-10-09T20:30+08:00 (default: now)")
    explain.add_argument("--topic", metavar="T")
    explain.add_argument("--urgency", metavar="U")
    explain.add_argument("--queue", metavar="Q", help="as if it were there (default: where the policy routes it)")
    add_command(group, "history", "policy:history", "Every edition of the policy that was in force.", json=True)
    show = add_command(group, "show", "policy:show", "Print an edition of the policy, as its file was.", json=True)
    show.add_argument("version", metavar="VERSION", help="as `policy history` and tickets name it")


def _add_keys(commands: Any) -> None:
    group = add_group(commands, "keys", "Keys for other programs that use the API.")
    for name, about in (("create", "Make a key; it is shown this once."), ("revoke", "End a key's use.")):
        add_command(group, name, f"keys:{name}", about, json=True).add_argument("name", metavar="NAME")


def _add_calendar(commands: Any) -> None:
    group = add_group(commands, "calendar", "Days off and make-up days, year by year.")
    show = add_command(group, "show", "calendar:show", "A year's days, and where they come from.", json=True)
    show.add_argument("year", type=int, nargs="?", metavar="YEAR", help="default: this year")
    load = add_command(group, "import", "calendar:load", "Take in one or several years from CSV or YAML.", json=True)
    load.add_argument("file", metavar="FILE", help="CSV with day,kind,name[,calendar], or YAML as in a policy")
    save = add_command(group, "export", "calendar:save", "Write a year's days to a CSV file.", json=True)
    save.add_argument("year", type=int, metavar="YEAR")
    save.add_argument("file", metavar="FILE")
    put = add_command(group, "set", "calendar:put", "Set one day.", json=True)
    put.add_argument("day", metavar="DAY", help="e.g. 2026-12-31")
    put.add_argument("kind", choices=("off", "on", "normal"), help="a day off, a make-up day, a day like any other")
    put.add_argument("--name", default="", metavar="N", help="what it is called")
    put.add_argument("--calendar", metavar="C", help="the company's own day, for this calendar only")
    for command in (load, put):
        command.add_argument("--note", default="", metavar="TEXT", help="why, for the list of versions")
        command.add_argument("--by", default="", metavar="NAME", help="who, for the list of versions")
    add_command(group, "check", "calendar:check", "What makes clocks guess, or soon will.", json=True)


def _add_database(commands: Any) -> None:
    group = add_group(commands, "db", "The database's shape.")
    add_command(group, "upgrade", "upkeep:upgrade", "Bring the database to the current revision.", json=True)
    backup = add_command(
        commands, "backup", "upkeep:backup", "Copy the embedded database while it is in use.", json=True
    )
    backup.add_argument("file", metavar="FILE", help="where to put the copy; must not exist yet")
