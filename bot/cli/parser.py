"""The command line's parser; a command's module is imported when it runs."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from bot.cli.command import CommandParser, Stop
from bot.cli.desk_options import add_people_commands, add_ticket_commands
from bot.cli.kb_options import add_kb_commands
from bot.cli.service_options import add_service_commands, add_upkeep_commands


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Raises Stop with a sentence for every expected error.

    Raises SystemExit with 130 after Ctrl-C and 141 for a closed pipe.
    """
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
    """Limit numpy to one thread; call it before numpy is imported.

    A message's small matrices, shared among all cores, cost 25 times the CPU time.
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _command(name: str) -> Callable[[argparse.Namespace], None]:
    module, _, function = name.partition(":")
    found: Callable[[argparse.Namespace], None] = getattr(import_module(f"bot.cli.{module}"), function)
    return found


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(prog="jiedai", description="Jiedai 接待: support intake with deadlines by customer tier.")
    parser.add_argument("--version", action="version", version=f"jiedai {_version()}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=CommandParser)
    add_service_commands(commands)
    add_kb_commands(commands)
    add_people_commands(commands)
    add_upkeep_commands(commands)
    add_ticket_commands(commands)
    return parser


def _version() -> str:
    try:
        return version("jiedai")
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "of this checkout"
