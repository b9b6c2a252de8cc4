"""Commands are called as a person calls them; what they print is what we look at."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import session
from bot.cli.parser import main
from tests.conftest import MONDAY_MORNING
from tests.databases import migrated_folder


@dataclass(frozen=True)
class Terminal:
    """One data folder, and a prompt."""

    data: Path
    output: pytest.CaptureFixture[str]

    def run(self, *words: str) -> str:
        """What a command prints; it must succeed."""
        self.output.readouterr()
        main([*words])
        return self.output.readouterr().out

    def here(self, *words: str) -> str:
        """The same in our data folder."""
        return self.run(*words, "--data", str(self.data))

    def json(self, *words: str) -> Any:
        """What a command prints for a program."""
        return json.loads(self.here(*words, "--json"))

    def refused(self, *words: str, code: int = 2) -> str:
        """The one sentence a command ends with."""
        return self._ended(lambda: main([*words]), code)

    def refused_here(self, *words: str, code: int = 2) -> str:
        """The same in our data folder."""
        return self.refused(*words, "--data", str(self.data), code=code)

    def _ended(self, call: Callable[[], None], code: int) -> str:
        self.output.readouterr()
        with pytest.raises(SystemExit) as end:
            call()
        assert end.value.code == code
        printed = self.output.readouterr()
        assert "Traceback" not in printed.err
        return (printed.err or printed.out).splitlines()[-1]


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(migrated_folder(tmp_path / "data"), capsys)


@pytest.fixture
def no_folder(terminal: Terminal) -> None:
    """There is no data folder yet."""
    shutil.rmtree(terminal.data)


@pytest.fixture
def term(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in November 2026."""
    real = session.open_or_explain

    def standing(*given: Any, **more: Any) -> Any:
        service = real(*given, **more)
        service.clock = lambda: MONDAY_MORNING
        return service

    monkeypatch.setattr(session, "open_or_explain", standing)
    return terminal
