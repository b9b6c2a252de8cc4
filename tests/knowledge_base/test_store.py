"""Revisions of the knowledge base in the database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.database import open_engine
from knowledge_base.articles import Article
from knowledge_base.store import current_revision, load_published, load_revision, metadata, save_revision

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
RETURN = Article(
    "return", "退换", "怎么退货", ("能退吗", "'; DROP TABLE kb_articles; --"), "可以。😀", ("一级",), NOW, LATER
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
