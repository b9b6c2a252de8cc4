"""`jiedai kb gaps` and `kb gap add|new|dismiss`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import open_service
from bot.config.settings import read_settings
from knowledge_base.gaps import gap_store
from knowledge_base.revisions import revision_store
from tests.bot.cli.conftest import Terminal

FAQ = """\
- {id: open, category: 订单, question: 几点开门, similar: [几点上班], answer: 八点。}
- {id: invoice, category: 发票, question: 怎么开发票, similar: [发票怎么开], answer: 点申请发票。}
"""
ASKED = "你们卖3D打印机吗"
Ask = Callable[..., int]


@pytest.fixture
def asked(terminal: Terminal, tmp_path: Path) -> Ask:
    """Customers ask, each a minute later."""
    path = tmp_path / "faq.yaml"
    path.write_text(FAQ, encoding="utf-8")
    terminal.here("kb", "import", str(path))
    minutes = iter(range(100))

    def ask(text: str, reason: Any = "unanswered", **more: Any) -> int:
        service = open_service(read_settings(data=str(terminal.data)))
        at = service.clock() + timedelta(minutes=next(minutes))
        number = service.database.write_now(gap_store.add_gap, reason, text, at, **more)
        service.database.close()
        return number

    return ask


def articles(terminal: Terminal) -> dict[str, Any]:
    service = open_service(read_settings(data=str(terminal.data)))
    found = service.database.read_now(revision_store.load_published)[1]
    service.database.close()
    return {article.id: article for article in found}


def test_without_gaps_it_says_so(terminal: Terminal, asked: Ask) -> None:
    assert terminal.here("kb", "gaps") == (
        "No gaps: every question so far was answered, or somebody has dealt with it.\n"
    )
    assert terminal.json("kb", "gaps") == {"messages": 0, "questions": 0, "gaps": []}


def test_the_most_frequent_comes_first_with_all_that_helps_to_decide(terminal: Terminal, asked: Ask) -> None:
    asked("周末几点开们", "suggested", article_id="open")
    asked(ASKED, "human", reply="没有，\n抱歉。")
    asked(ASKED)
    asked("卖3d打印机吗", "rejected", article_id="invoice")
    told = terminal.here("kb", "gaps").splitlines()
    assert told[0] == f"    2  3 × {ASKED}"
    assert told[1] == "       customers: 3 (tier not known 3)"
    assert told[2].startswith("       unanswered 1, rejected 1, human 1; last on ")
    assert told[3] == "       also: 卖3d打印机吗"
    assert "       no help was: invoice (1 ×)" in told
    assert "       a person answered: 没有， 抱歉。" in told
    assert "       customers chose: open (1 ×)" in told
    assert told[-2:] == [
        "Messages: 4; different questions: 2.",
        "`jiedai kb gap add N --to QUESTION`, `kb gap new N --category C` and `kb gap dismiss N` deal with one.",
    ]


def test_for_a_program_the_same_as_json(terminal: Terminal, asked: Ask) -> None:
    asked("周末几点开们", "suggested", article_id="open")
    asked(ASKED, "human", reply="没有。")
    asked(ASKED)
    found = terminal.json("kb", "gaps", "--limit", "1")
    assert (found["messages"], found["questions"], len(found["gaps"])) == (3, 2, 1)
    [gap] = found["gaps"]
    assert {
        name: gap[name] for name in ("id", "text", "count", "examples", "reasons", "tapped", "rejected", "reply")
    } == {
        "id": 2,
        "text": ASKED,
        "count": 2,
        "examples": [],
        "reasons": {"unanswered": 1, "human": 1},
        "tapped": {},
        "rejected": {},
        "reply": "没有。",
    }
    assert (gap["customers"], gap["answered_at"], gap["answered_by"]) == ({"unknown": 2}, None, None)
    assert "of which the first 1 are shown" in terminal.here("kb", "gaps", "--limit", "1")


def test_added_to_a_question(terminal: Terminal, asked: Ask) -> None:
    number = asked("周末几点开门营业")
    asked("周末几点开门营业")
    assert terminal.here("kb", "gap", "add", str(number), "--to", "open", "--author", "李雷") == (
        'Revision 2 is published: question "open" holds "周末几点开门营业".\n'
        "2 messages are settled with it. Running servers take it up at once.\n"
    )
    assert articles(terminal)["open"].similar == ("几点上班", "周末几点开门营业")
    assert terminal.json("kb", "revisions")[0]["author"] == "李雷"
    assert terminal.json("kb", "gaps")["messages"] == 0


def test_added_in_other_words(terminal: Terminal, asked: Ask) -> None:
    number = asked("我叫***，周末几点开门营业")
    found = terminal.json("kb", "gap", "add", str(number), "--to", "open", "--as", "周末几点营业", "--as", "周末营业不")
    assert found == {
        "revision": 2,
        "article": "open",
        "question": "几点开门",
        "added": ["周末几点营业", "周末营业不"],
        "messages": 1,
    }


def test_asked_again_in_vain_it_is_back_with_what_answers_it(terminal: Terminal, asked: Ask) -> None:
    number = asked("周末几点开门营业", conversation_id=1, tier="三级")
    terminal.here("kb", "gap", "add", str(number), "--to", "open")
    for _ in range(2):
        asked("周末几点开门营业", "rejected", article_id="open", conversation_id=2, tier="三级")
    told = terminal.here("kb", "gaps").splitlines()
    assert told[:2] == [f"{number:>5}  2 × 周末几点开门营业", "       customers: 2 (三级 2)"]
    assert told[3].startswith("       asked again in vain: open answers it since ")


def test_made_a_new_question_with_the_persons_reply(terminal: Terminal, asked: Ask) -> None:
    number = asked(ASKED, "human", reply="没有。")
    told = terminal.here("kb", "gap", "new", str(number), "--category", "订单")
    assert told.startswith(
        f'Revision 2 is published: question "gap-1" is new and asks "{ASKED}".\nOne message is settled'
    )
    assert articles(terminal)["gap-1"].answer == "没有。"


def test_made_a_new_question_in_ones_own_words(terminal: Terminal, asked: Ask) -> None:
    number = asked(ASKED)
    terminal.here(
        "kb", "gap", "new", str(number), "--category", "订单", "--question", "有3D打印机吗", "--answer", "没有。"
    )
    article = articles(terminal)["gap-1"]
    assert (article.question, article.answer, article.similar) == ("有3D打印机吗", "没有。", ())


def test_dismissed(terminal: Terminal, asked: Ask) -> None:
    number = asked("讲个笑话")
    assert terminal.here("kb", "gap", "dismiss", str(number)) == 'Gap 1 ("讲个笑话") is dismissed, with one message.\n'
    assert terminal.json("kb", "gaps")["messages"] == 0
    assert terminal.json("kb", "gap", "dismiss", str(asked("唱首歌"))) == {"gap": 2, "messages": 1}


def test_every_refusal_is_a_sentence(terminal: Terminal, asked: Ask) -> None:
    number = str(asked("我叫***，讲个笑话"))
    plain = str(asked(ASKED))
    for words, sentence in (
        (("gaps", "--limit", "0"), "--limit must be 1 or more."),
        (("gap", "dismiss", "9"), "There is no open gap 9; `jiedai kb gaps` lists those there are."),
        (("gap", "add", plain, "--to", "opne"), 'There is no question "opne"; did you mean "open"?'),
        (
            ("gap", "add", plain, "--to", "open", "--as", "发票怎么开"),
            '"发票怎么开" asks the same as "发票怎么开" under question "invoice"; keep it under one question.',
        ),
        (
            ("gap", "new", plain, "--category", "发漂"),
            'The category "发漂" is not in the policy; did you mean "发票"?',
        ),
        (
            ("gap", "new", plain, "--category", "订单"),
            "Nobody has answered gap 2 yet; write the answer. Add --answer TEXT.",
        ),
        (
            ("gap", "add", number, "--to", "open"),
            'Gap 1 ("我叫***，讲个笑话") holds masked data; say without it how the question is asked. Add --as TEXT.',
        ),
    ):
        assert terminal.refused_here("kb", *words) == f"jiedai: {sentence}"
    assert terminal.json("kb", "gaps")["messages"] == 2
    assert len(articles(terminal)) == 2


def test_an_answer_that_must_be_kept_is_named(terminal: Terminal, asked: Ask, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("text,expected\n周末营业不,\n", encoding="utf-8")
    terminal.here("kb", "regressions", "import", str(kept))
    told = terminal.refused_here("kb", "gap", "add", str(asked(ASKED)), "--to", "open", "--as", "周末营业不")
    assert told == '"周末营业不" must not be answered; revision would answer it by open.'


def test_by_night_ask_gives_the_night_answer(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    text = "- {id: open, category: 订单, question: 几点开门, answer: 八点。, night_answer: 明早八点。}\n"
    path.write_text(text, encoding="utf-8")
    terminal.here("kb", "import", str(path))
    for at, answer in (("2026-11-23T10:00+08:00", "八点。"), ("2026-11-23T23:00+08:00", "明早八点。")):
        assert terminal.json("ask", "几点开门", "--at", at)["answer"] == answer
