"""Every `--help`, found by following the commands that each one lists."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.outside.tree import Tree

_HEADING = re.compile(r"^\W*commands?\W*$", re.IGNORECASE)
_ENTRY = re.compile(r"^(?:\s+|[│|]\s*)([a-z][a-z-]*)(?:\s|$)")


def save_helps(tree: Tree, folder: Path) -> None:
    """FOLDER/WORDS.txt for `jiedai` and all its commands; `commands.txt` lists them."""
    folder.mkdir(parents=True)
    normalise, found = tree.normaliser(), list[str]()
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        words = waiting.pop(0)
        told = tree.ask(*words, "--help")
        if told.code:
            continue
        name = " ".join(("jiedai", *words))
        found.append(name)
        (folder / f"{name}.txt").write_text(normalise(told.out), encoding="utf-8")
        waiting += [(*words, each) for each in listed(told.out)]
    (folder / "commands.txt").write_text("\n".join(sorted(found)) + "\n", encoding="utf-8")


def listed(text: str) -> list[str]:
    """The commands under a help text's heading "commands"; entries of other columns are not among them."""
    lines, names, indent = text.splitlines(), list[str](), None
    start = next((number for number, line in enumerate(lines) if _HEADING.match(line)), len(lines))
    for line in lines[start + 1 :]:
        found = _ENTRY.match(line)
        if found is None:
            continue
        indent = found.start(1) if indent is None else indent
        if found.start(1) == indent:
            names.append(found[1])
    return names


def words_of(text: str) -> list[str]:
    """What a help text says, whatever its layout: its words without usage lines, headings and the help option."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text) if not part.lstrip(" \n│").lower().startswith("usage")]
    kept = [line for part in paragraphs for line in part.splitlines() if not _is_layout(line)]
    plain = re.sub(r"[│╭╮╰╯─|]", " ", "\n".join(kept))
    return sorted(set(plain.replace(",", " ").split()))


def _is_layout(line: str) -> bool:
    plain = line.strip()
    return plain.endswith(":") or plain == "COMMAND" or plain.startswith(("╭", "╰")) or "--help " in plain
