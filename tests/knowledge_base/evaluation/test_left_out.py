"""What is left out of a knowledge base to be asked of the rest."""

from __future__ import annotations

from knowledge_base.articles import Article
from knowledge_base.evaluation.left_out import leave_out
from knowledge_base.files.labelled import LabelledMessage


def articles(count: int, similar: int) -> list[Article]:
    return [Article(f"q{n}", "", f"Q{n}", tuple(f"Q{n}.{m}" for m in range(similar)), "") for n in range(count)]


def test_every_fifth_similar_question_is_asked_and_no_standard_question() -> None:
    left = leave_out(articles(2, 6), 0.0)
    assert left.messages == (LabelledMessage("Q0.4", "q0"), LabelledMessage("Q1.3", "q1"))
    assert [len(article.similar) for article in left.articles] == [5, 5]
    assert [article.question for article in left.articles] == ["Q0", "Q1"]


def test_of_whole_articles_so_many_are_asked_that_the_share_has_no_answer() -> None:
    left = leave_out(articles(20, 10), 0.15)
    assert {article.id for article in articles(20, 10)} - {article.id for article in left.articles} == {"q9", "q19"}
    foreign = [message.text for message in left.messages if message.expected is None]
    assert foreign[:4] == ["Q9", "Q19", "Q9.0", "Q19.0"]
    assert (len(left.messages), len(foreign)) == (42, 6)


def test_without_similar_questions_nothing_is_asked() -> None:
    assert leave_out(articles(20, 0), 0.15).messages == ()
