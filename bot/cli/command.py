"""Define commands: name, function to run, and common options."""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn


class Stop(SystemExit):
    """Exit with a sentence on standard error."""

    def __init__(self, sentence: str, code: int = 2) -> None:
        print(f"jiedai: {sentence}", file=sys.stderr)  # noqa: T201
        super().__init__(code)


class CommandParser(argparse.ArgumentParser):
    """An argument parser that refuses in one sentence, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and raise Stop with the message."""
        self.print_usage(sys.stderr)
        raise Stop(f"{message[0].upper()}{message[1:]}. See `{self.prog} --help`.")


def add_command(commands: Any, name: str, run: str, about: str, *, where: bool = True, json: bool = False) -> Any:
    """Add a command that calls `run`, written module:function within bot.cli.

    `where`: with the options of the data folder.
    """
    command = commands.add_parser(name, help=about, description=about)
    command.set_defaults(run=run)
    if where:
        command.add_argument("--data", metavar="DIR", help="data folder (JIEDAI_DATA; default: data)")
        command.add_argument("--database", metavar="URL", help="sqlite:/// or postgresql:// (JIEDAI_DATABASE)")
        command.add_argument("--policy", metavar="FILE", help="service policy (JIEDAI_POLICY; default: the example)")
    if json:
        command.add_argument("--json", action="store_true", help="print JSON for a program to read")
    return command


def add_group(commands: Any, name: str, about: str) -> Any:
    """Add a group of commands and return its subparsers."""
    group = commands.add_parser(name, help=about, description=about)
    return group.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=CommandParser)
