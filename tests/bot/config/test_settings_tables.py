"""The tables of settings in the documentation are those that the settings declare."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from bot.cli.command import FLAGS
from bot.config.settings import Settings

DOCS = Path(__file__).parents[3] / "docs"


def _row(setting: Field[Any]) -> str:
    """`| variable | default | what it is |` of one setting."""
    about = setting.metadata
    return f"| `JIEDAI_{setting.name.upper()}` | {about['usually']} | {about['about']} |"


def test_operations_has_every_setting() -> None:
    head = "| flag | variable | default | what it is |\n|---|---|---|---|\n"
    flags = [f"| `--{each.name}` " if each.name in FLAGS else "| " for each in fields(Settings)]
    rows = [f"{flag}{_row(each)}\n" for flag, each in zip(flags, fields(Settings), strict=True)]
    assert f"{head}{''.join(rows)}\n" in (DOCS / "operations.md").read_text("utf-8")


def test_telegram_has_every_setting_that_concerns_it() -> None:
    head = "| variable | default | what it is |\n|---|---|---|\n"
    rows = [f"{_row(each)}\n" for each in fields(Settings) if each.name.startswith(("telegram_", "public_url"))]
    assert f"{head}{''.join(rows)}\n" in (DOCS / "telegram.md").read_text("utf-8")
