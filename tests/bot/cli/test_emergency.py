"""`jiedai emergency on|off|show` and `jiedai policy emergency`."""

from __future__ import annotations

import pytest

from tests.bot.cli.conftest import Terminal


def test_the_mode_is_switched_with_a_reason_on_record(terminal: Terminal) -> None:
    assert terminal.here("emergency", "show") == "The emergency mode is off.\n"
    assert terminal.here("emergency", "on", "--reason", "机房停电") == (
        "The emergency mode is on; running servers follow in seconds.\n"
    )
    assert terminal.here("emergency", "show") == "The emergency mode is on: 机房停电\n"
    assert terminal.refused_here("emergency", "on", "--reason", "x").startswith(
        "jiedai: The emergency mode is on already; `jiedai emergency show` says why."
    )
    terminal.here("emergency", "off", "--reason", "恢复")
    assert terminal.refused_here("emergency", "off", "--reason", "恢复") == (
        "jiedai: The emergency mode is off already; nothing was changed."
    )
    told = [each["what"] for each in terminal.json("audit", "journal", "--subject", "emergency")]
    assert told == ["emergency mode off", "emergency mode on"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [(" ", "Say why with --reason, in a sentence."), ("长" * 201, "--reason must be at most 200 characters.")],
)
def test_a_bad_reason_is_refused(terminal: Terminal, reason: str, said: str) -> None:
    assert terminal.refused_here("emergency", "on", "--reason", reason).startswith(f"jiedai: {said}")


def test_the_plan_is_printed_with_its_last_rehearsal(terminal: Terminal) -> None:
    told = terminal.json("policy", "emergency")
    assert told["roles"][0] == {"role": "总负责人", "who": "客服经理", "phone": "400-000-0000"}
    assert told["stale"] is True
    assert "Last rehearsed: never. Rehearse it once.\n" in terminal.here("policy", "emergency")
