"""A gap is closed by publishing its question, or is put aside; every refusal says what would be right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from bot.agents.actions import Reply as AgentReply
from bot.config.settings import Settings
from bot.knowledge import gap_closing
from bot.knowledge.gap_closing import LONGEST_ANSWER, AsNew, AsSimilar, GapRefused, accept, dismiss
from bot.knowledge.publishing import NotPublished, publish
from bot.knowledge.shown_gaps import shown_gaps
from bot.rules import Rules
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import cluster
from knowledge_base.gaps.gap_store import gaps
from knowledge_base.matching.index import build
from knowledge_base.revisions import regression_store, revision_store
from knowledge_base.revisions.regressions import Regression
from tests.bot.scene import ARTICLES, INVOICE, ORDER, Scene

ASKED = "你们卖3D打印机吗"
REPLY = "目前没有3D打印机，只有办公用的打印机和复印机。"
Outcome = dict[str, Any]


@pytest.fixture
def shop(scene_anywhere: Scene) -> Scene:
    """The scene with its questions published."""
    scene_anywhere.write(revision_store.save_revision, ARTICLES, scene_anywhere.now, "first")
    return scene_anywhere


def gap(scene: Scene, text: str = ASKED, reason: Any = "unanswered", **more: Any) -> int:
    number: int = scene.write(gap_store.add_gap, reason, text, scene.now, **more)
    return number


def accepted(scene: Scene, number: int, how: AsSimilar | AsNew, **more: Any) -> gap_closing.Accepted:
    return accept(scene.database, scene.rules, number, how, author="李雷", now=scene.now, **more)


def refused(scene: Scene, number: int, how: AsSimilar | AsNew, **more: Any) -> str:
    before = scene.read(revision_store.current_revision), len(scene.read(gap_store.open_gaps))
    with pytest.raises(GapRefused) as why:
        accepted(scene, number, how, **more)
    assert (scene.read(revision_store.current_revision), len(scene.read(gap_store.open_gaps))) == before
    return str(why.value)


def published(scene: Scene) -> dict[str, Any]:
    return {article.id: article for article in scene.read(revision_store.load_published)[1]}


def states(scene: Scene) -> list[tuple[int, str, str | None]]:
    query = gaps.select().order_by(gaps.c.id)
    return [(row.id, row.state, row.settled_by) for row in scene.read(lambda db: db.execute(query).all())]


def test_as_a_similar_question_it_is_published_and_settled_with_all_that_ask_the_same(shop: Scene) -> None:
    number = gap(shop, "发票能开给分公司不")
    gap(shop, "发票能开给分公司不？")
    other = gap(shop)
    done = accepted(shop, number, AsSimilar(INVOICE.id))
    assert (done.revision, done.added, done.messages) == (2, ("发票能开给分公司不？",), 2)
    assert published(shop)[INVOICE.id].similar == (*INVOICE.similar, "发票能开给分公司不？")
    assert states(shop) == [(1, "accepted", "李雷"), (2, "accepted", "李雷"), (other, "open", None)]
    revision = shop.read(revision_store.find_revision, 2)
    assert (revision.author, revision.based_on, revision.created_at) == ("李雷", 1, shop.now)


def test_everything_else_stays_as_it_was(shop: Scene) -> None:
    accepted(shop, gap(shop), AsSimilar(ORDER.id))
    after = shop.read(revision_store.load_published)[1]
    assert [article.id for article in after] == [article.id for article in ARTICLES]
    assert after[1:] == ARTICLES[1:]


async def test_every_replica_answers_it_without_a_restart(shop: Scene) -> None:
    service = Service(Settings(), shop.database, shop.rules, ChangeFeed("sqlite://"), shop.clock, "s" * 32)
    accepted(shop, gap(shop, reply=REPLY), AsNew("订单"))
    assert await service.refresh()
    [best, *_] = service.rules.rank(ASKED, "三级", shop.now)
    assert (best.article.answer, best.exact) == (REPLY, True)


def test_as_a_new_question_the_persons_reply_is_its_answer(shop: Scene) -> None:
    number = gap(shop, reply=REPLY)
    done = accepted(shop, number, AsNew("订单"))
    article = published(shop)[f"gap-{number}"]
    assert article == done.article
    assert (article.category, article.question, article.similar, article.answer) == ("订单", ASKED, (), REPLY)


def test_a_person_may_word_question_and_answer_anew(shop: Scene) -> None:
    number = gap(shop, reply=REPLY)
    done = accepted(shop, number, AsNew("耗材", (" 卖3D 打印机吗 ", "有没有3D打印机", "有没有3D打印机？"), " 没有。 "))
    assert (done.article.question, done.article.similar, done.article.answer) == (
        "卖3D 打印机吗",
        ("有没有3D打印机",),
        "没有。",
    )


def test_several_wordings_may_be_added_at_once(shop: Scene) -> None:
    done = accepted(shop, gap(shop), AsSimilar(ORDER.id, ("能看见我买的东西吗", "买过什么哪里看")))
    assert done.added == ("能看见我买的东西吗", "买过什么哪里看")


def test_an_id_that_is_taken_is_not_taken_twice(shop: Scene) -> None:
    number = gap(shop, reply=REPLY)
    taken = ARTICLES[0].__class__(f"gap-{number}", "订单", "别的问题", (), "答")
    shop.write(revision_store.save_revision, [*ARTICLES, taken], shop.now, "second")
    assert accepted(shop, number, AsNew("订单")).article.id == f"gap-{number}-again"


def test_dismissed_it_is_gone_and_nothing_is_published(shop: Scene) -> None:
    number = gap(shop, "讲个笑话")
    assert dismiss(shop.database, shop.rules, number, author="李雷", now=shop.now).text == "讲个笑话"
    assert states(shop) == [(number, "dismissed", "李雷")]
    assert shop.read(revision_store.current_revision) == 1
    with pytest.raises(GapRefused, match=f"There is no open gap {number}"):
        dismiss(shop.database, shop.rules, number, author="韩梅", now=shop.now)


def test_what_came_after_the_page_was_looked_at_stays_open(shop: Scene) -> None:
    seen = gap(shop)
    shop.clock.advance(minutes=1)
    later = gap(shop)
    done = accepted(shop, seen, AsSimilar(ORDER.id, ("卖不卖3D打印机",)), until=seen)
    assert done.messages == 1
    assert states(shop) == [(seen, "accepted", "李雷"), (later, "open", None)]


def test_any_message_of_a_gap_leads_to_it(shop: Scene) -> None:
    gap(shop)
    assert accepted(shop, gap(shop), AsSimilar(ORDER.id)).messages == 2


# Refusals, each a whole sentence


def test_a_gap_that_is_not_there(shop: Scene) -> None:
    assert refused(shop, 17, AsSimilar(ORDER.id)) == "There is no open gap 17; `jiedai kb gaps` lists those there are."


def test_a_question_that_is_not_there(shop: Scene) -> None:
    number = gap(shop)
    assert refused(shop, number, AsSimilar("invoice-hwo")) == (
        'There is no question "invoice-hwo"; did you mean "invoice-how"?'
    )
    assert refused(shop, number, AsSimilar("?")) == (
        'There is no question "?"; `jiedai kb export FILE` writes all of them to a file.'
    )


def test_a_category_that_is_not_in_the_policy(shop: Scene) -> None:
    told = refused(shop, gap(shop, reply=REPLY), AsNew("发漂"))
    assert told == 'The category "发漂" is not in the policy; did you mean "发票"?'


def test_a_phrasing_of_another_question_names_it(shop: Scene) -> None:
    number = gap(shop, reply=REPLY)
    sentence = '"发票 怎么开？" asks the same as "发票怎么开" under question "invoice-how"; keep it under one question.'
    assert refused(shop, number, AsSimilar(ORDER.id, ("发票 怎么开？",))) == sentence
    assert refused(shop, number, AsNew("订单", ("发票 怎么开？",))) == sentence


def test_a_phrasing_that_the_question_has_already(shop: Scene) -> None:
    number = gap(shop, "发票怎么开", "rejected", article_id=INVOICE.id)
    assert refused(shop, number, AsSimilar(INVOICE.id)) == (
        '"发票怎么开" asks the same as "发票怎么开", which question "invoice-how" holds already.'
    )


def test_nobody_has_answered_yet(shop: Scene) -> None:
    number = gap(shop)
    assert refused(shop, number, AsNew("订单")) == f"Nobody has answered gap {number} yet; write the answer."


def test_masked_data_never_becomes_a_phrasing_or_an_answer(shop: Scene) -> None:
    text = "我叫***，电话138****0001，机器租满三年送不送"
    number = gap(shop, text, reply="已登记138****0001。")
    assert refused(shop, number, AsSimilar(ORDER.id)) == (
        f'Gap {number} ("{text}") holds masked data; say without it how the question is asked.'
    )
    assert refused(shop, number, AsSimilar(ORDER.id, ("电话138****0001送不送",))) == (
        '"电话138****0001送不送" holds masked data; say without it how the question is asked.'
    )
    assert refused(shop, number, AsNew("合同", ("租满三年送不送",))) == (
        "The answer holds masked data (138****0001); write it without, as every customer may read it."
    )
    done = accepted(shop, number, AsNew("合同", ("租满三年送不送",), "租满三年可以按残值买下。按 * 键确认。"))
    assert done.added == ("租满三年送不送",)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        (
            AsSimilar(ORDER.id, ("？！",)),
            'The question "？！" holds no words; write it as a customer would ask it.',
        ),
        (
            AsSimilar(ORDER.id, ("长" * 201,)),
            f'The question "{"长" * 30}…" is longer than 200 characters; ask it in one sentence.',
        ),
        (AsNew("订单", (), "长" * (LONGEST_ANSWER + 1)), "The answer is longer than 4000 characters; shorten it."),
    ],
)
def test_words_that_are_none_or_too_many(shop: Scene, how: AsSimilar | AsNew, sentence: str) -> None:
    assert refused(shop, gap(shop), how) == sentence


def test_messages_that_must_keep_their_answers_stand_in_its_way(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(regression_store.save_regressions, [Regression("卖3D打印机不", None)], shop.now)
    told = refused(shop, gap(shop), AsSimilar(ORDER.id, ("卖3D打印机不",)))
    assert told == (
        "This would change what must stay as it is:\n"
        '"卖3D打印机不" must not be answered; revision would answer it by order-query.'
    )


def test_talks_that_must_go_as_they_do_stand_in_its_way(shop: Scene) -> None:
    told = 'a.yaml:4: In the talk "问发票", after "怎么开发票": the bot answers by none and must be invoice-how.'

    def replay(by: Rules, names: Collection[str] | None) -> dict[str, str]:
        return {"问发票": told} if names is None else {}

    with pytest.raises(GapRefused) as why:
        accepted(shop, gap(shop), AsSimilar(ORDER.id, ()), replay=replay)
    assert str(why.value) == f"This would change what must stay as it is:\n{told}"
    assert why.value.values["texts"] == "「问发票」"


# Others at the same time


def test_a_revision_published_meanwhile_is_what_it_is_added_to(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    real, others = gap_closing.carry_out, iter(["meanwhile"])

    def overtaken(*args: Any, **kwargs: Any) -> int:
        for note in others:
            shop.write(revision_store.save_revision, ARTICLES[:3], shop.now, note)
        return real(*args, **kwargs)

    monkeypatch.setattr(gap_closing, "carry_out", overtaken)
    done = accepted(shop, gap(shop), AsSimilar(ORDER.id))
    assert done.revision == 3
    assert len(published(shop)) == 3
    assert ASKED in published(shop)[ORDER.id].similar


def test_who_is_overtaken_again_and_again_is_told_so(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    real = gap_closing.carry_out

    def overtaken(*args: Any, **kwargs: Any) -> int:
        shop.write(revision_store.save_revision, ARTICLES, shop.now, "again")
        return real(*args, **kwargs)

    monkeypatch.setattr(gap_closing, "carry_out", overtaken)
    number = gap(shop)
    with pytest.raises(NotPublished, match=r"^Others are publishing at this very moment; try again\.$"):
        accepted(shop, number, AsSimilar(ORDER.id))
    assert states(shop) == [(number, "open", None)]


def test_a_colleague_who_was_faster_leaves_one_revision(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    number = gap(shop)
    real = gap_closing.propose

    def slow(*args: Any, **kwargs: Any) -> Any:
        found = real(*args, **kwargs)
        shop.write(gap_store.settle, [number], "dismissed", "韩梅", shop.now)
        return found

    monkeypatch.setattr(gap_closing, "propose", slow)
    with pytest.raises(GapRefused, match=f"There is no open gap {number}"):
        accepted(shop, number, AsSimilar(ORDER.id))
    assert shop.read(revision_store.current_revision) == 1
    assert states(shop) == [(number, "dismissed", "韩梅")]


def test_a_crash_between_publishing_and_settling_cannot_be(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_args: Any) -> None:
        raise RuntimeError

    number = gap(shop)
    monkeypatch.setattr(gap_store, "settle", breaks)
    with pytest.raises(RuntimeError):
        accepted(shop, number, AsSimilar(ORDER.id))
    monkeypatch.undo()
    assert shop.read(revision_store.current_revision) == 1
    assert states(shop) == [(number, "open", None)]


def test_messages_pass_while_an_index_is_prepared(shop: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    real, heard = gap_closing.propose, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        heard.append(shop.visitor("bert").say("怎么查订单"))  # another writing unit, in the middle of it
        return real(*args, **kwargs)

    monkeypatch.setattr(gap_closing, "propose", slow)
    shop.clock.advance(seconds=timedelta(minutes=1).total_seconds())
    accepted(shop, gap(shop), AsSimilar(ORDER.id))
    assert heard == [[ORDER.answer]]


# Siblings, and what comes back


class ByTopic:
    """An encoder that knows two subjects by a sign of each, whatever else is said."""

    def encode(self, sentences: Sequence[str]) -> Any:
        return np.array([[1.0, 0.0, 0.0] if "3" in said else _elsewhere(said) for said in sentences], np.float32)

    def name(self) -> str:
        return "by topic"


def _elsewhere(said: str) -> list[float]:
    return [0.0, 1.0, 0.0] if "发票" in said else [0.0, 0.0, 1.0]


@pytest.fixture
def reading(shop: Scene) -> Scene:
    """The shop with an encoder."""
    index = build(ARTICLES, revision=1, fillers=shop.policy.words["filler"], encoders=(ByTopic(),))
    shop.rules = replace(shop.rules, index=index)
    return shop


SIBLING = "3维立体的机器有没有货"


def test_accepting_one_phrasing_settles_its_siblings(reading: Scene) -> None:
    number, sibling, other = gap(reading), gap(reading, SIBLING), gap(reading, "招聘维修工吗")
    done = accepted(reading, sibling, AsNew("耗材", (ASKED,), REPLY))
    assert done.messages == 2
    assert states(reading) == [(number, "accepted", "李雷"), (sibling, "accepted", "李雷"), (other, "open", None)]


def test_publishing_a_phrasing_in_another_way_settles_the_gap_with_its_siblings_too(reading: Scene) -> None:
    number, sibling, other = gap(reading), gap(reading, SIBLING), gap(reading, "招聘维修工吗")
    held = replace(ORDER, similar=(*ORDER.similar, f"请问{ASKED}"))
    publish(
        reading.database,
        reading.rules,
        [held, *ARTICLES[1:]],
        based_on=1,
        note="file",
        author="韩梅",
        now=reading.now,
    )
    assert states(reading) == [(number, "accepted", "韩梅"), (sibling, "accepted", "韩梅"), (other, "open", None)]
    with pytest.raises(GapRefused):
        gap_closing.find(reading.database, reading.rules, number)


def in_force(scene: Scene) -> None:
    """The replica takes the published revision up."""
    revision, articles = scene.read(revision_store.load_published)
    index = build(articles, revision=revision, fillers=scene.policy.words["filler"], encoders=(ByTopic(),))
    scene.rules = replace(scene.rules, index=index)


@pytest.mark.parametrize("again", [ASKED, f"{SIBLING}？"])
def test_an_answer_that_helps_nobody_brings_its_gap_back_under_its_number(reading: Scene, again: str) -> None:
    number = gap(reading)
    sibling = gap(reading, SIBLING)
    article = accepted(reading, number, AsNew("耗材", (ASKED, SIBLING), REPLY)).article
    in_force(reading)
    reading.clock.advance(hours=1)
    anna = reading.visitor()
    assert anna.say(again) == [REPLY]
    assert [one for one in reading.read(shown_gaps) if one.answered_at is None] == []
    anna.tap(f"unhelpful:{article.id}")
    found = gap_closing.find(reading.database, reading.rules, sibling)
    assert (found.id, found.count, found.askers, found.answered_by) == (number, 1, 1, article.id)
    assert found.reasons == {"rejected": 1}


def test_who_goes_to_a_person_after_the_answer_brings_it_back_once_that_person_answers(reading: Scene) -> None:
    number = gap(reading)
    article = accepted(reading, number, AsNew("耗材", (), REPLY)).article
    in_force(reading)
    reading.clock.advance(hours=1)
    anna = reading.visitor()
    anna.say(ASKED)
    anna.say("转人工")
    reading.act(reading.claimed_by(reading.staff()), AgentReply("下个月就有了。", "key"))
    found = gap_closing.find(reading.database, reading.rules, number)
    assert (found.reasons, found.answered_by, found.reply) == ({"human": 1}, article.id, "下个月就有了。")


def test_what_is_not_answered_for_a_tier_brings_its_gap_back(reading: Scene) -> None:
    number = gap(reading)
    article = accepted(reading, number, AsNew("耗材", (), REPLY)).article
    hidden = replace(article, tiers=("特级",))
    reading.write(revision_store.save_revision, [*ARTICLES, hidden], reading.now, "for 特级")
    in_force(reading)
    reading.clock.advance(hours=1)
    reading.visitor().say(ASKED)
    found = gap_closing.find(reading.database, reading.rules, number)
    assert (found.id, found.reasons, found.answered_by) == (number, {"unanswered": 1}, article.id)


# Who asked


def test_customers_count_once_with_their_tier_colleagues_as_one(reading: Scene) -> None:
    bank, stranger, other = reading.visitor(customer="C1001"), reading.visitor("b"), reading.visitor("c")
    for visitor, said in ((bank, ASKED), (stranger, ASKED), (stranger, SIBLING), (other, f"{SIBLING}呢")):
        visitor.say(said)
        reading.pass_time(minutes=5)
    [one] = cluster(reading.read(shown_gaps), reading.rules.index)
    assert (one.count, dict(one.customers)) == (4, {"特级": 1, "三级": 2})


def test_a_message_kept_before_it_was_noted_who_asked_is_its_tickets_customers(reading: Scene) -> None:
    anna = reading.visitor()
    anna.say(ASKED)
    anna.say("转人工")
    reading.write(lambda db: db.execute(gaps.update().values(conversation_id=None, tier=None)))
    [one] = cluster(reading.read(shown_gaps), reading.rules.index)
    assert dict(one.customers) == {"三级": 1}
