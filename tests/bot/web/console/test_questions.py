"""Questions are kept in the console: found, edited in a draft, checked, published, restored."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from knowledge_base.adjusting.judged_store import save_judgement
from knowledge_base.revisions import draft_store, regression_store, revision_store
from knowledge_base.revisions.entries import fingerprint
from knowledge_base.revisions.regressions import Regression
from tests.bot.scene import ARTICLES, INVOICE, JAM, ORDER, WIFI, Scene
from tests.bot.web.console.console_scene import HOSTILE, Console, Seat, alert_of, csrf_of

PAGE = "/console/knowledge/question"
DRAFT = "/console/knowledge/draft"
LIST = "/console/knowledge/questions"


@pytest.fixture
def console(console: Console, scene: Scene) -> Console:
    """With a first revision published."""
    scene.write(revision_store.save_revision, ARTICLES, scene.now, "first", author="韩梅")
    return console


@pytest.fixture
async def keeper(console: Console) -> Seat:
    return await console.sits("li", "lead")


def fields(article: Any, seen: Any = "same", **changes: Any) -> dict[str, Any]:
    """What the form of an article sends."""
    sent = {"id": article.id, "question": article.question, "similar": "\n".join(article.similar)}
    sent |= {"answer": article.answer, "night_answer": "", "category": article.category, "tiers": list(article.tiers)}
    return sent | {"seen": fingerprint(article) if seen == "same" else seen, **changes}


async def send(seat: Seat, path: str, **sent: Any) -> httpx.Response:
    return await seat.browser.post(path, data={"csrf": csrf_of(await seat.look(LIST)), **sent})


async def save(seat: Seat, article: Any, **changes: Any) -> httpx.Response:
    return await send(seat, f"{PAGE}/save", **fields(article, **changes))


async def checked(console: Console, seat: Seat) -> httpx.Response:
    """Check the draft and return its page when that is done."""
    assert (await send(seat, f"{DRAFT}/check")).status_code == 303
    await console.app.state.draft_checks.wait()
    return await seat.look(DRAFT)


def status_of(page: httpx.Response) -> str:
    found = re.search(r'role="status">([^<]+)<', page.text)
    return html.unescape(found[1]) if found else ""


def published(scene: Scene) -> dict[str, Any]:
    return {article.id: article for article in scene.read(revision_store.load_published)[1]}


def asked(page: httpx.Response) -> list[str]:
    return [html.unescape(each) for each in re.findall(r'question\?id=[^"]+">([^<]+)</a>', page.text)]


# Finding


async def test_questions_are_found_by_words_topic_and_state(keeper: Seat) -> None:
    assert len(asked(await keeper.look(LIST))) == len(ARTICLES)
    assert asked(await keeper.look(f"{LIST}?q=发票")) == [INVOICE.question]
    assert asked(await keeper.look(f"{LIST}?q=后盖")) == [JAM.question]  # in the answer
    assert asked(await keeper.look(f"{LIST}?topic=故障")) == [WIFI.question, JAM.question]
    page = await keeper.look(f"{LIST}?q=没有这样的问题")
    assert "没有符合条件的问题" in page.text


async def test_pinyin_finds_what_it_stands_for(keeper: Seat) -> None:
    assert asked(await keeper.look(f"{LIST}?q=fapiao")) == [INVOICE.question]


async def test_how_a_question_is_used_stands_in_its_line_and_sorts(keeper: Seat, scene: Scene) -> None:
    facts = [Fact(scene.now, "bot_answered", 1, part=JAM.id)] * 3 + [Fact(scene.now, "bot_helped", 1, part=JAM.id)]
    scene.write(save_facts, facts, scene.policy.zone)
    for number, right in enumerate((True, True, False)):
        about = {"conversation_id": 1, "article_id": JAM.id, "confidence": 0.9, "told_by": "customer"}
        scene.write(save_judgement, f"line {number}", **about, is_right=right, now=scene.now)
    page = await keeper.look(f"{LIST}?sort=asked")
    assert asked(page)[0] == JAM.question
    row = page.text[page.text.index(JAM.question) :][:1500]
    assert 'data-label="问到" class="num">3<' in row
    assert 'data-label="有帮助" class="num">1<' in row
    assert "67% <small>2/3</small>" in row
    assert asked(await keeper.look(f"{LIST}?sort=precision"))[0] == JAM.question


async def test_a_page_of_many_questions_takes_no_more_queries(console: Console, scene: Scene) -> None:
    seat = await console.sits("zhao", "lead")
    counts: list[int] = []
    for number in (1, 60):
        more = tuple(replace(ORDER, id=f"x{each}", question=f"第{each}个问题", similar=()) for each in range(number))
        scene.write(revision_store.save_revision, (*ARTICLES, *more), scene.now, "more")
        seen: list[str] = []

        def note(_db: Any, _cursor: Any, statement: str, *_rest: Any, seen: list[str] = seen) -> None:
            seen.append(statement)

        engine = scene.database.engine
        event.listen(engine, "before_cursor_execute", note)
        await seat.look(LIST)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    page = await seat.look(f"{LIST}?page=2")
    assert "第 2 / 3 页" in page.text


# Editing


async def test_an_edit_stays_in_the_draft_until_it_is_published(console: Console, keeper: Seat, scene: Scene) -> None:
    answer = await save(keeper, JAM, answer="请打开前盖。", similar="卡纸了\n纸卡住了")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?id=paper-jam&done=saved")
    assert published(scene)[JAM.id] == JAM
    page = await keeper.look(answer.headers["location"])
    assert status_of(page) == "已保存到草稿，客户暂时看不到；发布后生效。"
    assert "草稿有改动" in page.text
    assert asked(await keeper.look(f"{LIST}?state=changed")) == [JAM.question]
    draft = await keeper.look(DRAFT)
    assert '<del><span class="sr">原来：</span>请打开后盖取出卡住的纸。</del>' in draft.text
    assert "客服li (li)" in draft.text
    page = await checked(console, keeper)
    assert status_of(page) == "检验通过：必须保持不变的回答都保持不变。"
    done = await send(keeper, f"{DRAFT}/publish", note="换盖")
    assert done.headers["location"] == f"{DRAFT}?done=published"
    assert published(scene)[JAM.id] == replace(JAM, answer="请打开前盖。", similar=("卡纸了", "纸卡住了"))
    assert scene.read(revision_store.find_draft) is None
    found = scene.read(revision_store.find_revision, scene.read(revision_store.current_revision))
    assert found is not None
    assert (found.note, found.author) == ("换盖", "客服li (li)")
    history = await keeper.look(f"{PAGE}?id=paper-jam")
    assert "改动记录" in history.text


async def test_the_second_who_saves_is_told_who_was_first_and_loses_nothing(
    console: Console, keeper: Seat, scene: Scene
) -> None:
    other = await console.sits("wu", "lead")
    await save(keeper, JAM, answer="甲的答案。")
    scene.pass_time(minutes=2)
    answer = await save(other, JAM, answer="乙的答案。")
    assert answer.status_code == 409
    assert alert_of(answer) == (
        "客服li (li) 今天 10:00 改过这个问题，您的内容没有保存。"
        "下面列出两边的不同；核对后再保存一次，会以您的为准，对方的内容留在改动记录里。"
    )
    assert "甲的答案。" in answer.text
    assert "乙的答案。" in answer.text
    seen = re.search(r'name="seen" value="([^"]+)"', answer.text)
    assert seen is not None
    again = await save(other, JAM, answer="乙的答案。", seen=seen[1])
    assert again.status_code == 303
    changes = scene.read(draft_store.changes_of, JAM.id, 10)
    assert [(one.author, one.after.answer) for one in changes if one.after] == [
        ("客服wu (wu)", "乙的答案。"),
        ("客服li (li)", "甲的答案。"),
    ]


async def test_a_new_question_is_refused_where_its_words_stand_elsewhere(keeper: Seat, scene: Scene) -> None:
    new = {"id": "", "question": "发票怎么开？", "similar": "", "answer": "好。", "category": "发票", "seen": ""}
    refused = await send(keeper, f"{PAGE}/save", **new)
    assert (refused.status_code, alert_of(refused)) == (
        422,
        "「发票怎么开？」与问题「怎么开发票」的问法「发票怎么开」相同，同一句话只能归在一个问题下。",
    )
    assert 'value="发票怎么开？"' in refused.text
    assert scene.read(revision_store.find_draft) is None
    saved = await send(keeper, f"{PAGE}/save", **{**new, "question": "能开电子发票吗"})
    assert saved.status_code == 303
    assert asked(await keeper.look(f"{LIST}?state=changed")) == ["能开电子发票吗"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"question": ""}, "请填写标准问，像客户那样问。"),
        ({"question": "？？"}, "「？？」里没有文字，请像客户那样问。"),
        ({"answer": " "}, "请填写答案。"),
        ({"category": "没有的分类"}, "没有「没有的分类」这个分类，请从列表里选择。"),
        ({"tiers": ["零级"]}, "政策里没有「零级」这个等级。"),
        ({"valid_from": "明天"}, "「明天」不是日期和时间，请写成 2026-11-01 08:00 这样。"),
        (
            {"valid_from": "2026-12-02T00:00", "valid_until": "2026-12-01T00:00"},
            "失效时间须晚于生效时间。",
        ),
    ],
)
async def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(
    keeper: Seat, scene: Scene, changes: dict[str, Any], said: str
) -> None:
    refused = await save(keeper, JAM, similar="保留这一句", **changes)
    assert (refused.status_code, alert_of(refused)) == (422, said)
    assert "保留这一句" in refused.text
    assert scene.read(revision_store.find_draft) is None


async def test_a_retired_question_can_be_found_and_comes_back(console: Console, keeper: Seat, scene: Scene) -> None:
    answer = await send(keeper, f"{PAGE}/retire", id=JAM.id, seen=fingerprint(JAM))
    assert answer.headers["location"] == f"{PAGE}?id=paper-jam&done=retired"
    await checked(console, keeper)
    await send(keeper, f"{DRAFT}/publish")
    assert JAM.id not in published(scene)
    assert asked(await keeper.look(f"{LIST}?state=retired")) == [JAM.question]
    page = await keeper.look(f"{PAGE}?id=paper-jam")
    assert "恢复并保存到草稿" in page.text
    assert (await save(keeper, JAM, seen="-")).status_code == 303
    await checked(console, keeper)
    await send(keeper, f"{DRAFT}/publish")
    assert published(scene)[JAM.id] == JAM


async def test_whatever_is_typed_is_text(console: Console, keeper: Seat) -> None:
    await save(keeper, JAM, answer=HOSTILE, similar=HOSTILE)
    for path in (f"{PAGE}?id=paper-jam", DRAFT, LIST, f"{LIST}?q=%3Cscript%3E"):
        assert "<script>alert" not in (await keeper.look(path)).text


# Checking and publishing


async def test_what_must_stay_keeps_the_draft_back_unless_somebody_insists(
    console: Console, keeper: Seat, scene: Scene
) -> None:
    scene.write(regression_store.save_regressions, [Regression("卡纸了", JAM.id)], scene.now)
    await save(keeper, JAM, similar="")
    await save(keeper, WIFI, similar="卡纸了")
    page = await checked(console, keeper)
    assert "「卡纸了」应由「打印机卡纸怎么办」回答，改后不再如此" in page.text
    refused = await send(keeper, f"{DRAFT}/publish")
    assert (refused.status_code, alert_of(refused)) == (
        409,
        "没有发布：有必须保持不变的回答会改变。请修改后再检验；确认无妨的，请勾选「仍然发布」。",
    )
    assert published(scene)[JAM.id] == JAM
    assert (await send(keeper, f"{DRAFT}/publish", anyway="1")).status_code == 303


async def test_a_draft_changed_after_its_check_is_checked_again(console: Console, keeper: Seat) -> None:
    refused = await send(keeper, f"{DRAFT}/publish")
    assert alert_of(refused) == "现在没有草稿。"
    await save(keeper, JAM, answer="一。")
    refused = await send(keeper, f"{DRAFT}/publish")
    assert alert_of(refused) == "草稿检验之后又有改动，请重新检验再发布。"
    await checked(console, keeper)
    await save(keeper, ORDER, answer="二。")
    refused = await send(keeper, f"{DRAFT}/publish")
    assert alert_of(refused) == "草稿检验之后又有改动，请重新检验再发布。"


async def test_a_draft_of_a_former_policy_says_what_must_be_put_right(
    console: Console, keeper: Seat, scene: Scene
) -> None:
    former = (replace(JAM, category="以前的分类"), ORDER)
    scene.write(revision_store.save_draft, former, scene.now, "file", author="韩梅", based_on=1)
    page = await checked(console, keeper)
    assert f"{JAM.question}</a>：没有「以前的分类」这个分类，请从列表里选择。" in page.text
    assert "仍然发布" not in page.text


async def test_a_draft_is_brought_up_to_date_and_conflicts_are_decided(
    console: Console, keeper: Seat, scene: Scene
) -> None:
    await save(keeper, JAM, answer="草稿的答案。")
    await save(keeper, ORDER, similar="查订单\n我的单子呢")
    theirs = (replace(JAM, answer="已发布的答案。"), replace(ORDER, answer="新入口。"))
    others = [one for one in ARTICLES if one.id not in (JAM.id, ORDER.id)]
    scene.write(revision_store.save_revision, (*theirs, *others), scene.now, "meanwhile", author="韩梅", based_on=1)
    refused = await send(keeper, f"{DRAFT}/check")
    assert refused.status_code == 409
    assert re.fullmatch("草稿开始之后，第 [0-9]+ 版已经发布，请先把草稿更新到最新版本。", alert_of(refused))
    page = await keeper.look(DRAFT)
    assert "已发布的答案。</del><ins>" in page.text
    undecided = await send(keeper, f"{DRAFT}/merge")
    assert alert_of(undecided) == "双方都改过的问题，请逐一选择以哪一边为准。"
    done = await send(keeper, f"{DRAFT}/merge", **{f"q:{JAM.id}": "ours"})
    assert done.headers["location"] == f"{DRAFT}?done=merged"
    await checked(console, keeper)
    await send(keeper, f"{DRAFT}/publish")
    found = published(scene)
    assert found[JAM.id].answer == "草稿的答案。"
    assert found[ORDER.id] == replace(ORDER, answer="新入口。", similar=("查订单", "我的单子呢"))


async def test_a_dropped_draft_stays_on_record(keeper: Seat, scene: Scene) -> None:
    await save(keeper, JAM, answer="不要了。")
    stale = await send(keeper, f"{DRAFT}/drop", at="2026-01-01T00:00:00+00:00")
    assert alert_of(stale) == "刚才有人改了草稿或发布了新版本，这一步没有执行。请核对后再试。"
    page = await keeper.look(DRAFT)
    at = re.search(r'name="at" value="([^"]+)"', page.text)
    assert at is not None
    assert (await send(keeper, f"{DRAFT}/drop", at=at[1])).headers["location"] == f"{DRAFT}?done=dropped"
    assert scene.read(revision_store.find_draft) is None
    assert "随草稿放弃" in (await keeper.look(f"{PAGE}?id=paper-jam")).text


async def test_an_earlier_edition_comes_back_on_record(console: Console, keeper: Seat, scene: Scene) -> None:
    await save(keeper, JAM, answer="新的。")
    await checked(console, keeper)
    await send(keeper, f"{DRAFT}/publish")
    page = await keeper.look("/console/knowledge/editions")
    assert "第 1 版" in page.text
    done = await send(keeper, "/console/knowledge/editions/1/restore")
    assert done.headers["location"] == "/console/knowledge/editions?done=restored"
    assert published(scene)[JAM.id] == JAM
    found = scene.read(revision_store.find_revision, scene.read(revision_store.current_revision))
    assert found is not None
    assert (found.note, found.author) == ("恢复到第 1 版", "客服li (li)")
    again = await send(keeper, f"/console/knowledge/editions/{found.id}/restore")
    assert alert_of(again) == f"第 {found.id} 版就是正在使用的版本，不用恢复。"


# Trying


async def test_a_sentence_is_tried_by_what_is_published_and_by_the_draft(console: Console, keeper: Seat) -> None:
    page = await keeper.look("/console/knowledge/try?text=发票怎么开")
    assert "与一条问法完全相同。" in page.text
    assert INVOICE.answer in page.text
    assert "按草稿" not in page.text
    await save(keeper, INVOICE, answer="草稿里的答案。")
    page = await keeper.look("/console/knowledge/try?text=发票怎么开")
    assert "草稿有新改动，正在准备" in page.text
    await console.app.state.draft_rules.wait()
    page = await keeper.look("/console/knowledge/try?text=发票怎么开")
    assert "草稿里的答案。" in page.text
    assert INVOICE.answer in page.text


async def test_a_wish_for_a_person_is_said_to_be_handed_over(keeper: Seat) -> None:
    page = await keeper.look("/console/knowledge/try?text=转人工")
    assert "<b>转人工</b>" in page.text
    assert "转人工的原因：客户要求人工。" in page.text


# Who


async def test_agents_keep_out(console: Console) -> None:
    seat = await console.sits("wang")
    for path in (LIST, PAGE, DRAFT, "/console/knowledge/editions", "/console/knowledge/try"):
        answer = await seat.look(path)
        assert (answer.status_code, alert_of(answer)) == (
            403,
            "这个页面供组长和主管使用，如需调整知识库请联系组长。",
        )
