"""The draft's questions one by one, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.storage.database import Database
from knowledge_base.articles import Article
from knowledge_base.revisions import check_store, draft_store, revision_store
from knowledge_base.revisions.check_store import CheckResult
from knowledge_base.revisions.entries import article_of, content_digest, entry_of, fingerprint
from knowledge_base.revisions.regressions import Regression
from tests.conftest import MONDAY_MORNING as NOW

ONE = Article(
    "one", "发票", "怎么开发票", ("发票怎么开",), "在订单页申请。", ("一级",), NOW, NOW + timedelta(days=1), "明早。"
)
TWO = Article("two", "故障", "打印机卡纸怎么办", (), "请取出纸张。")
NEW = Article("new", "故障", "连不上网", (), "请重启。")


def test_a_draft_begins_as_what_is_published_and_changes_one_by_one(database: Database) -> None:
    first = database.write_now(revision_store.save_revision, (ONE, TWO), NOW, "first")
    draft = database.write_now(draft_store.begin_draft, NOW, "韩梅")
    assert database.write_now(draft_store.begin_draft, NOW, "李雷") == draft
    assert database.read_now(revision_store.load_revision, draft) == (ONE, TWO)
    later = NOW + timedelta(minutes=1)
    other = replace(TWO, answer="请打开后盖。")
    wanted = [("two", other), ("one", ONE), ("new", NEW)]
    assert database.write_now(draft_store.change_entries, draft, wanted, "李雷", later) == 2
    assert database.write_now(draft_store.change_entries, draft, [("one", None)], "韩梅", later) == 1
    assert database.read_now(revision_store.load_revision, draft) == (other, NEW)
    assert database.read_now(revision_store.load_revision, first) == (ONE, TWO)
    changes = database.read_now(draft_store.pending_changes)
    assert [(one.author, one.before, one.after) for one in changes] == [
        ("李雷", TWO, other),
        ("李雷", None, NEW),
        ("韩梅", ONE, None),
    ]
    found = database.read_now(revision_store.find_draft)
    assert found is not None
    assert (found.created_at, found.author, found.based_on) == (later, "韩梅", first)
    database.write_now(draft_store.settle_changes, 7)
    assert {one.revision for one in database.read_now(draft_store.changes_of, "two", 5)} == {7}


def test_where_nothing_is_published_a_draft_begins_empty(database: Database) -> None:
    draft = database.write_now(draft_store.begin_draft, NOW, "韩梅")
    database.write_now(draft_store.change_entries, draft, [("new", NEW)], "韩梅", NOW)
    assert database.read_now(revision_store.load_revision, draft) == (NEW,)


def test_every_version_that_was_published_is_found(database: Database) -> None:
    first = database.write_now(revision_store.save_revision, (ONE, TWO), NOW, "first")
    second = database.write_now(revision_store.save_revision, (replace(TWO, answer="二。"),), NOW, "second")
    assert database.read_now(revision_store.latest_versions) == (ONE, replace(TWO, answer="二。"))
    found = database.read_now(revision_store.versions_of, "two")
    assert [(revision.id, article.answer) for revision, article in found] == [
        (first, "请取出纸张。"),
        (second, "二。"),
    ]


def test_the_latest_check_alone_is_kept(database: Database) -> None:
    old = database.write_now(check_store.begin_check, "a" * 16, 1, "韩梅", NOW)
    number = database.write_now(check_store.begin_check, "b" * 16, 1, "李雷", NOW)
    result = CheckResult((Regression("发票怎么开", "one"),), ("退货",), (Regression("写首诗", None),))
    database.write_now(check_store.end_check, number, result, NOW)
    if old != number:
        database.write_now(check_store.end_check, old, CheckResult(refused="x"), NOW)
    found = database.read_now(check_store.latest_check)
    assert found is not None
    assert (found.content, found.begun_by, found.ended_at, found.result) == ("b" * 16, "李雷", NOW, result)


def test_an_article_is_the_same_after_it_was_kept_as_json() -> None:
    for article in (ONE, TWO):
        assert article_of(entry_of(article)) == article
    assert fingerprint(ONE) != fingerprint(replace(ONE, similar=()))
    assert content_digest((ONE, TWO)) != content_digest((TWO, ONE))
    assert fingerprint(None) == "-"
