"""The section `privacy` of a policy file: the notice by its parts, and what rests on consent."""

# ruff: noqa: E501  # sentences are asserted whole, each on one line

from __future__ import annotations

from pathlib import Path

import pytest

from escalation.policy.privacy_notice import NOTICE_PARTS, ConsentPurpose
from escalation.policy.reader import read_policy
from tests.escalation.policy.small_policy import SMALL, faults_of, shipped, written

LINE = len(SMALL.splitlines())
NOTICE = """privacy:
  version: "1"
  notice:
    who: 我们
    what: 姓名
    why: 服务
    how_long: 三年
    rights: 查询
    complain: 热线
"""


def test_the_shipped_notice_says_who_what_why_how_long_rights_and_how_to_complain() -> None:
    privacy = shipped().notice
    assert privacy is not None
    assert tuple(privacy.parts) == NOTICE_PARTS
    assert all(len(text) > 10 for text in privacy.parts.values())


def test_without_the_section_there_is_no_notice(tmp_path: Path) -> None:
    assert read_policy(written(tmp_path, SMALL)).notice is None


def test_consent_is_asked_for_what_the_policy_names_and_abroad_names_who_gets_it(tmp_path: Path) -> None:
    section = NOTICE + "  consents:\n    abroad: {label: 向境外提供, recipient: 某公司}\n"
    privacy = read_policy(written(tmp_path, SMALL + section)).notice
    assert privacy is not None
    assert privacy.consents == {"abroad": ConsentPurpose("向境外提供", "某公司")}


@pytest.mark.parametrize(
    ("section", "faults"),
    [
        ("privacy: 有\n", ['1: "privacy" must be a block of keys with values; found "有".']),
        (NOTICE.replace("    rights: 查询\n", ""), ['3: "notice" lacks the key "rights"; add it.']),
        (
            NOTICE.replace("who:", "whose:"),
            [
                '3: "notice" lacks the key "who"; add it.',
                '4: "whose" is not a key of "notice" (did you mean "who"?).',
            ],
        ),
        (
            NOTICE.replace('"1"', "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三"),
            [
                '2: "version" must be a text of at most 32 characters; found "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三".'
            ],
        ),
        (
            NOTICE + "  consents:\n    adverts: {label: 广告}\n",
            ['11: "consents" must be one of surveys, under_14, sensitive, abroad; found "adverts".'],
        ),
        (
            NOTICE + "  consents:\n    abroad: {label: 向境外提供}\n",
            ['11: "abroad" lacks the key "recipient"; add it.'],
        ),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, section: str, faults: list[str]) -> None:
    told = [f"policy.yaml:{LINE + int(line)}:{said}" for line, said in (one.split(":", 1) for one in faults)]
    assert faults_of(written(tmp_path, SMALL + section)) == told
