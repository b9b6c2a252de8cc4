"""A command's parameters declare its arguments on the command line; its result is printed as text or JSON."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from importlib import import_module
from inspect import Parameter, signature
from pathlib import Path
from typing import Annotated, Any, NoReturn, get_args, get_origin, get_type_hints

from bot.cli.output import Result, print_result
from bot.config.setting_values import has_password
from bot.config.settings import Settings, read_settings

FLAGS: Mapping[str, Mapping[str, Any]] = {
    "host": {"help": "address to listen on (JIEDAI_HOST; default: 127.0.0.1)"},
    "port": {"help": "port to listen on (JIEDAI_PORT; default: 8080)"},
    "data": {"metavar": "DIR", "help": "data folder (JIEDAI_DATA; default: data)"},
    "database": {"metavar": "URL", "help": "sqlite:/// or postgresql:// (JIEDAI_DATABASE)"},
    "policy": {"metavar": "FILE", "help": "service policy (JIEDAI_POLICY; default: the example)"},
}

SEEN_IN_PS = (
    "jiedai: Everybody on this machine can read the password in --database (ps shows it). Leave it out and put it into "
    "~/.pgpass or the file that PGPASSFILE names, or give the URL in JIEDAI_DATABASE."
)

LARGEST_NUMBER = 2**63 - 1  # of a database's integers


@dataclass(frozen=True, slots=True)
class Argument:
    """How a parameter is given on the command line: with a flag, or by position if it has none."""

    flags: tuple[str, ...]
    keywords: Mapping[str, Any]  # of argparse's `add_argument`, beside what the parameter's type and default say


def argument(*flags: str, **keywords: Any) -> Argument:
    """Return the metadata of a parameter that is given on the command line; without a default it is required."""
    return Argument(flags, keywords)


@dataclass(frozen=True, slots=True)
class Setup:
    """Metadata of a parameter that is opened from the settings, and closed when the command has ended."""

    open: Callable[[Settings], AbstractContextManager[Any]]
    flags: tuple[str, ...] = ("data", "database", "policy")  # settings that the command line may override


File = Annotated[str, argument(metavar="FILE")]
Login = Annotated[str, argument(metavar="LOGIN")]
ActingAs = Annotated[str, argument("--as", metavar="LOGIN", help="whose hand this is")]


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


def declare(parser: argparse.ArgumentParser, path: str) -> None:
    """Add the arguments of the function at `path`, written module:function within bot.cli, and have it run."""
    module, _, name = path.partition(":")
    function = getattr(import_module(f"bot.cli.{module}"), name)
    hints = get_type_hints(function, include_extras=True)
    for parameter in signature(function).parameters.values():
        hint, given = get_args(hints[parameter.name])
        if isinstance(given, Setup):
            for flag in given.flags:
                parser.add_argument(f"--{flag}", **FLAGS[flag])
        else:
            _declare_argument(parser, parameter, hint, given)
    if hints["return"] is Result:
        parser.add_argument("--json", action="store_true", help="print JSON for a program to read")
    parser.set_defaults(run=function)


def _declare_argument(parser: argparse.ArgumentParser, parameter: Parameter, hint: Any, given: Argument) -> None:
    optional = parameter.default is not Parameter.empty
    keywords = {**_kind(hint), **given.keywords}
    if optional and hint is not bool:
        keywords["default"] = list(parameter.default) if parameter.default == () else parameter.default
    if given.flags:
        parser.add_argument(*given.flags, dest=parameter.name, required=not optional, **keywords)
    elif get_origin(hint) is tuple:
        parser.add_argument(parameter.name, **{**keywords, "action": "store", "nargs": "*" if optional else "+"})
    else:
        parser.add_argument(parameter.name, nargs="?" if optional else None, **keywords)


def _kind(hint: Any) -> dict[str, Any]:
    """What a type says: a flag alone, one that may be repeated or several by position, an integer, or text."""
    if hint is bool:
        return {"action": "store_true"}
    if get_origin(hint) is tuple:
        return {"action": "append"}
    return {"type": _whole_number} if int in (hint, *get_args(hint)) else {}


def _whole_number(text: str) -> int:
    """An integer that both databases can look for; raises ArgumentTypeError for any other text."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"invalid int value: {text!r}") from None
    if abs(number) > LARGEST_NUMBER:
        raise argparse.ArgumentTypeError(f"{text} is larger than any number here")
    return number


def carry_out(options: argparse.Namespace) -> None:
    """Run the chosen command and print its result; raises SystemExit (1) if that failed."""
    arguments: dict[str, Any] = {}
    with ExitStack() as opened:
        for name, hint in get_type_hints(options.run, include_extras=True).items():
            given = get_args(hint)[-1] if get_args(hint) else None
            if isinstance(given, Setup):
                settings = read_settings(**{flag: getattr(options, flag) for flag in given.flags})
                if getattr(options, "database", None) and has_password(settings.database):
                    print(SEEN_IN_PS, file=sys.stderr)  # noqa: T201
                arguments[name] = opened.enter_context(given.open(settings))
            elif isinstance(given, Argument):
                value = getattr(options, name)
                arguments[name] = tuple(value) if isinstance(value, list) else value
        result = options.run(**arguments)
    if result is not None:
        _tell_hidden(arguments.values())
        print_result(result, as_json=options.json)


def _tell_hidden(values: Iterable[object]) -> None:
    """Names on standard error the hidden sheets of workbooks that were read: nothing is left out in silence."""
    for value in values:
        if isinstance(value, str) and value.lower().endswith(".xlsx") and Path(value).is_file():
            from bot.files.xlsx_lines import hidden_sheets

            for name in hidden_sheets(Path(value).read_bytes()):
                print(f'jiedai: The hidden sheet "{name}" of {Path(value).name} was passed over.', file=sys.stderr)  # noqa: T201
