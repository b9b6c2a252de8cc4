"""Options and help texts of the commands on people and tickets."""

from __future__ import annotations

from typing import Any

from bot.cli.command import add_command, add_group


def add_people_commands(commands: Any) -> None:
    """Add the commands customers, staff, telegram and roster."""
    _add_customers(commands)
    _add_staff(commands)
    _add_telegram(commands)
    _add_roster(commands)


def add_ticket_commands(commands: Any) -> None:
    """Add the commands incident, audit and tickets."""
    _add_incidents(commands)
    _add_audit(commands)
    _add_tickets(commands)


def _add_customers(commands: Any) -> None:
    group = add_group(commands, "customers", "Customers from the CRM.")
    load = add_command(
        group, "import", "customers:load", "Load organisations and contacts from CSV or XLSX.", json=True
    )
    load.add_argument("file", metavar="FILE")
    link = add_command(
        group, "link", "customers:link", "A chat link that proves to be this contact, for trying out.", json=True
    )
    link.add_argument("id", metavar="ID", help="the contact's CRM id")
    link.add_argument("--hours", type=int, default=1, help="how long it is valid (default: 1)")


def _add_staff(commands: Any) -> None:
    group = add_group(commands, "staff", "Who may sign in to the console.")
    add = add_command(group, "add", "staff:add", "Add a person; prints a generated password.", json=True)
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", help="as customers and colleagues see it (default: LOGIN)")
    add.add_argument("--role", choices=("agent", "lead", "manager", "admin"), default="agent")
    add.add_argument(
        "--queue", action="append", default=[], metavar="Q", help="a queue they work; repeat for more (default: all)"
    )
    put = add_command(group, "set", "staff:put", "Change what a person works on.", json=True)
    put.add_argument("login", metavar="LOGIN")
    put.add_argument("--queue", action="append", metavar="Q", help="a queue they work; repeat for more")
    put.add_argument("--all-queues", action="store_true", help="they work every queue")
    put.add_argument("--no-skills", action="store_true", help="they have none of the skills that topics ask for")
    for command in (add, put):
        command.add_argument("--skill", action="append", metavar="S", help="a skill they have; repeat for more")
        command.add_argument("--capacity", metavar="N", help="open tickets they are assigned at most, or `none`")
    add_command(group, "list", "staff:show", "Who may sign in.", json=True)
    for name, about in (("disable", "Bar a person and end their sessions."), ("reset", "Generate a new password.")):
        add_command(group, name, f"staff:{name}", about, json=True).add_argument("login", metavar="LOGIN")


def _add_telegram(commands: Any) -> None:
    group = add_group(commands, "telegram", "Telegram accounts of customers and staff.")
    link = add_command(group, "link", "telegram:link", "A link that binds a customer's account, good once.", json=True)
    link.add_argument("id", metavar="CUSTOMER", help="the contact's CRM id")
    code = add_command(
        group, "staff-code", "telegram_staff:staff_code", "A code that links a person's account.", json=True
    )
    end = add_command(group, "unlink", "telegram_staff:unlink", "End what a person's account may do.", json=True)
    for command in (code, end):
        command.add_argument("login", metavar="LOGIN")


def _add_roster(commands: Any) -> None:
    group = add_group(commands, "roster", "Who is on duty and on call, and when.")
    show = add_command(group, "show", "roster:show", "The shifts of this week, or between two days.", json=True)
    show.add_argument("--from", dest="begin", metavar="DAY", help="e.g. 2026-11-23 (default: this Monday)")
    show.add_argument("--to", dest="end", metavar="DAY", help="the last day (default: the sixth after the first)")
    add_command(group, "now", "roster:now", "Who is on duty for each queue, and the next change.", json=True)
    load = add_command(group, "import", "roster:load", "Replace the days that a CSV file names.", json=True)
    load.add_argument("file", metavar="FILE", help="CSV with date,login,start,end[,kind]; kind is duty or on_call")
    add = add_command(group, "add", "roster:add", "Enter one shift.", json=True)
    helps = ("the day it begins", "who", "e.g. 08:00", "e.g. 20:00; not after the start: on the next day")
    for name, about in zip(("date", "login", "start", "end"), helps, strict=True):
        add.add_argument(name, metavar=name.upper(), help=about)
    add.add_argument("--kind", choices=("duty", "on_call"), default="duty")
    remove = add_command(group, "remove", "roster:remove", "Take a shift out.", json=True)
    remove.add_argument("shift", type=int, metavar="SHIFT", help="its number in `roster show`")
    swap = add_command(group, "swap", "roster:swap", "Two shifts exchange their people.", json=True)
    for name in ("one", "other"):
        swap.add_argument(name, type=int, metavar="SHIFT", help="its number in `roster show`")
    for command in (load, add, remove, swap):
        command.add_argument("--by", default="the terminal", metavar="NAME", help="who changes it, for the history")
    past = add_command(group, "history", "roster:history", "Who changed the roster.", json=True)
    past.add_argument("--limit", type=int, default=20, metavar="N", help="how many changes at most (default: 20)")


def _add_incidents(commands: Any) -> None:
    group = add_group(commands, "incident", "Service interruptions: told once to everybody concerned.")
    declare = add_command(
        group, "declare", "incidents:declare", "Declare one and tell everybody it touches.", json=True
    )
    declare.add_argument("title", metavar="TITLE", help="what is interrupted, for colleagues")
    declare.add_argument("--notice", required=True, metavar="TEXT", help="what customers are told, once")
    declare.add_argument("--topic", action="append", default=[], metavar="T", help="a topic it touches; repeatable")
    declare.add_argument("--word", action="append", default=[], metavar="W", help="a word by which customers mean it")
    end = add_command(group, "end", "incidents:end", "End one and tell everybody who was told of it.", json=True)
    end.add_argument("number", type=int, metavar="N", help="its number in `incident list`")
    end.add_argument("--notice", required=True, metavar="TEXT", help="what customers are told now")
    for command in (declare, end):
        command.add_argument("--as", dest="acting", required=True, metavar="LOGIN", help="whose hand this is: a lead's")
    add_command(group, "list", "incidents:show", "Those that are on, and those that were.", json=True)


def _add_audit(commands: Any) -> None:
    group = add_group(commands, "audit", "Whether every ticket's history is as it was written.")
    verify = add_command(group, "verify", "audit:verify", "Hold every line of history against its chain.", json=True)
    verify.add_argument("--ticket", type=int, metavar="N", help="only this ticket")
    verify.add_argument("--against", metavar="FILE", help="also against what `audit head --json` printed before")
    add_command(group, "head", "audit:head", "Where every history ends, to be kept elsewhere.", json=True)


def _add_tickets(commands: Any) -> None:
    group = add_group(commands, "tickets", "Look at tickets, and move one, from the terminal.")
    several = add_command(group, "list", "tickets:show_list", "Open tickets, nearest deadline first.", json=True)
    several.add_argument("--queue", metavar="Q", help="only this queue")
    several.add_argument("--tier", metavar="T", help="only this tier")
    several.add_argument("--late", action="store_true", help="only those past a promise")
    several.add_argument("--all", action="store_true", help="finished ones too")
    several.add_argument("--no-names", action="store_true", help="without the customers' names")
    several.add_argument("--limit", type=int, default=100, metavar="N", help="how many at most (default: 100)")
    _add_one(group, "show", "Everything about one ticket.").add_argument(
        "--no-names", action="store_true", help="without the customer's name"
    )
    transfer = _add_one(group, "transfer", "To another queue, or into a colleague's hands.", acting=True)
    transfer.add_argument("--queue", metavar="Q", help="the queue (default: the one it is in)")
    transfer.add_argument("--to", metavar="LOGIN", help="the colleague (default: nobody, back into the queue)")
    record = _add_one(group, "record", "Record a fact of the policy, called or call_missed.", "fact", acting=True)
    resolve = _add_one(group, "resolve", "Declare the matter solved.", acting=True)
    for command in (record, resolve):
        command.add_argument("--cause", metavar="C", help="of a complaint: what caused it, as the policy calls it")
    _add_one(group, "note", "Remark for colleagues; no customer ever reads it.", "text", acting=True)
    _add_one(group, "grade", "Say how pressing the matter is.", "urgency", acting=True)
    for name, about in (
        ("claim", "Take the ticket."),
        ("release", "Put it back into its queue."),
        ("acknowledge", "Seen: what is late is not repeated any more."),
    ):
        _add_one(group, name, about, acting=True)


def _add_one(group: Any, name: str, about: str, *words: str, acting: bool = False) -> Any:
    command = add_command(group, name, f"tickets:{name}", about, json=True)
    command.add_argument("number", type=int, metavar="N", help="the ticket's number")
    for word in words:
        command.add_argument(word, metavar=word.upper())
    if acting:
        command.add_argument("--as", dest="acting", required=True, metavar="LOGIN", help="whose hand this is")
    return command
