"""What no revision may hold."""

from __future__ import annotations

from knowledge_base.articles import Article
from knowledge_base.revisions.clashes import clashes

RETURN = Article("return", "退换", "怎么退货", ("能退吗",), "可以。")
JAM = Article("jam", "故障", "卡纸了怎么办", (), "请关机。")


def test_questions_of_their_own_do_not_clash() -> None:
    assert list(clashes([RETURN, JAM])) == []


def test_the_same_phrasing_twice_under_one_question_does_no_harm() -> None:
    assert list(clashes([Article("return", "退换", "怎么退货", ("怎么退货？",), "可以。")])) == []


def test_one_phrasing_under_two_questions_names_both_however_it_is_dressed() -> None:
    other = Article("exchange", "退换", "怎么换货", ("請問，能退嗎？",), "可以。")
    (said,) = clashes([RETURN, other])
    assert said == (
        '"請問，能退嗎？" under question "exchange" asks the same as "能退吗" under "return"; '
        "keep it under one question."
    )


def test_an_id_used_twice_is_named() -> None:
    assert list(clashes([RETURN, Article("return", "退换", "怎么换货", (), "可以。")])) == [
        'The id "return" is used twice; give every question an id of its own.'
    ]
