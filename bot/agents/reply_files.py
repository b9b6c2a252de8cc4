"""Which pictures and files an agent may send with a reply, and a sentence for each that may not be sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.messages import MAX_FILE, File, is_welcome_kind
from bot.transcript.content_kinds import kind_of_content
from bot.wording import reply_files as words
from bot.wording.reply_files import MOST_FILES, MOST_TOGETHER
from bot.wording.sanitise import clean
from bot.wording.transcript import FILE

LONGEST_NAME = 200


class FilesRefused(Exception):
    """Files that cannot be sent; the text is whole sentences for the agent, which name them."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as a form has it. A content of more than MAX_FILE bytes may be cut off after that."""

    name: str
    content: bytes


def check_files(given: Sequence[GivenFile]) -> tuple[File, ...]:
    """Return the files that are to be sent, of the kinds their bytes say; raises FilesRefused with every fault."""
    if len(given) > MOST_FILES:
        raise FilesRefused(words.TOO_MANY)
    checked = [(_own_name(each.name), each.content) for each in given]
    faults = list(_faults(checked))
    if not faults and sum(len(content) for _, content in checked) > MOST_TOGETHER:
        faults = [words.TOO_MUCH]
    if faults:
        raise FilesRefused("".join(faults))
    return tuple(File(name, kind_of_content(name, content) or "", len(content), content) for name, content in checked)


def _faults(given: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    for name, content in given:
        if not content:
            yield words.EMPTY.format(name=name)
        elif len(content) > MAX_FILE:
            yield words.TOO_LARGE.format(name=name)
        elif not is_welcome_kind(kind_of_content(name, content) or ""):
            yield words.UNKNOWN_KIND.format(name=name)


def _own_name(name: str) -> str:
    """The name without folders, its ending kept where it is long."""
    name = clean(name).replace("\\", "/").rpartition("/")[2].strip() or FILE
    stem, dot, ending = name.rpartition(".")
    if len(name) <= LONGEST_NAME or not dot or len(ending) > 10:
        return name[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
