"""Run the product's command line with a clock read from a file; started by path, knows nothing of this package.

`driver.py run ARGUMENTS…` is one command; `driver.py batch FILE` runs a JSON list of them and prints what each said.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import io
import json
import os
import runpy
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from types import ModuleType
from typing import Any

PRODUCT = ("bot", "escalation", "knowledge_base")
CLOCK = "OUTSIDE_CLOCK"  # the file that holds the instant, ISO 8601 with an offset
READS_THE_CLOCK = "datetime.now("


class _Clock(datetime):
    """The class `datetime` for modules of the product that read the clock."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        with Path(f"{os.environ[CLOCK]}.reads").open("ab") as reads:  # its size says how often the clock was read
            reads.write(b".")
        return datetime.fromisoformat(Path(os.environ[CLOCK]).read_text(encoding="utf-8")).astimezone(tz)


class _Loader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if vars(module).get("datetime") is datetime and READS_THE_CLOCK in (self.get_source(module.__name__) or ""):
            vars(module)["datetime"] = _Clock


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if name.partition(".")[0] not in PRODUCT:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is importlib.machinery.SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


def main() -> None:
    """See the module."""
    sys.path.pop(0)  # this folder: the product must not find modules of ours
    sys.meta_path.insert(0, _Finder())
    _keep_temporary_folders()
    mode, *words = sys.argv[1:]
    if mode == "batch":
        print(json.dumps([_told(call) for call in json.loads(Path(words[0]).read_text(encoding="utf-8"))]))
    else:
        _run(words)


def _keep_temporary_folders() -> None:
    # The demo removes its folder; TMPDIR says where it lies, the caller reads it and removes it.
    kept: Any = tempfile.TemporaryDirectory
    kept.cleanup = lambda _self: None
    kept._cleanup = classmethod(lambda *_words, **_more: None)
    shutil.rmtree = lambda *_words, **_more: None  # type: ignore[assignment]


def _run(words: list[str]) -> None:
    sys.argv = ["jiedai", *words]
    runpy.run_module("bot", run_name="__main__", alter_sys=False)


def _told(words: list[str]) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = _code(words)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def _code(words: list[str]) -> int | str:
    try:
        _run(words)
    except SystemExit as end:
        return 0 if end.code is None else end.code
    except BaseException as error:  # noqa: BLE001  # an unforeseen error is a result like any other
        return f"{type(error).__name__}"
    return 0


if __name__ == "__main__":
    main()
