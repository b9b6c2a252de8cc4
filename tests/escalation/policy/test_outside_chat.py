"""The section `outside_chat` of a policy file: what of a customer a chat outside of the house may read."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.policy.outside_chat import OutsideChat
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())


def test_a_new_installation_sends_out_the_least() -> None:
    found = shipped().outside_chat
    assert found == OutsideChat(
        customer=False, organisation=False, tier_reason=False, entitlements=False, talk="own_channel", is_stated=True
    )


def test_a_policy_of_before_keeps_what_it_sent(tmp_path: Path) -> None:
    found = read_policy(written(tmp_path, SMALL)).outside_chat
    assert found == OutsideChat(is_stated=False)
    assert found.customer
    assert found.tells_talk("web", "telegram")


def test_what_the_block_does_not_name_is_not_sent(tmp_path: Path) -> None:
    found = read_policy(written(tmp_path, SMALL + "outside_chat:\n  organisation: true\n")).outside_chat
    assert (found.customer, found.organisation, found.talk) == (False, True, "own_channel")


@pytest.mark.parametrize(
    ("talk", "web", "telegram"), [("all", True, True), ("own_channel", False, True), ("title", False, False)]
)
def test_the_talk_is_copied_for_all_for_those_of_the_messenger_or_for_nobody(
    tmp_path: Path, talk: str, web: bool, telegram: bool
) -> None:
    found = read_policy(written(tmp_path, SMALL + f"outside_chat:\n  talk: {talk}\n")).outside_chat
    assert (found.tells_talk("web", "telegram"), found.tells_talk("telegram", "telegram")) == (web, telegram)


@pytest.mark.parametrize(
    ("section", "at", "fault"),
    [
        ("outside_chat: all\n", 1, '"outside_chat" must be a block of keys with values; found "all".'),
        (
            "outside_chat:\n  talk: everything\n",
            2,
            '"talk" must be one of all, own_channel, title; found "everything".',
        ),
        ("outside_chat:\n  customer: perhaps\n", 2, '"customer" must be true or false; found "perhaps".'),
        (
            "outside_chat:\n  names: true\n",
            2,
            '"names" is not a key of "outside_chat"; it may hold customer, entitlements, organisation, talk, tier_reason.',
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, section: str, at: int, fault: str) -> None:
    assert faults_of(written(tmp_path, SMALL + section)) == [f"policy.yaml:{LINE + at}: {fault}"]
