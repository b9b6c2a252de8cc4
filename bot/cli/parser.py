"""The commands' words and switches; what a command needs is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NoReturn


class Stop(SystemExit):
    """End with a sentence on standard error."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        print(f"jiedai: {sentence}", file=sys.stderr)  # noqa: T201
        super().__init__(code)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        raise Stop(f"{message[0].upper()}{message[1:]}. See `{self.prog} --help`.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; every refusal is one sentence and an exit code other than 0."""
    hold_to_one_thread()
    options = _parser().parse_args(arguments)
    try:
        _command(options.run)(options)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        raise SystemExit(141) from None
    except Exception as error:
        # Looked up only now, so that `jiedai --help` does not load the database library.
        from bot.cli.errors import sentence_of

        sentence = sentence_of(error)
        if sentence is None:
            raise
        raise Stop(sentence) from None


def hold_to_one_thread() -> None:
    """Before numpy is loaded: a message's small matrices, shared out to all cores, cost 25 times the processor time."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    module, _, function = name.partition(":")
    found: Callable[[argparse.Namespace], None] = getattr(import_module(f"bot.cli.{module}"), function)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="jiedai", description="Jiedai 接待: support intake with deadlines by customer tier.")
    parser.add_argument("--version", action="version", version=f"jiedai {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    _add_run(commands)
    _add_ask(commands)
    _add_policy(commands)
    _add_knowledge(commands)
    _add_customers(commands)
    _add_staff(commands)
    _add_telegram(commands)
    _add_roster(commands)
    _add_keys(commands)
    _add_calendar(commands)
    _add_upkeep(commands)
    _add_incidents(commands)
    _add_audit(commands)
    _add_tickets(commands)
    return parser


def _version() -> str:
    try:
        return version("jiedai")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "of this checkout"


def _add(commands: Any, name: str, run: str, about: str, *, where: bool = True, json: bool = False) -> Any:
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    if where:
        command.add_argument("--data", metavar="DIR", help="data folder (JIEDAI_DATA; default: data)")
        command.add_argument("--database", metavar="URL", help="sqlite:/// or postgresql:// (JIEDAI_DATABASE)")
        command.add_argument("--policy", metavar="FILE", help="service policy (JIEDAI_POLICY; default: the example)")
    if json:
        command.add_argument("--json", action="store_true", help="print JSON for a program to read")
    return command


def _group(commands: Any, name: str, about: str) -> Any:
    group = commands.add_parser(name, help=about, description=about)
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)


def _add_run(commands: Any) -> None:
    run = _add(commands, "run", "run:run", "Serve chat, console and API until Ctrl-C.")
    run.add_argument("--host", help="address to listen on (JIEDAI_HOST; default: 127.0.0.1)")
    run.add_argument("--port", help="port to listen on (JIEDAI_PORT; default: 8080)")
    _add(
        commands,
        "demo",
        "demo:demo",
        "Four customers through a compressed day and night, in the terminal.",
        where=False,
    )


def _add_ask(commands: Any) -> None:
    ask = _add(commands, "ask", "ask:ask", "Say what would be done with a message; nothing is written.", json=True)
    ask.add_argument("text", metavar="TEXT", help="what the customer writes")
    ask.add_argument("--customer", metavar="ID", help="the writing contact's CRM id")
    ask.add_argument("--tier", metavar="T", help="ask on behalf of this tier")
    ask.add_argument("--at", metavar="INSTANT", help="when, e.g. 2026-10-09T20:30+08:00 (default: now)")


def _add_policy(commands: Any) -> None:
    group = _group(commands, "policy", "Check and explain the service policy.")
    check = _add(group, "check", "policy:check", "List every fault of a policy file.", where=False, json=True)
    check.add_argument("file", metavar="FILE")
    explain = _add(group, "explain", "policy:explain", "What a customer of a tier is owed, and by when.", json=True)
    explain.add_argument("--tier", metavar="T", help="one tier, with who is told when (default: all, side by side)")
    explain.add_argument("--at", metavar="INSTANT", help="e.g. 2026-10-09T20:30+08:00 (default: now)")
    explain.add_argument("--topic", metavar="T")
    explain.add_argument("--urgency", metavar="U")
    explain.add_argument("--queue", metavar="Q", help="as if it were there (default: where the policy routes it)")
    _add(group, "history", "policy:history", "Every edition of the policy that was in force.", json=True)
    show = _add(group, "show", "policy:show", "Print an edition of the policy, as its file was.", json=True)
    show.add_argument("version", metavar="VERSION", help="as `policy history` and tickets name it")


def _add_knowledge(commands: Any) -> None:
    group = _group(commands, "kb", "Check, import and export the knowledge base.")
    check = _add(group, "check", "kb_files:check", "List every fault of a YAML, CSV or XLSX file.", json=True)
    check.add_argument("file", metavar="FILE")
    load = _add(
        group,
        "import",
        "kb_publish:load",
        "Publish a file in place of all questions; a running server follows.",
        json=True,
    )
    load.add_argument("file", metavar="FILE")
    load.add_argument("--draft", action="store_true", help="check it and keep it as the draft; publish it later")
    _add_publishing_switches(load)
    save = _add(group, "export", "kb_files:save", "Write the published questions to a file.", json=True)
    save.add_argument("file", metavar="FILE")
    _add_revisions(group)
    _add_regressions(group)
    _add_gaps(group)
    measure = _add(group, "eval", "kb_eval:measure", "Ask labelled messages and count.", where=False, json=True)
    measure.add_argument("--kb", required=True, metavar="FILE", help="an FAQ file, or CSV with columns id,question")
    measure.add_argument(
        "--queries", required=True, metavar="FILE", help="CSV with columns text,expected; empty: nothing answers it"
    )
    measure.add_argument("--dev", metavar="FILE", help="choose the threshold on these messages, not on the KB alone")
    measure.add_argument("--target", default="0.95", metavar="SHARE", help="of answers to be right (default: 0.95)")
    measure.add_argument("--picture", metavar="FILE", help="draw answered against right as .svg or .html")


def _add_revisions(group: Any) -> None:
    publish = _add(group, "publish", "kb_publish:publish", "Publish the draft.", json=True)
    publish.add_argument("--over", type=int, metavar="N", help="over revision N, published since the draft was begun")
    _add(group, "discard", "kb_publish:discard", "Drop the draft.", json=True)
    _add(group, "revisions", "kb_revisions:show", "List the draft and all revisions.", json=True)
    diff = _add(group, "diff", "kb_revisions:diff", "What changed, question by question.", json=True)
    for name, kind in (("begin", "from"), ("end", "to")):
        usual = "published" if name == "begin" else "draft"
        about = f"{kind} which revision: a number, draft or published (default: {usual})"
        diff.add_argument(name, nargs="?", metavar=kind.upper(), help=about)
    rollback = _add(group, "rollback", "kb_publish:rollback", "Publish an earlier revision again.", json=True)
    rollback.add_argument("revision", type=int, metavar="N")
    for command in (publish, rollback):
        _add_publishing_switches(command)


def _add_publishing_switches(command: Any) -> None:
    command.add_argument("--anyway", action="store_true", help="even if messages lose the answers they must keep")
    command.add_argument("--note", metavar="TEXT", help="what is new, for the list of revisions")
    command.add_argument("--author", default="", metavar="NAME", help="who publishes, for the list of revisions")


def _add_regressions(group: Any) -> None:
    kept = _group(group, "regressions", "Messages that must keep their answers whatever is published.")
    for name, run, about in (
        ("import", "load", "Keep the messages of a CSV file (text,expected) in place of all others."),
        ("export", "save", "Write the messages to a CSV file."),
        ("check", "check", "List the faults of a CSV file, and the messages that are answered otherwise."),
    ):
        command = _add(kept, name, f"regressions:{run}", about, json=True)
        command.add_argument("file", metavar="FILE")
    command.add_argument("--draft", action="store_true", help="ask the draft, not what is published")
    _add(kept, "clear", "kb_regressions:clear", "Forget all messages.", json=True)


def _add_gaps(group: Any) -> None:
    gaps = _add(
        group, "gaps", "kb_gaps:show", "What customers ask and no question answers, most frequent first.", json=True
    )
    gaps.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most (default: 20)")
    gap = _group(group, "gap", "Deal with a gap; what is accepted is published at once.")
    add = _add(gap, "add", "kb_gaps:add", "Make it another way to ask a question of ours.", json=True)
    add.add_argument("--to", required=True, metavar="QUESTION", help="the question's id")
    add.add_argument(
        "--as", dest="wording", action="append", default=[], metavar="TEXT", help="in these words; repeat for more"
    )
    new = _add(gap, "new", "kb_gaps:new", "Make it a question of its own.", json=True)
    new.add_argument("--category", required=True, metavar="C", help="a topic of the policy")
    new.add_argument(
        "--question", "--as", default="", metavar="TEXT", help="in these words (default: as customers ask)"
    )
    new.add_argument("--answer", default="", metavar="TEXT", help="what is answered (default: as a person answered)")
    drop = _add(gap, "dismiss", "kb_gaps:drop", "It is nothing that we answer.", json=True)
    for command in (add, new, drop):
        command.add_argument("number", type=int, metavar="N", help="its number in `kb gaps`")
        command.add_argument("--author", default="", metavar="NAME", help="who decides, for the list of revisions")


def _add_customers(commands: Any) -> None:
    group = _group(commands, "customers", "Customers from the CRM.")
    load = _add(group, "import", "customers:load", "Load organisations and contacts from CSV or XLSX.", json=True)
    load.add_argument("file", metavar="FILE")
    link = _add(
        group, "link", "customers:link", "A chat link that proves to be this contact, for trying out.", json=True
    )
    link.add_argument("id", metavar="ID", help="the contact's CRM id")
    link.add_argument("--hours", type=int, default=1, help="how long it is valid (default: 1)")


def _add_staff(commands: Any) -> None:
    group = _group(commands, "staff", "Who may sign in to the console.")
    add = _add(group, "add", "staff:add", "Add a person; prints a generated password.", json=True)
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--name", help="as customers and colleagues see it (default: LOGIN)")
    add.add_argument("--role", choices=("agent", "lead", "manager", "admin"), default="agent")
    add.add_argument(
        "--queue", action="append", default=[], metavar="Q", help="a queue they work; repeat for more (default: all)"
    )
    put = _add(group, "set", "staff:put", "Change what a person works on.", json=True)
    put.add_argument("login", metavar="LOGIN")
    put.add_argument("--queue", action="append", metavar="Q", help="a queue they work; repeat for more")
    put.add_argument("--all-queues", action="store_true", help="they work every queue")
    put.add_argument("--no-skills", action="store_true", help="they have none of the skills that topics ask for")
    for command in (add, put):
        command.add_argument("--skill", action="append", metavar="S", help="a skill they have; repeat for more")
        command.add_argument("--capacity", metavar="N", help="open tickets they are assigned at most, or `none`")
    _add(group, "list", "staff:show", "Who may sign in.", json=True)
    for name, about in (("disable", "Bar a person and end their sessions."), ("reset", "Generate a new password.")):
        _add(group, name, f"staff:{name}", about, json=True).add_argument("login", metavar="LOGIN")


def _add_telegram(commands: Any) -> None:
    group = _group(commands, "telegram", "Telegram accounts of customers and staff.")
    link = _add(group, "link", "telegram:link", "A link that binds a customer's account, good once.", json=True)
    link.add_argument("id", metavar="CUSTOMER", help="the contact's CRM id")
    code = _add(group, "staff-code", "telegram_staff:staff_code", "A code that links a person's account.", json=True)
    end = _add(group, "unlink", "telegram_staff:unlink", "End what a person's account may do.", json=True)
    for command in (code, end):
        command.add_argument("login", metavar="LOGIN")


def _add_roster(commands: Any) -> None:
    group = _group(commands, "roster", "Who is on duty and on call, and when.")
    show = _add(group, "show", "roster:show", "The shifts of this week, or between two days.", json=True)
    show.add_argument("--from", dest="begin", metavar="DAY", help="e.g. 2026-11-23 (default: this Monday)")
    show.add_argument("--to", dest="end", metavar="DAY", help="the last day (default: the sixth after the first)")
    _add(group, "now", "roster:now", "Who is on duty for each queue, and the next change.", json=True)
    load = _add(group, "import", "roster:load", "Replace the days that a CSV file names.", json=True)
    load.add_argument("file", metavar="FILE", help="CSV with date,login,start,end[,kind]; kind is duty or on_call")
    add = _add(group, "add", "roster:add", "Enter one shift.", json=True)
    helps = ("the day it begins", "who", "e.g. 08:00", "e.g. 20:00; not after the start: on the next day")
    for name, about in zip(("date", "login", "start", "end"), helps, strict=True):
        add.add_argument(name, metavar=name.upper(), help=about)
    add.add_argument("--kind", choices=("duty", "on_call"), default="duty")
    remove = _add(group, "remove", "roster:remove", "Take a shift out.", json=True)
    remove.add_argument("shift", type=int, metavar="SHIFT", help="its number in `roster show`")
    swap = _add(group, "swap", "roster:swap", "Two shifts exchange their people.", json=True)
    for name in ("one", "other"):
        swap.add_argument(name, type=int, metavar="SHIFT", help="its number in `roster show`")
    for command in (load, add, remove, swap):
        command.add_argument("--by", default="the terminal", metavar="NAME", help="who changes it, for the history")
    past = _add(group, "history", "roster:history", "Who changed the roster.", json=True)
    past.add_argument("--limit", type=int, default=20, metavar="N", help="how many changes at most (default: 20)")


def _add_keys(commands: Any) -> None:
    group = _group(commands, "keys", "Keys for other programs that use the API.")
    for name, about in (("create", "Make a key; it is shown this once."), ("revoke", "End a key's use.")):
        _add(group, name, f"keys:{name}", about, json=True).add_argument("name", metavar="NAME")


def _add_calendar(commands: Any) -> None:
    group = _group(commands, "calendar", "Days off and make-up days, year by year.")
    show = _add(group, "show", "calendar:show", "A year's days, and where they come from.", json=True)
    show.add_argument("year", type=int, nargs="?", metavar="YEAR", help="default: this year")
    load = _add(group, "import", "calendar:load", "Take in one or several years from CSV or YAML.", json=True)
    load.add_argument("file", metavar="FILE", help="CSV with day,kind,name[,calendar], or YAML as in a policy")
    save = _add(group, "export", "calendar:save", "Write a year's days to a CSV file.", json=True)
    save.add_argument("year", type=int, metavar="YEAR")
    save.add_argument("file", metavar="FILE")
    put = _add(group, "set", "calendar:put", "Set one day.", json=True)
    put.add_argument("day", metavar="DAY", help="e.g. 2026-12-31")
    put.add_argument("kind", choices=("off", "on", "normal"), help="a day off, a make-up day, a day like any other")
    put.add_argument("--name", default="", metavar="N", help="what it is called")
    put.add_argument("--calendar", metavar="C", help="the company's own day, for this calendar only")
    for command in (load, put):
        command.add_argument("--note", default="", metavar="TEXT", help="why, for the list of versions")
        command.add_argument("--by", default="", metavar="NAME", help="who, for the list of versions")
    _add(group, "check", "calendar:check", "What makes clocks guess, or soon will.", json=True)


def _add_upkeep(commands: Any) -> None:
    group = _group(commands, "db", "The database's shape.")
    _add(group, "upgrade", "upkeep:upgrade", "Bring the database to the current revision.", json=True)
    backup = _add(commands, "backup", "upkeep:backup", "Copy the embedded database while it is in use.", json=True)
    backup.add_argument("file", metavar="FILE", help="where to put the copy; must not exist yet")


def _add_audit(commands: Any) -> None:
    group = _group(commands, "audit", "Whether every ticket's history is as it was written.")
    verify = _add(group, "verify", "audit:verify", "Hold every line of history against its chain.", json=True)
    verify.add_argument("--ticket", type=int, metavar="N", help="only this ticket")
    verify.add_argument("--against", metavar="FILE", help="also against what `audit head --json` printed before")
    _add(group, "head", "audit:head", "Where every history ends, to be kept elsewhere.", json=True)


def _add_tickets(commands: Any) -> None:
    group = _group(commands, "tickets", "Look at tickets, and move one, from the terminal.")
    several = _add(group, "list", "tickets:show_list", "Open tickets, nearest deadline first.", json=True)
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
    command = _add(group, name, f"tickets:{name}", about, json=True)
    command.add_argument("number", type=int, metavar="N", help="the ticket's number")
    for word in words:
        command.add_argument(word, metavar=word.upper())
    if acting:
        command.add_argument("--as", dest="acting", required=True, metavar="LOGIN", help="whose hand this is")
    return command


def _add_incidents(commands: Any) -> None:
    group = _group(commands, "incident", "Service interruptions: told once to everybody concerned.")
    declare = _add(group, "declare", "incidents:declare", "Declare one and tell everybody it touches.", json=True)
    declare.add_argument("title", metavar="TITLE", help="what is interrupted, for colleagues")
    declare.add_argument("--notice", required=True, metavar="TEXT", help="what customers are told, once")
    declare.add_argument("--topic", action="append", default=[], metavar="T", help="a topic it touches; repeatable")
    declare.add_argument("--word", action="append", default=[], metavar="W", help="a word by which customers mean it")
    end = _add(group, "end", "incidents:end", "End one and tell everybody who was told of it.", json=True)
    end.add_argument("number", type=int, metavar="N", help="its number in `incident list`")
    end.add_argument("--notice", required=True, metavar="TEXT", help="what customers are told now")
    for command in (declare, end):
        command.add_argument("--as", dest="acting", required=True, metavar="LOGIN", help="whose hand this is: a lead's")
    _add(group, "list", "incidents:show", "Those that are on, and those that were.", json=True)
