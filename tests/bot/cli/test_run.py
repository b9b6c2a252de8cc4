"""What `jiedai run` prints at its start: to a person what opens doors, to a service log where it is kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import open_service
from bot.cli import run
from bot.config.settings import Settings
from bot.first_start import first_administrator, load_samples
from bot.service import Service
from bot.web.edge.capacity import capacity_of
from tests.databases import migrated_folder

URL = "http://127.0.0.1:8080"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    found = open_service(Settings(data=migrated_folder(tmp_path / "data")), "none")
    load_samples(found, at_once=True)
    yield found
    found.database.close()


def welcome(service: Service, password: str | None, output: pytest.CaptureFixture[str]) -> str:
    run._welcome(service, URL, password, capacity_of(1024))
    return output.readouterr().out


def test_what_no_key_opens_is_said_beside_the_rest(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Cannot be read" not in welcome(service, None, capsys)
    run._welcome(service, URL, None, capacity_of(1024), "Values that none of the keys here opens: 3.")
    said = capsys.readouterr().out
    assert "  Cannot be read       Values that none of the keys here opens: 3.\n" in said


@pytest.mark.parametrize("is_terminal", [True, False])
def test_the_first_password_and_customer_links_are_for_a_terminal(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_terminal: bool
) -> None:
    password = first_administrator(service)
    assert password
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal)
    told = welcome(service, password, capsys)
    kept = service.settings.data / "first-console-password"
    assert (password in told, "#token=" in told) == (is_terminal, is_terminal)
    assert str(kept) in told
    assert ("    as a 特级 customer  the link of `jiedai customers link C1001`\n" in told) is not is_terminal
    assert ("    sign in as         admin, with the new password in" in told) is not is_terminal
