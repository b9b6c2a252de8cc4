"""Two saved folders, file by file: what differs, as short unified diffs."""

from __future__ import annotations

import difflib
from pathlib import Path

from benchmarks.outside.helps import words_of

LONGEST = 40  # lines of one file's diff
AROUND = 1  # lines of context


def differences(one: Path, other: Path) -> list[str]:
    """Lines to print; empty when the folders say the same. Help texts are compared by their words."""
    found, told = list[str](), dict[tuple[str, ...], str]()
    for name in sorted(_files(one) | _files(other)):
        if not (one / name).is_file():
            found.append(f"only in {other}: {name}")
        elif not (other / name).is_file():
            found.append(f"only in {one}: {name}")
        else:
            diff = difference(name, _text(one / name), _text(other / name))
            first = told.setdefault(_changes(diff), name) if diff else name
            found += diff if first == name else [f"{name}: as in {first}"]
    return found


def difference(name: str, before: str, after: str) -> list[str]:
    """One file's diff, cut to LONGEST lines; empty when nothing that counts differs."""
    old, new = _lines(name, before), _lines(name, after)
    if old == new:
        return []
    diff = list(difflib.unified_diff(old, new, f"one/{name}", f"other/{name}", n=AROUND, lineterm=""))
    more = [f"… {len(diff) - LONGEST} more lines"] if len(diff) > LONGEST else []
    return [*diff[:LONGEST], *more]


def _changes(diff: list[str]) -> tuple[str, ...]:
    """What is removed and added, wherever it stands: many pages share a frame and differ alike."""
    return tuple(line for line in diff[2:] if line[0] in "+-…")


def _lines(name: str, text: str) -> list[str]:
    """Help texts may be laid out anew; everything else is held to the letter."""
    if Path(name).parts[0] == "help" and Path(name).name != "commands.txt":
        return words_of(text)
    return text.splitlines()


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
