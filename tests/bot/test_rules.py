"""One consistent set of everything a decision needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.files.knowledge_files import read_faq_file
from bot.first_start import EXAMPLE_POLICY, SAMPLE_FAQ
from bot.rules import Rules
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from knowledge_base.acts.reader import ActReader
from knowledge_base.articles import Article
from knowledge_base.matching.decide import PROBABLE, Answered, Presumed, Unknown, Unsure, sure_at
from knowledge_base.matching.index import build
from knowledge_base.matching.ranking import Candidate
from tests.conftest import MONDAY_MORNING as NOW
from tests.fakes.encoders import PaperEncoder

JAM = Article("jam", "故障", "打印机卡纸了怎么办", ("一直卡纸",), "请取出纸张。")
FRAMEWORK = Article("framework", "合同", "框架协议怎么续签", (), "请联系专席。", ("特级",))
SALE = Article("sale", "耗材", "墨盒打折吗", (), "打八折。", (), None, NOW)


@pytest.fixture(scope="module")
def small(policy: Policy, vault: Vault) -> Rules:
    return Rules(policy, vault, build([JAM, FRAMEWORK, SALE]))


def near(article: Article, confidence: float, *, exact: bool = False) -> Candidate:
    return Candidate(article, article.question, confidence, exact)


def test_a_customer_is_given_what_their_tier_may_see_now(small: Rules) -> None:
    assert small.rank("框架协议怎么续签", "特级", NOW)[0].exact
    assert all(one.article is not FRAMEWORK for one in small.rank("框架协议怎么续签", "三级", NOW))
    assert small.rank("墨盒打折吗", "三级", NOW - timedelta(seconds=1))[0].exact
    assert all(one.article is not SALE for one in small.rank("墨盒打折吗", "三级", NOW))
    assert small.article("framework", "特级", NOW) is FRAMEWORK
    assert small.article("framework", "三级", NOW) is None
    assert small.article("sale", "三级", NOW) is None
    assert small.article("nothing", "三级", NOW) is None


def test_a_matcher_that_fails_finds_nothing_and_says_so_in_the_log(
    policy: Policy, vault: Vault, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = PaperEncoder()
    rules = Rules(policy, vault, build([JAM, FRAMEWORK], encoders=[encoder]))
    encoder.fails = True
    assert rules.rank("打印机有点毛病", "三级", NOW) == ()
    (record,) = caplog.records
    assert record.message == "a message could not be matched"
    assert "打印机" not in caplog.text


def test_the_thresholds_follow_from_the_policys_shares(small: Rules) -> None:
    dialogue = replace(small.policy.dialogue, precision=0.8)
    bolder = replace(small, policy=replace(small.policy, dialogue=dialogue))
    assert bolder.thresholds.answer_at < small.thresholds.answer_at


def test_sure_means_answered_less_sure_presumed_or_suggested_unsure_unknown(small: Rules) -> None:
    at = small.thresholds
    sure = near(JAM, sure_at(at.answer_at))
    assert small.decide([sure]) == Answered(sure)
    assert small.decide([near(JAM, at.answer_at)]) == Presumed(near(JAM, at.answer_at))
    likely = near(JAM, max(at.suggest_at, PROBABLE))
    assert small.decide([likely]) == Unsure((likely,))
    assert small.decide([near(JAM, at.suggest_at - 0.001)]) == Unknown()
    assert small.decide([]) == Unknown()


def test_no_more_is_suggested_than_the_policy_allows(small: Rules) -> None:
    found = small.decide([near(JAM, 0.3)] * 20)
    assert isinstance(found, Unsure)
    assert len(found.candidates) == small.policy.dialogue.suggestions


def test_a_likely_candidate_is_one_worth_showing(small: Rules) -> None:
    at = small.thresholds.suggest_at
    assert small.likely([near(JAM, at), near(SALE, at)]) == near(JAM, at)
    assert small.likely([near(JAM, at - 0.001)]) is None
    assert small.likely([]) is None


def test_a_matter_is_about_what_was_probably_asked_else_about_its_words_else_about_what_comes_closest(
    small: Rules,
) -> None:
    assert small.topic("一直这样", [near(JAM, 0.6)]) == "故障"
    assert small.topic("发票抬头", [near(JAM, 0.3)]) == "发票"
    assert small.topic("一直这样", [near(JAM, 0.3)]) == "故障"
    assert small.topic("一直这样", [near(JAM, 0.01)]) is None
    assert small.topic("一直这样", [near(JAM, 0.9)], complaint=True) == "投诉"


class _ElsewhereDescribed:
    """Descriptions of topics that this policy does not have."""

    def scores(self, text: str) -> dict[str, float]:
        return {"维修": 1.0 if "卡" in text else 0.0, "税务": 0.0}


def test_a_topic_that_nothing_describes_is_known_by_its_questions(policy: Policy, vault: Vault) -> None:
    told = (Article("jam", "故障", "打印机卡纸了怎么办", ("一直卡纸", "纸卡住了"), "请取出纸张。"), FRAMEWORK, SALE)
    described = ActReader(topics=_ElsewhereDescribed())  # type: ignore[arg-type]
    rules = Rules(policy, vault, build(told), acts=described)
    assert rules.topic("纸又卡住了", ()) == "故障"


def test_the_shipped_notice_and_articles_name_the_period_that_is_in_force() -> None:
    policy = read_policy(EXAMPLE_POLICY)
    years = f"{'零一二三四五'[policy.privacy.retention.periods['transcript'].count]}年"
    assert policy.notice is not None
    articles = {each.id: each.answer for each in read_faq_file(SAMPLE_FAQ).articles}
    for text in (policy.notice.parts["how_long"], articles["privacy-retention"]):
        assert f"从事项结束起保存{years}，" in text
