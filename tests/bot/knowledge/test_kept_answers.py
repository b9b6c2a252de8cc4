"""Messages that must keep their answers are asked as every kind of customer asks, while the answer is valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.knowledge.kept_answers import complaints
from bot.rules import Rules
from escalation.policy.model import Policy
from escalation.vault import Vault
from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.revisions.regressions import Regression
from tests.conftest import MONDAY_MORNING

NORMAL = Article("invoice-normal", "发票", "怎么开发票", ("发票怎么开",), "在订单页申请。")
SPECIAL = Article("invoice-special", "发票", "怎么开专用发票", (), "请提供税号。")
JAM = Article("jam", "故障", "打印机卡纸怎么办", (), "请取出纸张。")
INVOICE = Regression("发票怎么开", "invoice-normal")
STOLEN = '"发票怎么开" must be answered by invoice-normal; revision would answer it by invoice-special.'


def said(policy: Policy, vault: Vault, *articles: Article, wanted: Regression = INVOICE) -> list[str]:
    """What is complained of on a Monday morning."""
    index = build(articles, fillers=policy.words["filler"])
    found = complaints(Rules(policy, vault, build(())), index, [wanted], MONDAY_MORNING)
    assert list(found) == [wanted] * len(found)
    return list(found.values())


def moved(**limits: object) -> tuple[Article, Article]:
    """The phrasing has gone over to the other question, which is limited so."""
    thief = replace(SPECIAL, similar=("发票怎么开",), **limits)  # type: ignore[arg-type]
    return replace(NORMAL, similar=()), thief


def test_an_answer_that_stays_is_no_complaint(policy: Policy, vault: Vault) -> None:
    assert said(policy, vault, NORMAL, SPECIAL, JAM) == []


def test_an_answer_that_goes_over_to_another_question_is_named_with_it(policy: Policy, vault: Vault) -> None:
    assert said(policy, vault, *moved()) == [STOLEN]


def test_a_question_that_is_gone_is_named(policy: Policy, vault: Vault) -> None:
    assert said(policy, vault, JAM) == [
        '"发票怎么开" must be answered by invoice-normal; revision has no such question.'
    ]


def test_what_must_not_be_answered_is_named_when_it_would_be(policy: Policy, vault: Vault) -> None:
    joke = Regression("发票怎么开", None)
    assert said(policy, vault, NORMAL, wanted=joke) == [
        '"发票怎么开" must not be answered; revision would answer it by invoice-normal.'
    ]
    assert said(policy, vault, JAM, wanted=Regression("讲个笑话", None)) == []


def test_an_answer_that_only_one_tier_loses_is_told_with_the_tier(policy: Policy, vault: Vault) -> None:
    rival = replace(SPECIAL, similar=("发票怎么开",), tiers=("特级",))
    rules = Rules(policy, vault, build(()))
    # Both are exact hits; for 特级 the first by id wins, so that it must not be the wanted one.
    index = build([replace(NORMAL, id="normal"), replace(rival, id="express")], fillers=policy.words["filler"])
    wanted = Regression("发票怎么开", "normal")
    assert complaints(rules, index, [wanted], MONDAY_MORNING) == {
        wanted: '"发票怎么开" must be answered by normal; revision would answer it by express for 特级.'
    }


def test_an_answer_for_some_tiers_is_asked_for_by_those_only(policy: Policy, vault: Vault) -> None:
    assert said(policy, vault, replace(NORMAL, tiers=("特级", "一级")), JAM) == []


def test_an_answer_that_begins_later_is_asked_for_then(policy: Policy, vault: Vault) -> None:
    tomorrow = MONDAY_MORNING + timedelta(days=1)
    assert said(policy, vault, replace(NORMAL, valid_from=tomorrow), JAM) == []


def test_an_answer_that_had_its_time_is_owed_to_nobody(policy: Policy, vault: Vault) -> None:
    assert said(policy, vault, replace(NORMAL, valid_until=MONDAY_MORNING), JAM) == []


def test_a_question_that_is_not_valid_yet_takes_nothing_away(policy: Policy, vault: Vault) -> None:
    tomorrow = MONDAY_MORNING + timedelta(days=1)
    assert said(policy, vault, NORMAL, replace(SPECIAL, similar=("发票怎么开呢",), valid_from=tomorrow)) == []
