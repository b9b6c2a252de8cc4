"""Every sentence of the bot's is of some kind."""

from __future__ import annotations

import pytest

from bot.talks.kinds import KINDS, OTHER, kind_of, kind_of_wording
from escalation.policy.model import Policy


def test_each_sentence_to_customers_has_a_kind(policy: Policy) -> None:
    theirs = [name for name in policy.wording if not name.startswith(("notice_", "button_"))]
    assert [name for name in theirs if kind_of_wording(name) == OTHER] == []


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("handed_off_night", "handed_off"),
        ("acknowledged_file", "handed_off"),
        ("waiting_overdue", "state"),
        ("withdraw_ask", "asked_back"),
        ("withdrawn", "withdrawn"),
        ("presumed", "answered"),
        ("ask_back_meanwhile", "asked_back"),
        ("not_meant", "try_again"),
        ("not_meant_list", "suggested"),
        ("not_meant_ask", "asked_back"),
        ("rated_sorry", "rated"),
        ("safety_battery", "safety"),
        ("unheard_of", OTHER),
    ],
)
def test_the_longest_name_that_fits_counts(wording: str, kind: str) -> None:
    assert kind_of_wording(wording) == kind


def test_what_is_no_sentence_of_the_policy_is_known_by_what_it_carries() -> None:
    assert kind_of("", "invoice", ("helpful:invoice",), incident=False) == "answered"
    assert kind_of("", "", ("ask:invoice", "person"), incident=False) == "suggested"
    assert kind_of("", "", ("person",), incident=True) == "notice"
    assert kind_of("", "", (), incident=False) == OTHER


def test_every_kind_can_be_expected() -> None:
    assert {"answered", "suggested", "notice", "other", "silent", "handed_off", "asked_back"} <= set(KINDS)
