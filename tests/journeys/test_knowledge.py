"""A knowledge base published while the server runs is what it answers from, without a restart."""

from __future__ import annotations

from pathlib import Path

import httpx

from bot.first_start import SAMPLE_FAQ
from tests.journeys.people import Page
from tests.processes import Server, eventually, jiedai

NEW = """
- id: lucky-draw
  category: 订单
  question: 周年庆抽奖怎么参加
  similar: [抽奖在哪儿, 周年庆有抽奖吗]
  answer: 活动期间下单即自动参加，每周五公布中奖名单。
"""
FAULTY = """\
- id: second
  category: 抽奖
  question: 几点开奖
  answer: 晚上八点。
"""


def test_an_import_into_a_running_server_takes_effect_at_once(tmp_path: Path, http: httpx.Client) -> None:
    with Server(tmp_path / "data") as server:
        listener = Page.open(http, server.url)
        listener.say("在吗")
        assert not _is_answered(http, server)
        file = tmp_path / "faq.yaml"
        file.write_text(SAMPLE_FAQ.read_text(encoding="utf-8") + NEW, encoding="utf-8")
        published = jiedai("kb", "import", file, "--data", server.data)
        assert published.returncode == 0, published.stderr
        assert "Revision 2 is published" in published.stdout
        eventually(lambda: _is_answered(http, server))
        assert len(listener.transcript()) >= 1


def test_a_faulty_file_is_refused_whole_and_the_old_answers_stay(tmp_path: Path, http: httpx.Client) -> None:
    with Server(tmp_path / "data") as server:
        file = tmp_path / "faq.yaml"
        file.write_text(NEW + FAULTY, encoding="utf-8")
        refused = jiedai("kb", "import", file, "--data", server.data)
        assert refused.returncode == 2
        assert "faq.yaml:7: " in refused.stderr
        page = Page.open(http, server.url)
        page.say("怎么查订单")
        page.hears("我的订单")
        assert not _is_answered(http, server)


def _is_answered(http: httpx.Client, server: Server) -> bool:
    page = Page.open(http, server.url)
    page.say("周年庆抽奖怎么参加")
    return "每周五公布" in str(page.transcript())
