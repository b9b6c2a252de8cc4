"""A knowledge base fits its policy, or is refused by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.first_start import SAMPLE_FAQ
from bot.knowledge.checks import read_checked
from escalation.policy.model import Policy
from knowledge_base.files.faults import CatalogueFaults


def test_the_sample_content_fits_the_example_policy(policy: Policy) -> None:
    articles = read_checked(SAMPLE_FAQ, policy)
    assert len(articles) >= 60
    assert min(len(article.similar) for article in articles) >= 8
    answered_by_people = {topic.id for topic in policy.topics.values() if topic.complaint} | {"建议", "商务"}
    assert {article.category for article in articles} == policy.topics.keys() - answered_by_people


def test_a_category_or_tier_the_policy_does_not_know_is_named_with_its_line(policy: Policy, tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    path.write_text(
        "- id: a\n  category: 天气\n  question: 今天天气怎么样\n  answer: 晴。\n  tiers: [五级]\n", encoding="utf-8"
    )
    with pytest.raises(CatalogueFaults) as refusal:
        read_checked(path, policy)
    told = str(refusal.value)
    assert f"{path}:" in told
    assert "天气" in told
    assert "五级" in told
