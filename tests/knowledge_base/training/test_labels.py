"""Phrasings under the wrong question are found by what the others make of them, and taught to nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank
from knowledge_base.model.calibration import VIEWS
from knowledge_base.revisions.health import problems_of
from knowledge_base.training.labels import trust_labels

THINGS = ("打印机", "复印机", "扫描仪", "投影仪", "碎纸机", "装订机", "考勤机", "传真机", "交换机", "电话机", "点钞机")
ASKED = ("{}坏了怎么办", "{}不工作了", "修{}找谁", "我的{}出毛病了", "{}没反应", "谁来修{}", "{}报修", "{}用不了了",
         "{}怎么修", "{}死机了", "新买的{}是坏的", "{}突然停了", "请派人来看看{}")  # fmt: skip


def articles() -> list[Article]:
    return [Article(one, "", one, tuple(each.format(one) for each in ASKED), "好的。") for one in THINGS]


def swapped(pairs: int) -> list[Article]:
    """So many phrasings moved from each of the first questions to the one behind it."""
    found = articles()
    for place in range(0, 2 * pairs, 2):
        one, other = found[place], found[place + 1]
        found[place] = replace(one, similar=(*one.similar[1:], other.similar[0]))
        found[place + 1] = replace(other, similar=(*other.similar[1:], one.similar[0]))
    return found


@pytest.fixture(scope="module")
def mislabelled() -> Index:
    return build(swapped(5))


def test_where_all_labels_are_right_nothing_is_left_out() -> None:
    index = build(articles())
    assert index.suspects == ()
    assert len(index.entries) == len(THINGS) * (len(ASKED) + 1)


def test_a_phrasing_under_the_wrong_question_is_left_out_and_its_own_question_named(mislabelled: Index) -> None:
    found = {(entry.phrasing, entry.article.id, probable.id) for entry, probable in mislabelled.suspects}
    assert ("复印机坏了怎么办", "打印机", "复印机") in found
    assert all(probable in phrasing for phrasing, _, probable in found)
    assert len(found) >= 8


def test_word_for_word_it_is_answered_by_the_question_it_belongs_to(mislabelled: Index) -> None:
    best = rank("复印机坏了怎么办", mislabelled)[0]
    assert (best.article.id, best.exact) == ("复印机", False)


def test_the_keeper_is_told_in_a_sentence(mislabelled: Index) -> None:
    sentence = (
        '"复印机坏了怎么办" of question "打印机" probably belongs to "复印机"; it is left out until it is moved or '
        "worded differently."
    )
    assert sentence in list(problems_of(mislabelled))


def test_a_question_of_nothing_but_suspects_keeps_a_phrasing() -> None:
    moved = articles()
    moved[0] = replace(moved[0], question=moved[1].similar[0], similar=(moved[1].similar[1],))
    moved[1] = replace(moved[1], similar=moved[1].similar[2:])
    index = build(moved)
    assert {entry.article.id for entry in index.entries} == set(THINGS)


def test_labels_that_no_other_phrasing_supports_are_doubted() -> None:
    """Of candidates the first is the one that the others support; every seventh label is any of the forty questions."""
    random = np.random.default_rng(3)
    seen = 0.2 * random.random((420, 6, VIEWS)).astype(np.float32)
    seen[:, 0, 0] += 0.6
    is_wrong = np.arange(420) % 7 == 0
    anything = np.minimum(random.integers(1, 40, 420), 6)
    trust = trust_labels(seen, np.where(is_wrong, anything, 0).astype(np.int32), 40)
    assert trust.true[~is_wrong].min() > 0.9
    assert trust.true[is_wrong].max() < 0.8
    assert not trust.is_suspect[~is_wrong].any()
    assert (trust.rival[is_wrong] == 0).all()


def test_nothing_is_doubted_where_every_label_is_supported() -> None:
    random = np.random.default_rng(4)
    seen = 0.2 * random.random((200, 6, VIEWS)).astype(np.float32)
    seen[:, 0, 0] += 0.6
    trust = trust_labels(seen, np.zeros(200, np.int32), 40)
    assert trust.true.min() > 0.99
    assert not trust.is_suspect.any()
