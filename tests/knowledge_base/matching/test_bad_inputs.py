"""Knowledge bases and messages that nobody would write, and somebody will."""

from __future__ import annotations

import pytest

from bot.rules import Rules
from knowledge_base.articles import Article
from knowledge_base.matching.decide import Answered, decide
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import rank
from knowledge_base.revisions.clashes import clashes
from knowledge_base.revisions.health import problems_of
from knowledge_base.text.clauses import clauses_of
from knowledge_base.text.normalise import FILLERS, is_empty, normalise, readable, script_of, strip_fillers
from tests.conftest import MONDAY_MORNING
from tests.fakes.encoders import PaperEncoder

MESSAGES = ("打印机又卡纸了", "怎么退货", "？？？", "", "今天天气怎么样", "打" * 5000, "dayinji ka zhi")


def verdicts(index: Index) -> list[str]:
    """What becomes of each message; whatever it is, it is something."""
    at = index.thresholds()
    return [type(decide(rank(each, index), at.answer_at, at.suggest_at, 5)).__name__ for each in MESSAGES]


@pytest.fixture(params=[(), (PaperEncoder(),), (PaperEncoder("cheap"), PaperEncoder("costly", seed=7))], ids=len)
def encoders(request: pytest.FixtureRequest) -> tuple[PaperEncoder, ...]:
    found: tuple[PaperEncoder, ...] = request.param
    return found


# ── knowledge bases ───────────────────────────────────────────────────


def test_no_questions_know_nothing(encoders: tuple[PaperEncoder, ...]) -> None:
    index = build([], encoders=encoders)
    assert verdicts(index) == ["Unknown"] * len(MESSAGES)
    assert index.encoder is None
    assert list(problems_of(index)) == []
    index.warm()


def test_one_question_is_answered_suggested_and_not_forced_on_anybody(encoders: tuple[PaperEncoder, ...]) -> None:
    index = build(
        [Article("jam", "故障", "打印机卡纸了怎么办", ("一直卡纸", "纸卡在里面"), "请取出纸张。")], encoders=encoders
    )
    at = index.thresholds()
    exact = decide(rank("一直卡纸", index), at.answer_at, at.suggest_at, 5)
    assert isinstance(exact, Answered)
    assert rank("打印机卡纸怎么办", index)[0].confidence > at.answer_at
    assert all(one.confidence < at.suggest_at for one in rank("今天天气怎么样", index))
    assert verdicts(index)[2:5] == ["Unknown"] * 3


def test_one_question_of_a_single_phrasing_too(encoders: tuple[PaperEncoder, ...]) -> None:
    index = build([Article("jam", "故障", "打印机卡纸了怎么办", (), "请取出纸张。")], encoders=encoders)
    assert rank("打印机卡纸怎么办", index)[0].confidence > index.thresholds().suggest_at
    assert verdicts(index)[2:5] == ["Unknown"] * 3


def test_questions_of_one_phrasing_each_are_found(encoders: tuple[PaperEncoder, ...]) -> None:
    asked = (
        "打印机卡纸了怎么办",
        "怎么退货",
        "发票怎么开",
        "墨盒多少钱一个",
        "你们几点下班",
        "忘记密码怎么办",
        "安装要收费吗",
    )
    index = build([Article(str(n), "", each, (), "好的。") for n, each in enumerate(asked)], encoders=encoders)
    assert rank("打印机老是卡纸怎么办呢", index)[0].article.id == "0"
    assert rank("墨盒要多少钱", index)[0].article.id == "3"
    assert verdicts(index)[1:5] == ["Answered", "Unknown", "Unknown", "Unknown"]
    assert list(problems_of(index)) == []


def test_one_phrasing_under_two_answers_decides_nothing_and_is_reported(encoders: tuple[PaperEncoder, ...]) -> None:
    articles = [
        Article("return", "退换", "怎么退货", ("买错了想退", "七天无理由怎么申请"), "可以退。"),
        Article("swap", "退换", "怎么换货", ("怎么退货？", "想换一个"), "可以换。"),
    ]
    index = build(articles, encoders=encoders)
    found = rank("怎么退货", index)
    assert not any(one.exact for one in found)
    assert {one.article.id for one in found} == {"return", "swap"}
    assert list(clashes(articles)) == [
        '"怎么退货？" under question "swap" asks the same as "怎么退货" under "return"; keep it under one question.'
    ]


def test_every_phrasing_under_every_answer_is_learned_and_answers_nothing(encoders: tuple[PaperEncoder, ...]) -> None:
    same = ("怎么退货", "买错了想退", "不要了", "七天无理由", "退掉行不行")
    index = build([Article(str(n), "", same[0], same[1:], "") for n in range(20)], encoders=encoders)
    assert "Answered" not in verdicts(index)


def test_ten_megabytes_of_answers_are_built(encoders: tuple[PaperEncoder, ...]) -> None:
    answer = "请关机后打开后盖，取出卡住的纸张。" * 200  # 10 kB
    articles = [
        Article(str(n), "故障", f"第{chr(0x4E00 + n)}种机器卡纸怎么办", (f"{chr(0x4E00 + n)}卡住了",), answer + str(n))
        for n in range(100)
    ]
    articles.append(Article("long", "故障", "说明书全文", ("把说明书发给我",), answer * 900))
    assert sum(len(article.answer.encode()) for article in articles) > 10_000_000
    index = build(articles, encoders=encoders)
    assert rank("说明书的全文", index)[0].article.id == "long"


@pytest.mark.parametrize("question", ["？？？", "。", "😭😭", "\u200b", " ", "\x00", "——", "ㅤ"])
def test_a_question_of_signs_alone_is_never_asked_and_harms_no_other(
    encoders: tuple[PaperEncoder, ...], question: str
) -> None:
    assert is_empty(question)
    only = Article("signs", "", question, (), "什么？")
    assert verdicts(build([only], encoders=encoders)) == ["Unknown"] * len(MESSAGES)
    index = build([only, Article("return", "", "怎么退货", ("想退货",), "可以。"), only], encoders=encoders)
    assert verdicts(index)[1] == "Answered"
    assert rank(question, index) == ()


def test_a_phrasing_of_ten_thousand_characters_is_one_too(encoders: tuple[PaperEncoder, ...]) -> None:
    index = build(
        [Article("long", "", "说明" * 5000, ("a" * 10_000,), ""), Article("b", "", "怎么退货", (), "")],
        encoders=encoders,
    )
    assert rank("说明" * 5000, index)[0].exact
    assert rank("怎么退货", index)[0].exact


@pytest.mark.parametrize(
    "fillers", [(), ("",), ("？",), ("打印机卡纸了怎么办",), ("a", "aa", "aaa"), ("哈", "哈哈", "哈哈哈")]
)
def test_any_fillers_leave_questions_that_can_be_asked(fillers: tuple[str, ...]) -> None:
    index = build(
        [Article("jam", "", "打印机卡纸了怎么办", ("哈哈", "a a a"), ""), Article("b", "", "怎么退货", (), "")],
        fillers=fillers,
    )
    assert rank("打印机卡纸了怎么办", index)[0].article.id == "jam"
    assert rank("哈" * 99 + "吧", index) is not None


# ── messages ──────────────────────────────────────────────────────────

HOSTILE = {
    "one letter": "a" * 100_000,
    "letters of syllables": "ng" * 50_000,
    "brackets": "（" * 50_000,
    "numbered": "1." * 50_000,
    "commas in numbers": "1," * 50_000,
    "points": "." * 100_000,
    "spaces": " " * 100_000,
    "spaces inside": "打" + " " * 100_000 + "印",
    "line ends": "\n" * 100_000,
    "hyphens": "a-" * 50_000,
    "apostrophes": "a'" * 50_000,
    "a filler": "请问" * 20_000,
    "fillers of fillers": "请问一下" * 20_000,
    "fillers of fillers and a word": "打印机" + "请问一下" * 24 + "吗",
    "every filler": "".join(FILLERS) * 500,
    "fillers spaced": "请问 一下 " * 10_000,
    "nested quotes": "「『“‘" * 20_000 + "’”』」" * 20_000,
    "tags": "<b>" * 30_000,
    "clauses": "打印机卡纸，" * 20_000,
    "short clauses": "打，" * 50_000,
    "pinyin": "dayinji" * 20_000,
    "pinyin spaced": "da yin ji " * 10_000,
    "models": "ji1" * 30_000,
    "homophones": "打印鸡" * 20_000,
    "swapped": "机印打" * 20_000,
    "traditional": "印表機連不上網路" * 10_000,
    "every character": "".join(chr(0x4E00 + number) for number in range(20_000)),
    "words": " ".join(f"w{number}" for number in range(20_000)),
    "ligatures": "ﷺ" * 20_000,
    "combining": "e" + "\u0301" * 100_000,
    "invisible": "\u200b\u202e" * 50_000,
    "broken": "\ud800" * 50_000,
    "families": "👨‍👩‍👧" * 20_000,
    "digits": "٣" * 50_000,
    "mail": "a@b.c" * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_message_comes_back_with_a_result(rules: Rules, kind: str) -> None:
    text = HOSTILE[kind]
    found = rules.rank(text, "三级", MONDAY_MORNING)
    assert sum(one.confidence for one in found) <= 1
    assert len(rules.index.prepare(text).key) <= 200
    assert len(clauses_of(text)) <= 6
    for plain in (normalise(text), readable(text)):
        assert len(strip_fillers(plain, FILLERS)) <= len(plain)
    assert script_of(text) in {"zh-Hans", "zh-Hant", "en"}


@pytest.mark.parametrize("begins", ["打印机卡纸了怎么办", "怎么开发票"])
def test_five_thousand_characters_are_read_from_their_beginning(rules: Rules, begins: str) -> None:
    message = f"{begins}，" + "我上周买的机器今天早上来上班的时候发现有点不对劲" * 250
    assert len(message) > 5000
    asked = rank(begins, rules.index)[0].article.id
    assert asked in {one.article.id for one in rules.rank(message, "三级", MONDAY_MORNING)}
