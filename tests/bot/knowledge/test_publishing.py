"""Publishing: checked aside, written in one short transaction, by one publisher at a time, or not at all."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.knowledge.publishing import NotPublished, carry_out, keep_draft, propose, publish
from bot.messages import Incoming
from bot.rules import Rules
from bot.service import Service
from bot.storage.change_feed import ChangeFeed
from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.vault import Vault
from knowledge_base.articles import Article
from knowledge_base.matching import index_builder
from knowledge_base.matching.index import build
from knowledge_base.revisions import regression_store, revision_store
from knowledge_base.revisions.regressions import Regression
from tests.bot.scene import Scene
from tests.conftest import MONDAY_MORNING as NOW
from tests.patience import patience
from tests.processes import ROOT, clean_environment

NORMAL = Article("invoice-normal", "发票", "怎么开发票", ("发票怎么开",), "在订单页申请。")
SPECIAL = Article("invoice-special", "发票", "怎么开专用发票", (), "请提供税号。")
JAM = Article("jam", "故障", "打印机卡纸怎么办", (), "请取出纸张。")
FIRST = (NORMAL, JAM)
STEALS = (replace(NORMAL, similar=()), replace(SPECIAL, similar=("发票怎么开",)), JAM)
STOLEN = '"发票怎么开" must be answered by invoice-normal; revision would answer it by invoice-special.'


@pytest.fixture
def rules(policy: Policy, vault: Vault) -> Rules:
    """A running service that has taken up the first revision."""
    return Rules(policy, vault, build(FIRST, revision=1, fillers=policy.words["filler"]))


@pytest.fixture
def published(database: Database) -> Database:
    """The first revision is in force."""
    database.write_now(revision_store.save_revision, FIRST, NOW, "first", author="李雷")
    return database


def go(database: Database, rules: Rules, articles: Any, **changes: Any) -> int:
    """Publish over revision 1, as 韩梅梅."""
    usual = {"based_on": 1, "note": "second", "author": "韩梅梅", "now": NOW}
    return publish(database, rules, articles, **{**usual, **changes})


def keep(database: Database, *wanted: Regression) -> None:
    database.write_now(regression_store.save_regressions, wanted, NOW)


def in_force(database: Database) -> tuple[int, tuple[Article, ...]]:
    return database.read_now(revision_store.load_published)


def refusal(call: Any) -> str:
    with pytest.raises(NotPublished) as refused:
        call()
    return str(refused.value)


# ── what is published ──


def test_what_is_published_is_in_force_and_says_by_whom_and_upon_what(published: Database, rules: Rules) -> None:
    number = go(published, rules, [NORMAL, SPECIAL])
    assert in_force(published) == (number, (NORMAL, SPECIAL))
    found = published.read_now(revision_store.find_revision, number)
    assert found == revision_store.Revision(number, NOW, "second", "published", "韩梅梅", 1, 2)
    assert published.read_now(revision_store.load_revision, 1) == FIRST


def test_the_very_first_revision_replaces_nothing(database: Database, policy: Policy, vault: Vault) -> None:
    assert publish(database, Rules(policy, vault, build(())), FIRST, based_on=0, note="", author="", now=NOW) == 1


def test_ten_megabytes_of_answers_are_published(published: Database, rules: Rules) -> None:
    long = [Article(f"q{n}", "发票", f"第{n}号怎么办", (), "请在订单页申请。\n" * 21_000) for n in range(20)]
    assert sum(len(article.answer.encode()) for article in long) > 10_000_000
    assert in_force(published)[0] < go(published, rules, long)
    assert in_force(published)[1] == tuple(long)


def test_a_single_question_is_enough(published: Database, rules: Rules) -> None:
    assert in_force(published)[0] < go(published, rules, [JAM])


def test_what_must_become_true_with_it_does_or_neither_does(published: Database, rules: Rules) -> None:
    told: list[int] = []

    def fails(_db: Connection, _revision: int) -> None:
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        go(published, rules, [JAM], also=fails)
    assert in_force(published) == (1, FIRST)
    number = go(published, rules, [JAM], also=lambda _db, revision: told.append(revision))
    assert told == [number]


# ── what is refused ──


def test_nothing_at_all_is_not_published(published: Database, rules: Rules) -> None:
    assert refusal(lambda: go(published, rules, [])) == (
        "There is nothing to publish; a revision must hold at least one question."
    )


def test_topics_and_tiers_the_policy_does_not_have_are_named(published: Database, rules: Rules) -> None:
    strange = replace(JAM, category="发漂", tiers=("特级", "五级"))
    assert refusal(lambda: go(published, rules, [strange])) == (
        'Question "jam": the category "发漂" is not in the policy; did you mean "发票"?\n'
        'Question "jam": the tier "五级" is not in the policy; did you mean "特级"?'
    )


def test_one_phrasing_under_two_questions_is_not_published(published: Database, rules: Rules) -> None:
    assert refusal(lambda: go(published, rules, [NORMAL, replace(SPECIAL, similar=("發票怎麼開？",))])) == (
        '"發票怎麼開？" under question "invoice-special" asks the same as "发票怎么开" under "invoice-normal"; '
        "keep it under one question."
    )


def test_who_began_from_an_older_revision_is_told_who_was_faster(published: Database, rules: Rules) -> None:
    number = published.write_now(revision_store.save_revision, [JAM], NOW, "meanwhile", author="李雷")
    assert refusal(lambda: go(published, rules, [NORMAL])) == (
        f"Revision {number} was published meanwhile by 李雷; look at the difference and publish again."
    )
    number = published.write_now(revision_store.save_revision, [JAM], NOW, "by the program itself")
    assert refusal(lambda: go(published, rules, [NORMAL])) == (
        f"Revision {number} was published meanwhile; look at the difference and publish again."
    )


# ── messages that must keep their answers ──


def test_a_revision_that_loses_an_answer_is_refused_naming_each(published: Database, rules: Rules) -> None:
    keep(published, Regression("发票怎么开", "invoice-normal"), Regression("打印机卡纸怎么办", "jam"))
    assert refusal(lambda: go(published, rules, STEALS[:2])) == (
        f'{STOLEN}\n"打印机卡纸怎么办" must be answered by jam; revision has no such question.'
    )
    assert in_force(published) == (1, FIRST)


def test_a_revision_that_keeps_every_answer_is_published(published: Database, rules: Rules) -> None:
    keep(published, Regression("发票怎么开", "invoice-normal"), Regression("打印机卡纸怎么办", "jam"))
    assert in_force(published)[0] < go(published, rules, [*FIRST, SPECIAL])


def test_it_is_published_in_spite_of_lost_answers_when_that_is_meant(published: Database, rules: Rules) -> None:
    keep(published, Regression("发票怎么开", "invoice-normal"))
    assert in_force(published)[0] < go(published, rules, STEALS, anyway=True)


def test_what_was_not_answered_so_before_is_told_and_stops_nobody(published: Database, rules: Rules) -> None:
    hours = Article("hours", "账户", "周六上班吗", (), "不上班。")
    keep(published, Regression("周六上班吗", None), Regression("打印机卡纸怎么办", "invoice-normal"))
    found = propose(published, rules, [*FIRST, hours], based_on=1, now=NOW)
    assert found.broken == ('"周六上班吗" must not be answered; revision would answer it by hours.',)
    found = propose(published, rules, [*FIRST, SPECIAL], based_on=1, now=NOW)
    assert found.broken == ()
    assert found.unmet == ('"打印机卡纸怎么办" must be answered by invoice-normal; revision would answer it by jam.',)


def test_only_a_talk_that_goes_as_it_must_by_now_holds_up_a_publish(published: Database, rules: Rules) -> None:
    asked: list[Any] = []

    def replay(by: Rules, names: Any) -> dict[str, str]:
        asked.append(names if names is None else set(names))
        new = {"二": "The second goes otherwise."} if len(by.index.articles) == 3 else {}
        return {"一": "The first goes otherwise.", **new}

    found = propose(published, rules, [*FIRST, SPECIAL], based_on=1, now=NOW, replay=replay)
    assert found.broken == ("The second goes otherwise.",)
    assert found.unmet == ("The first goes otherwise.",)
    assert found.broken_talks == ("二",)
    assert asked == [None, {"一", "二"}]
    with pytest.raises(NotPublished, match=r"^The second goes otherwise\.$"):
        go(published, rules, [*FIRST, SPECIAL], replay=replay)


def test_a_replica_that_lags_behind_compares_with_what_is_in_force(published: Database, rules: Rules) -> None:
    keep(published, Regression("发票怎么开", "invoice-normal"))
    stale = replace(rules, index=build((), revision=0))
    assert propose(published, stale, STEALS, based_on=1, now=NOW).broken == (STOLEN,)


def test_a_validity_that_is_over_is_warned_of_by_name(published: Database, rules: Rules) -> None:
    over = replace(JAM, valid_until=NOW)
    assert propose(published, rules, [NORMAL, over], based_on=1, now=NOW).warnings == (
        'Question "jam" was valid until 2026-11-23T10:00+08:00; nobody is given its answer any more.',
    )
    ahead = replace(JAM, valid_until=NOW + timedelta(seconds=1))
    assert propose(published, rules, [NORMAL, ahead], based_on=1, now=NOW).warnings == ()


# ── drafts ──


def test_a_draft_is_published_under_a_new_number_and_gone(published: Database, rules: Rules) -> None:
    assert keep_draft(published, [NORMAL], based_on=1, note="draft", author="李雷", now=NOW) is None
    draft = published.read_now(revision_store.find_draft)
    assert draft is not None
    assert in_force(published) == (1, FIRST)
    proposal = propose(published, rules, [NORMAL], based_on=1, now=NOW)
    number = carry_out(published, proposal, note="n", author="李雷", now=NOW, draft=draft)
    assert number > draft.id
    assert in_force(published) == (number, (NORMAL,))
    assert published.read_now(revision_store.find_draft) is None


def test_a_draft_that_somebody_changed_meanwhile_is_not_published(published: Database, rules: Rules) -> None:
    keep_draft(published, [NORMAL], based_on=1, note="draft", author="李雷", now=NOW)
    draft = published.read_now(revision_store.find_draft)
    proposal = propose(published, rules, [NORMAL], based_on=1, now=NOW)
    later = NOW + timedelta(minutes=1)
    assert keep_draft(published, [JAM], based_on=1, note="other", author="韩梅梅", now=later) == draft
    assert refusal(lambda: carry_out(published, proposal, note="", author="", now=later, draft=draft)) == (
        "The draft was changed meanwhile; look at the difference and publish again."
    )
    assert in_force(published) == (1, FIRST)
    kept = published.read_now(revision_store.find_draft)
    assert kept is not None
    assert kept.author == "韩梅梅"


# ── at the same time ──


async def test_messages_are_written_while_a_revision_is_prepared(
    published: Database, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(*args: Any, **kwargs: Any) -> Any:
        begun.set()
        assert may_end.wait(patience(30))
        return build(*args, **kwargs)

    monkeypatch.setattr(index_builder, "build", slow)
    under_way = asyncio.create_task(asyncio.to_thread(go, published, rules, [JAM]))
    assert await asyncio.to_thread(begun.wait, patience(30))
    await published.unit(regression_store.save_regressions, [], NOW)
    assert (await published.read(revision_store.load_published)) == (1, FIRST)
    assert not under_way.done()
    may_end.set()
    number = await under_way
    assert (await published.read(revision_store.load_published)) == (number, (JAM,))


async def test_of_two_publishers_at_once_the_second_is_told(
    published: Database, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=patience(30))

    def together(*args: Any, **kwargs: Any) -> Any:
        both.wait()
        return build(*args, **kwargs)

    monkeypatch.setattr(index_builder, "build", together)
    ends = await asyncio.gather(
        asyncio.to_thread(go, published, rules, [JAM], author="甲"),
        asyncio.to_thread(go, published, rules, [NORMAL], author="乙"),
        return_exceptions=True,
    )
    (number,) = [end for end in ends if isinstance(end, int)]
    (second,) = [end for end in ends if isinstance(end, NotPublished)]
    winner = "甲" if ends[0] == number else "乙"
    assert str(second) == (
        f"Revision {number} was published meanwhile by {winner}; look at the difference and publish again."
    )
    assert in_force(published) == (number, (JAM,) if winner == "甲" else (NORMAL,))


DIES = """
import os, signal, sys
from datetime import UTC, datetime
from bot.storage.database import Database
from bot.knowledge.publishing import Proposal, carry_out
from knowledge_base.articles import Article

articles = tuple(Article(f"q{n}", "发票", f"第{n}号怎么办", (), "答") for n in range(50))
proposal = Proposal(articles, 1, (), (), ())
die = lambda db, revision: os.kill(os.getpid(), signal.SIGKILL)
carry_out(Database(sys.argv[1]), proposal, note="", author="", now=datetime(2026, 11, 23, tzinfo=UTC), also=die)
"""


@pytest.mark.proof
def test_killed_in_the_middle_it_leaves_the_old_revision_whole(published: Database, rules: Rules) -> None:
    command = [sys.executable, "-c", DIES, published.url]
    dead = subprocess.run(
        command, cwd=ROOT, env=clean_environment(), capture_output=True, timeout=patience(60), check=False
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert in_force(published) == (1, FIRST)
    assert len(published.read_now(revision_store.all_revisions)) == 1
    assert go(published, rules, [JAM]) > 1


# ── what customers notice ──


async def test_validity_begins_and_ends_without_a_publish(scene: Scene) -> None:
    begin, end = scene.now + timedelta(hours=1), scene.now + timedelta(hours=2)
    promo = Article("promo", "订单", "周年庆怎么参加", (), "下单即参加。", valid_from=begin, valid_until=end)
    service = Service(Settings(), scene.database, scene.rules, ChangeFeed(scene.database.url), scene.clock, "s" * 32)
    publish(scene.database, scene.rules, [promo, JAM], based_on=0, note="", author="", now=scene.now)
    assert await service.refresh() is False  # the scene calls its own content revision 1
    publish(scene.database, service.rules, [promo, JAM, NORMAL], based_on=1, note="", author="", now=scene.now)
    assert await service.refresh() is True
    assert promo in service.rules.index.articles
    heard = []
    for hour in range(3):
        visitor = scene.visitor(f"customer-{hour}")
        await service.receive(Incoming("web", visitor.address, f"key-{hour}", "text", text="周年庆怎么参加"))
        heard.append(promo.answer in visitor.read())
        scene.clock.advance(hours=1)
    assert heard == [False, True, False]


async def test_a_draft_reaches_no_customer(scene: Scene) -> None:
    service = Service(Settings(), scene.database, scene.rules, ChangeFeed(scene.database.url), scene.clock, "s" * 32)
    scene.write(revision_store.save_revision, FIRST, scene.now, "first")
    keep_draft(scene.database, [JAM], based_on=1, note="", author="", now=scene.now)
    assert await service.refresh() is False
