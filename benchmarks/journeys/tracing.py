"""What is counted on the way through one function of the product.

Recorded is what runs in the thread of the entry function, a plain one, from its call to its return: files and functions
of the product's three packages. Three adapters are transparent, a call through one of them is a call by its caller: the
database's connection, the policy's model and the parsing of instants. Lambdas, comprehensions and generator expressions
are callers and callees like any function, but are not counted as functions.

* files: files of the product that ran, adapters left out; `with adapters`: these among them
* functions: functions of these files, each counted once
* jumps: calls from a function in one file to a function in another, each pair of functions counted once, so that
  neither loops nor the number of articles or rows matter
* back: jumps into a file that had run before, and so had been left
* deepest: most frames of the product on the stack at once, adapters included
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import CO_COROUTINE
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

PACKAGES = ("bot", "escalation", "knowledge_base")
NO_FUNCTIONS = frozenset({"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>", "<module>"})


@dataclass
class Journey:
    """The way through one call of the entry function."""

    files: set[str] = field(default_factory=set)
    adapters: set[str] = field(default_factory=set)
    functions: set[CodeType] = field(default_factory=set)
    jumps: dict[tuple[CodeType, CodeType], tuple[str, str]] = field(default_factory=dict)
    back: int = 0
    deepest: int = 0

    def figures(self) -> dict[str, int]:
        """As the table shows them."""
        files = {"files": len(self.files), "with adapters": len(self.files | self.adapters)}
        ways = {"jumps": len(self.jumps), "back": self.back, "deepest": self.deepest}
        return files | {"functions": len(self.functions)} | ways

    def enter(self, stack: Sequence[Call], adapters: frozenset[str]) -> None:
        """Take note of the call on top of the stack."""
        self.deepest = max(self.deepest, len(stack))
        callee = stack[-1]
        if callee.file in adapters:
            self.adapters.add(callee.file)
            return
        caller = next((call for call in reversed(stack[:-1]) if call.file not in adapters), callee)
        pair = (caller.code, callee.code)
        if caller.file != callee.file and pair not in self.jumps:
            self.jumps[pair] = (caller.file, callee.file)
            self.back += callee.file in self.files
        self.files.add(callee.file)
        if callee.code.co_name not in NO_FUNCTIONS:
            self.functions.add(callee.code)


@dataclass(frozen=True, slots=True)
class Call:
    """A frame of the product."""

    frame: FrameType
    file: str

    @property
    def code(self) -> CodeType:
        """The function that runs in it."""
        return self.frame.f_code


@dataclass
class Tracer:
    """Waits for entry functions; keeps the latest journey through each, by name."""

    root: Path
    entries: Sequence[str]
    adapters: frozenset[str]
    journeys: dict[str, Journey] = field(default_factory=dict)
    _threads: threading.local = field(default_factory=threading.local)
    _files: dict[str, str | None] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record in this thread and in those started meanwhile."""
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _profile(self, frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            self._call(frame)
        elif event == "return":
            self._return(frame)

    def _call(self, frame: FrameType) -> None:
        file = self._file(frame.f_code)
        if file is None:
            return
        stack: list[Call] = self._threads.__dict__.setdefault("stack", [])
        if not stack:
            if frame.f_code.co_name not in self.entries or frame.f_code.co_flags & CO_COROUTINE:
                return
            self._threads.journey = Journey()
        stack.append(Call(frame, file))
        self._threads.journey.enter(stack, self.adapters)

    def _return(self, frame: FrameType) -> None:
        stack: list[Call] = self._threads.__dict__.get("stack", [])
        if stack and stack[-1].frame is frame:
            stack.pop()
            if not stack:
                self.journeys[frame.f_code.co_name] = self._threads.journey

    def _file(self, code: CodeType) -> str | None:
        """The file relative to the root; None where it is not the product's."""
        name = code.co_filename
        if name not in self._files:
            path = Path(name)
            inside = path.is_relative_to(self.root) and path.relative_to(self.root).parts[0] in PACKAGES
            self._files[name] = path.relative_to(self.root).as_posix() if inside else None
        return self._files[name]
