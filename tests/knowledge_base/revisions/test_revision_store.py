"""Revisions of the knowledge base in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bot.storage.engines import open_engine
from knowledge_base.articles import Article
from knowledge_base.revisions.regression_store import load_regressions, save_regressions
from knowledge_base.revisions.regressions import Regression
from knowledge_base.revisions.revision_store import (
    Revision,
    all_revisions,
    current_revision,
    discard_draft,
    find_draft,
    find_revision,
    load_published,
    load_revision,
    metadata,
    save_draft,
    save_revision,
)

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
RETURN = Article(
    "return",
    "退换",
    "怎么退货",
    ("能退吗", "'; DROP TABLE kb_articles; --"),
    "可以。😀",
    ("一级",),
    NOW,
    LATER,
    "夜间也可以。",
)
JAM = Article("jam", "故障", "卡纸了怎么办", (), "<b>请关机</b>")


@pytest.fixture
def db(url: str) -> Iterator[Connection]:
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_before_the_first_revision_nothing_is_published(db: Connection) -> None:
    assert current_revision(db) == 0
    assert load_published(db) == (0, ())


def test_what_is_saved_is_published_as_it_was(db: Connection) -> None:
    revision = save_revision(db, [RETURN, JAM], NOW, "first")
    assert load_published(db) == (revision, (RETURN, JAM))
    assert current_revision(db) == revision


def test_a_new_revision_replaces_the_content_and_keeps_the_old_one(db: Connection) -> None:
    first = save_revision(db, [RETURN, JAM], NOW, "first")
    second = save_revision(db, [JAM], NOW, "second")
    assert load_published(db) == (second, (JAM,))
    assert load_revision(db, first) == (RETURN, JAM)


def test_an_empty_revision_publishes_nothing(db: Connection) -> None:
    save_revision(db, [RETURN], NOW, "first")
    second = save_revision(db, [], NOW, "emptied")
    assert load_published(db) == (second, ())


def test_a_revision_is_gone_with_the_transaction_that_saved_it(db: Connection) -> None:
    attempt = db.begin_nested()
    save_revision(db, [RETURN], NOW, "first")
    attempt.rollback()
    assert load_published(db) == (0, ())


def test_a_draft_is_kept_beside_what_is_published(db: Connection) -> None:
    first = save_revision(db, [RETURN], NOW, "first")
    draft = save_draft(db, [RETURN, JAM], LATER, "second", author="李雷", based_on=first)
    assert load_published(db) == (first, (RETURN,))
    assert load_revision(db, draft) == (RETURN, JAM)
    assert find_draft(db) == Revision(draft, LATER, "second", "draft", "李雷", first, 2)


def test_there_is_one_draft_at_most(db: Connection) -> None:
    save_draft(db, [RETURN], NOW, "one", author="", based_on=0)
    second = save_draft(db, [JAM], LATER, "two", author="", based_on=0)
    found = find_draft(db)
    assert found is not None
    assert (found.note, load_revision(db, second)) == ("two", (JAM,))
    attempt = db.begin_nested()
    with pytest.raises(IntegrityError):
        save_revision(db, [], NOW, "three", state="draft")
    attempt.rollback()


def test_a_discarded_draft_is_gone_and_nothing_else(db: Connection) -> None:
    first = save_revision(db, [RETURN], NOW, "first")
    assert discard_draft(db) is False
    draft = save_draft(db, [JAM], NOW, "draft", author="", based_on=first)
    assert discard_draft(db) is True
    assert find_revision(db, draft) is None
    assert load_published(db) == (first, (RETURN,))


def test_a_draft_that_changed_meanwhile_is_not_discarded_for_another(db: Connection) -> None:
    save_draft(db, [JAM], NOW, "one", author="", based_on=0)
    seen = find_draft(db)
    save_draft(db, [JAM], LATER, "two", author="", based_on=0)
    assert discard_draft(db, seen) is False
    assert find_draft(db) is not None


def test_numbers_of_published_revisions_only_grow_whatever_became_of_drafts(db: Connection) -> None:
    published = []
    for turn in range(3):
        save_draft(db, [JAM], NOW, "draft", author="", based_on=0)
        published.append(save_revision(db, [JAM], NOW, "published"))
        assert current_revision(db) == published[-1]
        if turn:
            discard_draft(db)
    assert published == sorted(set(published))


def test_every_revision_is_listed_the_draft_first_then_the_newest(db: Connection) -> None:
    first = save_revision(db, [RETURN, JAM], NOW, "first")
    save_draft(db, [], NOW, "draft", author="李雷", based_on=first)
    second = save_revision(db, [JAM], LATER, "second", author="韩梅梅", based_on=first)
    assert [(one.state, one.note, one.questions) for one in all_revisions(db)] == [
        ("draft", "draft", 0),
        ("published", "second", 1),
        ("published", "first", 2),
    ]
    assert find_revision(db, second) == Revision(second, LATER, "second", "published", "韩梅梅", first, 1)
    assert find_revision(db, first) == Revision(first, NOW, "first", "published", "", None, 2)


def test_regressions_are_replaced_as_a_whole(db: Connection) -> None:
    wanted = (Regression("发票怎么开", "invoice"), Regression("讲个笑话", None))
    save_regressions(db, [Regression("旧的", "jam")], NOW)
    save_regressions(db, wanted, NOW)
    assert load_regressions(db) == wanted
    save_regressions(db, [], NOW)
    assert load_regressions(db) == ()
