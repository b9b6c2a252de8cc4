"""What a stranger installs: pinned, from no named host, with the command it promises."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib

import pytest

from tests.patience import patience
from tests.processes import ROOT, clean_environment


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_no_host_and_pins_every_package_by_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    packages = [line for line in text.splitlines() if line[:1].isalnum()]
    assert packages
    assert all("==" in line for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_the_command_jiedai_leads_into_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, function = project["scripts"]["jiedai"].partition(":")
    assert callable(getattr(importlib.import_module(module), function))
    assert project["name"] == "jiedai"


def test_help_is_a_page_and_a_wrong_word_a_sentence() -> None:
    assert "support intake" in _told("--help").stdout
    wrong = _told("rnu")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    assert wrong.stderr.rstrip().endswith("See `jiedai --help`.")


def _told(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What a person is told who starts the program, nothing imported beforehand."""
    command, where = [sys.executable, "-m", "bot", *arguments], {"cwd": ROOT, "env": clean_environment()}
    return subprocess.run(command, capture_output=True, text=True, timeout=patience(60), check=False, **where)
