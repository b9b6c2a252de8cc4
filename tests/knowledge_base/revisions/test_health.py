"""A knowledge base that contradicts itself is told where; a healthy one is told nothing."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching.index import Index, build
from knowledge_base.revisions import health
from knowledge_base.revisions.health import Contradiction, contradictions_of, problems_of
from tests.fakes.encoders import PaperEncoder

THINGS = (
    "打印机",
    "复印机",
    "扫描仪",
    "投影仪",
    "碎纸机",
    "装订机",
    "考勤机",
    "传真机",
    "交换机",
    "电话机",
    "点钞机",
    "路由器",
)
ASKED = ("{}坏了怎么办", "{}不工作了", "修{}找谁", "我的{}出毛病了", "{}没反应")
HEALTHY = tuple(
    Article(thing, "故障", ASKED[0].format(thing), tuple(each.format(thing) for each in ASKED[1:]), "好的。")
    for thing in THINGS
)


def with_more(name: str, *phrasings: str) -> list[Article]:
    return [replace(each, similar=(*each.similar, *phrasings)) if each.id == name else each for each in HEALTHY]


def named(index: Index) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(fight.question.id, fight.rival.id, fight.phrasings) for fight in contradictions_of(index)]


@pytest.mark.parametrize("encoders", [(), (PaperEncoder(),)], ids=["writing", "meaning"])
def test_a_healthy_knowledge_base_has_no_complaints(encoders: tuple[PaperEncoder, ...]) -> None:
    assert list(problems_of(build(HEALTHY, encoders=encoders))) == []


@pytest.mark.parametrize("encoders", [(), (PaperEncoder(),)], ids=["writing", "meaning"])
def test_a_phrasing_under_the_wrong_question_is_named_with_the_right_one(encoders: tuple[PaperEncoder, ...]) -> None:
    index = build(with_more("传真机", "打印机坏了该怎么办"), encoders=encoders)
    assert named(index) == [("传真机", "打印机", ("打印机坏了该怎么办",))]
    assert list(problems_of(index)) == [
        'Questions "传真机" and "打印机" fight: "打印机坏了该怎么办" of the first would be answered by the second.'
    ]


def test_labels_swapped_between_two_questions_are_named_for_both() -> None:
    first, second, *rest = HEALTHY
    swapped = [
        replace(first, similar=(*first.similar[:2], second.similar[2], first.similar[3])),
        replace(second, similar=(*second.similar[:2], first.similar[2], second.similar[3])),
    ]
    pairs = {(question, rival) for question, rival, _ in named(build([*swapped, *rest]))}
    assert pairs == {("打印机", "复印机"), ("复印机", "打印机")}


def test_one_phrasing_under_two_questions_is_named() -> None:
    index = build(with_more("传真机", "打印机不工作了"))
    assert ("传真机", "打印机", ("打印机不工作了",)) in named(index)


def test_a_question_itself_stands_where_it_stands() -> None:
    """Its similar questions may be misplaced; it says what the answer is about."""
    index = build(
        [
            *HEALTHY[1:],
            replace(HEALTHY[0], question="复印机坏了该怎么办", similar=("打印机坏了怎么办", *HEALTHY[0].similar)),
        ]
    )
    assert all("复印机坏了该怎么办" not in phrasings for _, _, phrasings in named(index))


def test_a_knowledge_base_whose_labels_mean_nothing_is_told_so() -> None:
    phrasings = [phrasing for article in HEALTHY for phrasing in article.phrasings]
    Random(1).shuffle(phrasings)
    shuffled = [
        Article(str(n), "", phrasings[n], tuple(phrasings[n + 12 * turn] for turn in range(1, 5)), "")
        for n in range(12)
    ]
    first, *_ = problems_of(build(shuffled))
    assert first.startswith("Each asked as if it were unknown, ")
    assert first.endswith("below 50% many are probably filed under the wrong one.")


def test_of_a_few_phrasings_no_share_is_taken() -> None:
    two = [Article("a", "", "怎么开发票", ("税号填错",), ""), Article("b", "", "怎么退货", ("寄回去",), "")]
    index = build(two)
    assert (index.levels[0].self_accuracy or 0) < health.HEALTHY
    assert list(problems_of(index)) == []


@pytest.mark.parametrize("articles", [(), HEALTHY[:1], tuple(replace(each, similar=()) for each in HEALTHY)])
def test_where_nothing_can_be_rehearsed_nothing_is_said(articles: tuple[Article, ...]) -> None:
    assert list(problems_of(build(articles))) == []


def test_of_many_phrasings_a_fight_names_three() -> None:
    fight = Contradiction(HEALTHY[0], HEALTHY[1], ("一", "二", "三", "四", "五"))
    assert str(fight) == (
        'Questions "打印机" and "复印机" fight: "一", "二", "三" and 2 more of the first would be answered '
        "by the second."
    )


def test_the_fiercest_fights_come_first_and_only_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    index = build(HEALTHY)
    at = {entry.phrasing: number for number, entry in enumerate(index.entries)}
    contradictions = [
        (at["复印机没反应"], 0),
        (at["打印机没反应"], 4),
        (at["打印机不工作了"], 4),
        (at["打印机坏了怎么办"], 3),
    ]
    object.__setattr__(index.levels[0], "contradictions", tuple(contradictions))
    assert named(index) == [
        ("打印机", "碎纸机", ("打印机没反应", "打印机不工作了")),
        ("复印机", "打印机", ("复印机没反应",)),
    ]
    monkeypatch.setattr(health, "_NAMED", 1)
    assert list(problems_of(index))[1:] == ["1 more pairs of questions fight."]
