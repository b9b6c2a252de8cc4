"""The command line's parser; a command's module is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bot.cli.calendar_commands import CALENDAR
from bot.cli.command import CommandParser, Stop, carry_out, declare
from bot.cli.customer_commands import CUSTOMERS
from bot.cli.privacy_commands import PRIVACY
from bot.cli.review_commands import REVIEWS

# Each command with its help, and either its function (module:function of bot.cli) or the commands of its group.
COMMANDS: Mapping[str, tuple[str, Any]] = {
    "run": ("Serve chat, console and API until Ctrl-C.", "run:run"),
    "demo": ("Four customers through a compressed day and night, in the terminal.", "demo:demo"),
    "ask": ("Say what would be done with a message; nothing is written.", "ask:ask"),
    "talk": (
        "Talks from files, played through the real intake on a clock of their own.",
        {
            "play": ("Play talks; exit 1 with every difference from what they expect.", "talk:play"),
            "transcript": ("Print talks with the bot's real replies.", "talk:transcript"),
        },
    ),
    "policy": (
        "Check and explain the service policy.",
        {
            "check": ("List every fault of a policy file.", "policy:check"),
            "explain": ("What a customer of a tier is owed, and by when.", "policy:explain"),
            "history": ("Every edition of the policy that was in force.", "policy:history"),
            "show": ("Print an edition of the policy, as its file was.", "policy:show"),
            "emergency": ("The emergency plan: steps, who, numbers, last rehearsal.", "emergency:plan"),
        },
    ),
    "emergency": (
        "The emergency mode: everything goes to people at once.",
        {
            "on": ("Switch it on, with a reason.", "emergency:turn_on"),
            "off": ("Switch it off, with a reason.", "emergency:turn_off"),
            "show": ("Whether it is on, and why.", "emergency:show"),
        },
    ),
    "kb": (
        "Check, import and export the knowledge base.",
        {
            "check": ("List every fault of a YAML, CSV or XLSX file.", "kb_files:check"),
            "import": ("Publish a file in place of all questions; a running server follows.", "kb_publish:load"),
            "export": ("Write the published questions to a file.", "kb_files:save"),
            "publish": ("Publish the draft.", "kb_publish:publish"),
            "discard": ("Drop the draft.", "kb_publish:discard"),
            "revisions": ("List the draft and all revisions.", "kb_revisions:show"),
            "diff": ("What changed, question by question.", "kb_revisions:diff"),
            "rollback": ("Publish an earlier revision again.", "kb_publish:rollback"),
            "regressions": (
                "Messages that must keep their answers whatever is published.",
                {
                    "import": (
                        "Keep the messages of a CSV file (text,expected) in place of all others.",
                        "kb_regressions:load",
                    ),
                    "export": ("Write the messages to a CSV file.", "kb_regressions:save"),
                    "check": ("List a CSV file's faults, and what is answered otherwise.", "kb_regressions:check"),
                    "clear": ("Forget all messages.", "kb_regressions:clear"),
                },
            ),
            "talks": (
                "Talks that must go as they do whatever is published.",
                {
                    "import": ("Keep the talks of files in place of all others.", "kb_talks:load"),
                    "export": ("Write the kept files into a folder.", "kb_talks:save"),
                    "check": ("Play the kept talks, and list those that go otherwise.", "kb_talks:check"),
                    "list": ("The kept talks, and the versions there were.", "kb_talks:show"),
                    "clear": ("Keep none any more.", "kb_talks:clear"),
                },
            ),
            "gaps": ("What customers ask and no question answers, those of most customers first.", "kb_gaps:show"),
            "gap": (
                "Deal with a gap; what is accepted is published at once.",
                {
                    "add": ("Make it another way to ask a question of ours.", "kb_gaps:add"),
                    "new": ("Make it a question of its own.", "kb_gaps:new"),
                    "dismiss": ("It is nothing that we answer.", "kb_gaps:drop"),
                },
            ),
            "eval": ("Ask messages whose answers are known, and count.", "kb_eval:measure"),
            "adjust": ("How sure the bot must be to answer, and how use moves that.", "kb_adjust:adjust"),
        },
    ),
    "acts": (
        "What customers do beside asking: wishes, dangers, complaints, thanks.",
        {
            "eval": ("Judge act files on their own examples.", "acts_eval:measure"),
            "explain": (
                "How a message is read: its clauses, its acts, what remains as the question.",
                "acts_explain:explain",
            ),
        },
    ),
    "customers": CUSTOMERS,
    "privacy": PRIVACY,
    "staff": (
        "Who may sign in to the console.",
        {
            "add": ("Add a person; prints the one-time link to set a password.", "staff:add"),
            "set": ("Change a person's name, role and work.", "staff:put"),
            "list": ("Who may sign in.", "staff:show"),
            "disable": ("Bar a person and end their sessions.", "staff:disable"),
            "reset": ("End a lost password; prints a one-time link to set another.", "staff:reset"),
        },
    ),
    "telegram": (
        "Telegram accounts of customers and staff.",
        {
            "link": ("A link that binds a customer's account, good once.", "telegram:link"),
            "staff-code": ("A code that links a person's account.", "telegram_staff:staff_code"),
            "unlink": ("End what a person's account may do.", "telegram_staff:unlink"),
        },
    ),
    "roster": (
        "Who is on duty and on call, and when.",
        {
            "show": ("The shifts of this week, or between two days.", "roster:show"),
            "now": ("Who is on duty for each queue, and the next change.", "roster:now"),
            "import": ("Replace the days that a CSV file names.", "roster:load"),
            "add": ("Enter one shift.", "roster:add"),
            "remove": ("Take a shift out.", "roster:remove"),
            "swap": ("Two shifts exchange their people.", "roster:swap"),
            "history": ("Who changed the roster.", "roster:history"),
        },
    ),
    "keys": (
        "Keys for programs that use the API, and keys that personal data is sealed with.",
        {
            "create": ("Make a key; it is shown this once.", "keys:create"),
            "list": ("The keys in use, and when each was used last.", "keys:show"),
            "revoke": ("End a key's use.", "keys:revoke"),
            "rotate": ("Seal personal data with a new key.", "vault_keys:rotate"),
            "sealed": ("How far personal data is sealed with the key in use.", "vault_keys:sealed"),
            "drop": ("Remove a sealing key that is used no more.", "vault_keys:drop"),
        },
    ),
    "calendar": CALENDAR,
    "db": ("The database's shape.", {"upgrade": ("Bring the database to the current revision.", "upkeep:upgrade")}),
    "backup": ("Copy the embedded database while it is in use, and check the copy.", "upkeep:backup"),
    "restore": ("Put a backup in place of the embedded database.", "upkeep:put_back"),
    "incident": (
        "Service interruptions: told once to everybody concerned.",
        {
            "declare": ("Declare one and tell everybody it touches.", "incidents:declare"),
            "end": ("End one and tell everybody who was told of it.", "incidents:end"),
            "list": ("Those that are on, and those that were.", "incidents:show"),
        },
    ),
    **REVIEWS,
    "tickets": (
        "Look at tickets, and move one, from the terminal.",
        {
            "list": ("Open tickets, nearest deadline first.", "tickets:show_list"),
            "find": ("Find tickets by name, number, e-mail, CRM id or words, ended ones too.", "ticket_find:find"),
            "show": ("Everything about one ticket.", "tickets:show"),
            "export": ("Write tickets with their transcripts into a file, a line of JSON each.", "ticket_export:save"),
            "open": ("Open one for a call, a mail or a visit.", "ticket_open:open_ticket"),
            "merge": ("Merge one ticket into another of the same matter.", "tickets:merge"),
            "transfer": ("To another queue, or into a colleague's hands.", "tickets:transfer"),
            "record": ("Record a fact of the policy, called or call_missed.", "tickets:record"),
            "resolve": ("Declare the matter solved.", "tickets:resolve"),
            "cause": ("Note why it was late, rated low or reopened.", "tickets:cause"),
            "note": ("Remark for colleagues; no customer ever reads it.", "tickets:note"),
            "set": ("Set title, topic, urgency, complaint, gravity or interruption.", "ticket_set:put"),
            "reopen": ("Open an ended one again.", "ticket_set:reopen"),
            "danger": ("Say that there is a danger now: the highest urgency, reopened if ended.", "ticket_set:danger"),
            "undo": ("Take back what was done a moment ago.", "ticket_set:undo"),
            "grade": ("Say how pressing the matter is.", "tickets:grade"),
            "claim": ("Take the ticket.", "tickets:claim"),
            "release": ("Put it back into its queue.", "tickets:release"),
            "acknowledge": ("Seen: what is late is not repeated any more.", "tickets:acknowledge"),
            "tasks": ("What colleagues are asked for on tickets: help, tasks, approvals.", "ticket_tasks:show"),
            "answer": ("Answer one of these, as who was asked.", "ticket_tasks:answer"),
            "withdraw": ("Withdraw one of these.", "ticket_tasks:withdraw"),
        },
    ),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Raises Stop with a sentence for every expected error.

    Raises SystemExit with 130 after Ctrl-C and 141 for a closed pipe.
    """
    hold_to_one_thread()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        carry_out(_parser(words).parse_args(words))
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
    """Limit numpy to one thread; call it before numpy is imported.

    A message's small matrices, shared among all cores, cost 25 times the CPU time.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = CommandParser(prog="jiedai", description="Jiedai 接待: support intake with deadlines by customer tier.")
    parser.add_argument("--version", action="version", version=f"jiedai {_version()}")
    _offer(parser, COMMANDS, [word for word in words if not word.startswith("-")])
    return parser


def _offer(parser: argparse.ArgumentParser, offered: Mapping[str, tuple[str, Any]], words: Sequence[str]) -> None:
    """Add the commands; only the one that was given gets its arguments, or the commands of its group."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, (about, content) in offered.items():
        command = commands.add_parser(name, help=about, description=about)
        if [name] != words[:1]:
            continue
        if isinstance(content, str):
            declare(command, content)
        else:
            _offer(command, content, words[1:])


def _version() -> str:
    try:
        return version("jiedai")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "of this checkout"
