"""Which article a message means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge_base.articles import Article
from knowledge_base.matching import ranking
from knowledge_base.matching.index import Index, build
from knowledge_base.matching.ranking import is_visible, rank
from tests.fakes.encoders import PaperEncoder

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def article(name: str, *phrasings: str, answer: str = "好的。", tiers: tuple[str, ...] = ()) -> Article:
    return Article(name, "故障", phrasings[0], phrasings[1:], answer, tiers)


ARTICLES = (
    article("wifi", "打印机连不上网络怎么办", "打印机连不上wifi", "打印机搜不到无线", answer="请检查路由器。"),
    article("install-fee", "安装要收费吗", "上门安装多少钱", "安装人工费多少钱", answer="首次安装免费。"),
    article("invoice-title", "发票抬头开错了怎么改", "抬头写错了能重开吗", answer="请把正确的抬头发给我们。"),
    article("invoice-late", "发票什么时候能开", "发票怎么还没给我", answer="一般三个工作日。"),
    article("jam", "打印机卡纸了怎么办", "一直卡纸", "纸卡在里面拿不出来", answer="请关机后取出纸张。"),
    article("toner", "墨盒多少钱一个", "换个硒鼓要多少钱", answer="价格见官网。"),
    article("hours", "你们几点下班", "客服上班时间", answer="每天八点到二十一点。"),
    article("return", "怎么退货", "买错了想退", "七天无理由怎么申请", answer="签收后七天内可以退货。"),
    article("password", "忘记密码怎么办", "登录不上去", answer="请点击找回密码。"),
    article("scan", "扫描怎么用", "扫描件发不到邮箱", answer="请先设置邮箱。"),
)


@pytest.fixture(scope="module")
def index() -> Index:
    return build(ARTICLES)


@pytest.mark.parametrize(
    "typed",
    [
        "打印机连不上wifi",
        "打印机连不上 ＷＩＦＩ！！",
        "请问打印机连不上wi-fi呢？",
        "印表機連不上wifi",
        "打印机连不上网络怎么办😭",
    ],
)
def test_the_same_words_are_an_exact_hit_however_they_are_dressed(index: Index, typed: str) -> None:
    best = rank(typed, index)[0]
    assert (best.article.id, best.exact, best.confidence) == ("wifi", True, 1.0)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("打印机连不上wifi了", "wifi"),
        ("大印机连不上wifi", "wifi"),
        ("打印鸡连不上wifi啊", "wifi"),
        ("打印机连不上wfi", "wifi"),
        ("印表機連不上網路", "wifi"),
        ("安装人工费多少", "install-fee"),
        ("发票抬头开错了", "invoice-title"),
        ("發票抬頭開錯了怎麼辦", "invoice-title"),
        ("墨合多少钱一个", "toner"),
        ("打印机老是卡纸了怎么办呀", "jam"),
    ],
)
def test_typos_homophones_and_small_changes_stay_nearly_certain(index: Index, typed: str, meant: str) -> None:
    best, *others = rank(typed, index)
    assert (best.article.id, best.exact) == (meant, False)
    assert best.confidence >= 0.8
    assert all(best.confidence - other.confidence >= 0.2 for other in others)


def test_a_question_about_labour_cost_is_not_a_wish_for_a_person(index: Index) -> None:
    assert rank("安装人工费多少钱", index)[0].exact


def test_a_phrasing_inside_a_longer_story_is_found(index: Index) -> None:
    best = rank("我上周在你们这买的机器，今天早上发现打印机连不上wifi，麻烦尽快看看，下午开会要用", index)[0]
    assert best.article.id == "wifi"
    assert best.phrasing == "打印机连不上wifi"
    assert best.confidence >= 0.5
    assert "clause" in best.sources


@pytest.mark.parametrize("word", ["打印机", "发票", "多少钱", "怎么办", "密码", "退货"])
def test_a_bare_word_out_of_a_phrasing_is_never_certain(index: Index, word: str) -> None:
    assert all(candidate.confidence < 0.86 for candidate in rank(word, index))


@pytest.mark.parametrize("typed", ["今天天气怎么样", "推荐个餐馆", "hello", "123456", "我是上海的", "股票涨了吗"])
def test_what_nobody_wrote_about_is_not_near_anything(index: Index, typed: str) -> None:
    assert all(candidate.confidence < 0.3 for candidate in rank(typed, index))


def test_two_articles_on_one_word_come_close_together(index: Index) -> None:
    first, second = rank("发票", index)[:2]
    assert {first.article.id, second.article.id} == {"invoice-title", "invoice-late"}


@pytest.mark.parametrize("typed", ["", "？？？", "😭", "\u200b\u202e", "\x00"])
def test_a_message_without_words_has_no_candidates(index: Index, typed: str) -> None:
    assert rank(typed, index) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "打" * 100_000,
        "<script>alert(1)</script>",
        "'; DROP TABLE kb_articles; --",
        "\ud800打印机",
        "打印机连不上wifi" * 500,
    ],
)
def test_hostile_text_is_only_text(index: Index, typed: str) -> None:
    assert all(0 <= candidate.confidence < 1 for candidate in rank(typed, index))


def test_each_article_comes_once_best_first_and_no_more_than_asked_for(index: Index) -> None:
    found = rank("打印机连不上，发票没开，扫描也不行，墨盒多少钱", index, limit=2)
    assert len(found) == 2
    assert len({candidate.article.id for candidate in found}) == 2
    assert [candidate.confidence for candidate in found] == sorted((one.confidence for one in found), reverse=True)


def test_an_empty_knowledge_base_knows_nothing() -> None:
    assert rank("打印机", build([])) == ()


def test_an_article_for_other_tiers_is_skipped_and_the_next_one_found() -> None:
    kept = build([article("a", "怎么退货", tiers=("一级",)), article("b", "怎么退货呢不想要了")])
    assert rank("怎么退货", kept, tier="一级")[0].article.id == "a"
    assert [one.article.id for one in rank("怎么退货", kept, tier="三级")] == ["b"]
    assert rank("怎么退货", kept)[0].article.id == "a"


def test_an_article_holds_from_its_first_instant_until_just_before_its_last() -> None:
    limited = Article("a", "退换", "怎么退货", (), "好的。", (), NOON, NOON + HOUR)
    assert not is_visible(limited, None, NOON - timedelta(microseconds=1))
    assert is_visible(limited, None, NOON)
    assert not is_visible(limited, None, NOON + HOUR)
    assert is_visible(limited, None, None)
    assert rank("怎么退货", build([limited]), now=NOON + HOUR) == ()


def test_fillers_of_the_policy_count_on_both_sides() -> None:
    index = build([article("a", "麻烦了怎么退货")], fillers=("麻烦了", "老板"))
    assert rank("老板，怎么退货", index)[0].exact


def test_a_thousand_phrasings_are_ranked_one_candidate_per_article() -> None:
    many = [article(f"a{n}", *(f"第{n}种问题{m}怎么处理" for m in range(10))) for n in range(100)]
    best = rank("第42种问题3怎么处理呀", build(many))[0]
    assert best.article.id == "a42"


# ── the same words under two questions ────────────────────────────────


def test_the_same_words_under_two_questions_decide_nothing() -> None:
    index = build([*ARTICLES, article("return-b", "怎么退货", "不要了能退吗")])
    found = rank("怎么退货", index)
    assert {one.article.id for one in found[:2]} == {"return", "return-b"}
    assert not any(one.exact for one in found)


def test_unless_one_is_written_for_some_tiers_and_this_customer_is_of_one() -> None:
    index = build([*ARTICLES, article("return-vip", "怎么退货", tiers=("一级", "二级"))])
    best = rank("怎么退货", index, tier="一级")[0]
    assert (best.article.id, best.exact, best.confidence) == ("return-vip", True, 1.0)
    best = rank("怎么退货", index, tier="三级")[0]
    assert (best.article.id, best.exact) == ("return", True)


def test_two_written_for_the_same_tier_decide_nothing_either() -> None:
    index = build(
        [*ARTICLES, article("a", "怎么退货", tiers=("一级",)), article("b", "怎么退货", tiers=("一级", "二级"))]
    )
    assert not any(one.exact for one in rank("怎么退货", index, tier="一级"))
    assert rank("怎么退货", index, tier="二级")[0].article.id == "b"


def test_twice_under_one_question_is_still_one_question() -> None:
    assert rank("怎么退货", build([article("a", "怎么退货", "怎么退货！", "怎么退货？")]))[0].exact


# ── what is hidden ────────────────────────────────────────────────────


def test_what_may_not_be_shown_takes_no_chance_from_what_may() -> None:
    rival = article("wifi-vip", "打印机连不上无线怎么办", "打印机断网了怎么办", tiers=("特级",))
    index = build([*ARTICLES, rival])
    typed = "打印机连不上无线网络"
    shown = {one.article.id: one.confidence for one in rank(typed, index, tier="特级")}
    hidden = {one.article.id: one.confidence for one in rank(typed, index, tier="三级")}
    assert "wifi-vip" in shown
    assert "wifi-vip" not in hidden
    assert hidden["wifi"] > shown["wifi"]


def test_a_campaigns_many_questions_out_of_date_do_not_hide_the_one_that_is_left() -> None:
    signs = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"
    past = [
        Article(
            f"sale-{sign}", "退换", f"打折的墨盒怎么退货{sign}", (f"活动买的怎么退货{sign}",), "好的。", (), None, NOON
        )
        for sign in signs
    ]
    index = build([*past, *ARTICLES])
    assert rank("打折的墨盒怎么退货啊亲", index)[0].article.id.startswith("sale-")
    assert rank("打折的墨盒怎么退货啊亲", index, now=NOON)[0].article.id == "return"


def test_when_everything_is_hidden_nothing_is_found() -> None:
    assert rank("怎么退货啦", build([article("a", "怎么退货", "想退货", tiers=("一级",))] * 2), tier="三级") == ()


# ── why ───────────────────────────────────────────────────────────────


def test_an_answer_says_which_phrasing_came_closest_and_who_agreed(index: Index) -> None:
    best = rank("发票抬头写错了能重新开吗", index)[0]
    assert best.phrasing == "抬头写错了能重开吗"
    assert best.sources == ("classifier", "writing")
    assert rank("抬头写错了能重开吗", index)[0].sources == ("exact",)


def test_meaning_is_a_source_where_there_is_an_encoder() -> None:
    best = rank("发票抬头写错了能重新开吗", build(ARTICLES, encoders=[PaperEncoder()]))[0]
    assert best.article.id == "invoice-title"
    assert set(best.sources) == {"classifier", "writing", "meaning"}


def test_who_is_only_near_is_no_source(index: Index) -> None:
    assert all(not {"classifier", "writing"} & set(one.sources) for one in rank("发票抬头开错了", index)[1:])


@pytest.mark.parametrize("typed", ["打印机连不上", "发票", "墨盒", "怎么办", "怎么退货发票怎么开", "上班时间扫描"])
def test_confidences_never_exceed_one_together(index: Index, typed: str) -> None:
    assert sum(one.confidence for one in rank(typed, index, limit=100)) <= 1


# ── a second encoder, only when in doubt ──────────────────────────────

ASKED = (
    "打印机连不上wifi了",
    "发票抬头开错了",
    "今天天气怎么样",
    "我想买个本子",
    "打印机的事情",
    "发票的问题",
    "能便宜一点吗",
    "打印机要多少钱",
    "客服在不在上班",
    "邮箱登录不上",
)


def test_a_costly_encoder_is_asked_exactly_when_the_cheap_sources_are_in_doubt() -> None:
    costly = PaperEncoder("costly", seed=7)
    alone = build(ARTICLES, encoders=[PaperEncoder("cheap")])
    index = build(ARTICLES, encoders=[PaperEncoder("cheap"), costly])
    found = {}
    for typed in ASKED:
        costly.asked.clear()
        rank(typed, index)
        best = max((one.confidence for one in rank(typed, alone)), default=0.0)
        found[typed] = bool(costly.asked)
        assert found[typed] == (ranking._DOUBT[0] < best < ranking._DOUBT[1]), (typed, best)
    assert set(found.values()) == {True, False}


def test_an_exact_hit_and_a_message_without_words_ask_no_encoder() -> None:
    encoders = [PaperEncoder("cheap"), PaperEncoder("costly", seed=7)]
    index = build(ARTICLES, encoders=encoders)
    for encoder in encoders:
        encoder.asked.clear()
    assert rank("怎么退货！", index)[0].exact
    assert rank("？？？", index) == ()
    assert [encoder.asked for encoder in encoders] == [[], []]


def test_each_encoder_reads_a_message_and_each_of_its_clauses_once() -> None:
    encoders = [PaperEncoder("cheap"), PaperEncoder("costly", seed=7)]
    index = build(ARTICLES, encoders=encoders)
    for encoder in encoders:
        encoder.asked.clear()
    rank("我上周在你们这买的机器，今天早上不知道怎么回事，老板让我问问看，下午开会要用", index)
    assert len(encoders[0].asked) in (1, 5)
    for encoder in encoders:
        assert len(encoder.asked) == len(set(encoder.asked))


def test_what_an_encoder_raises_is_raised() -> None:
    encoder = PaperEncoder()
    index = build(ARTICLES, encoders=[encoder])
    encoder.fails = True
    with pytest.raises(RuntimeError):
        rank("打印机的事情", index)
    assert rank("怎么退货", index)[0].exact


# ── clauses ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_question_among_clauses_that_ask_nothing_is_found_wherever_it_stands(index: Index, place: int) -> None:
    clauses = ["今天刚出差回来有点累", "我是你们的老客户了"]
    clauses.insert(place, "发票抬头开错了怎么改一下")
    assert rank("，".join(clauses), index)[0].article.id == "invoice-title"


def test_a_message_that_is_clear_as_a_whole_is_not_cut(index: Index) -> None:
    best = rank("发票抬头，开错了，怎么改，帮忙", index)[0]
    assert best.article.id == "invoice-title"
    assert "clause" not in best.sources
