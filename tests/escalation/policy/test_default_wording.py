"""Sentences that came after the first release: a policy file without them has ours."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from escalation.policy.default_wording import DEFAULT_WORDING
from escalation.policy.reader import WORDING, read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

KEYS = sorted(DEFAULT_WORDING)


def with_sentences(**sentences: str) -> str:
    return SMALL + "".join(f"  {key}: {text}\n" for key, text in sentences.items())


def test_a_file_without_the_later_sentences_has_ours(tmp_path: Path) -> None:
    wording = read_policy(written(tmp_path, SMALL)).wording
    assert {key: wording[key] for key in KEYS} == DEFAULT_WORDING
    assert set(wording) == set(WORDING)


def test_a_sentence_of_the_file_wins_over_ours(tmp_path: Path) -> None:
    wording = read_policy(written(tmp_path, with_sentences(withdrawn="好的，已撤回。"))).wording
    assert wording["withdrawn"] == "好的，已撤回。"
    assert wording["withdraw_ask"] == DEFAULT_WORDING["withdraw_ask"]


def test_a_sentence_left_empty_is_ours(tmp_path: Path) -> None:
    assert (
        read_policy(written(tmp_path, with_sentences(withdrawn=""))).wording["withdrawn"]
        == (DEFAULT_WORDING["withdrawn"])
    )


def test_a_misspelt_later_key_is_named_with_the_right_one(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, with_sentences(withdrawm="好的。")))
    assert fault.endswith('"withdrawm" is not a key of "wording" (did you mean "withdrawn"?).')


def test_a_later_sentence_is_checked_like_the_others(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, with_sentences(withdrawn="已从专席撤回。")))
    assert fault.endswith('"withdrawn" is read by customers and must not name a tier or queue; found "专席".')


@pytest.mark.parametrize("key", KEYS)
def test_our_sentence_is_that_of_the_shipped_file_and_holds_only_known_placeholders(key: str) -> None:
    text, allowed = DEFAULT_WORDING[key], WORDING[key]
    named = {field for _, field, _, _ in Formatter().parse(text) if field is not None}
    assert shipped().wording[key] == text
    assert named <= allowed
    assert allowed != {"by"} or named == allowed
