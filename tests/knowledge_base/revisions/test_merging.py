"""A draft upon what was published meanwhile: what either side changed stays, and conflicts are named."""

from __future__ import annotations

from dataclasses import replace

from knowledge_base.articles import Article
from knowledge_base.revisions.merging import Conflict, merge

ONE = Article("one", "发票", "怎么开发票", ("发票怎么开", "开票"), "在订单页申请。")
TWO = Article("two", "故障", "打印机卡纸怎么办", (), "请取出纸张。")
BASE = (ONE, TWO)


def test_what_one_side_changed_is_taken_from_it() -> None:
    ours = (replace(ONE, answer="甲"), TWO)
    theirs = (ONE, replace(TWO, answer="乙"))
    assert merge(BASE, ours, theirs).articles == (replace(ONE, answer="甲"), replace(TWO, answer="乙"))


def test_fields_and_phrasings_of_one_question_come_together() -> None:
    ours = (replace(ONE, answer="甲", similar=("发票怎么开", "我们加的")), TWO)
    theirs = (replace(ONE, category="订单", similar=(*ONE.similar, "他们加的")), TWO)
    merged = merge(BASE, ours, theirs)
    similar = ("发票怎么开", "他们加的", "我们加的")
    assert merged.articles[0] == replace(ONE, answer="甲", category="订单", similar=similar)
    assert merged.conflicts == ()


def test_what_excludes_each_other_is_named_and_decided() -> None:
    ours, theirs = (replace(ONE, answer="甲"), TWO), (replace(ONE, answer="乙"), TWO)
    merged = merge(BASE, ours, theirs)
    assert merged.conflicts == (Conflict("one", ours[0], theirs[0]),)
    assert merged.articles == theirs
    assert merge(BASE, ours, theirs, {"one"}).articles == ours


def test_a_question_retired_here_and_changed_there_is_a_conflict() -> None:
    theirs = (replace(ONE, answer="乙"), TWO)
    merged = merge(BASE, (TWO,), theirs)
    assert merged.conflicts == (Conflict("one", None, theirs[0]),)
    assert merge(BASE, (TWO,), theirs, {"one"}).articles == (TWO,)
    assert merge(BASE, (TWO,), BASE).articles == (TWO,)


def test_new_questions_of_both_sides_stay() -> None:
    three, four = replace(TWO, id="three"), replace(TWO, id="four")
    assert merge(BASE, (*BASE, three), (*BASE, four)).articles == (*BASE, four, three)
