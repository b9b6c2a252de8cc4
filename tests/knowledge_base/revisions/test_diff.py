"""What changed between two revisions, as values, as a person reads it and as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from knowledge_base.articles import Article
from knowledge_base.revisions.diff import as_json, as_lines, compare

ZONE = ZoneInfo("Asia/Shanghai")
NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai
INVOICE = Article("invoice", "发票", "怎么开发票", ("发票怎么开", "开票"), "在订单页点「申请发票」。")
JAM = Article("jam", "故障", "卡纸了怎么办", (), "请取出纸张。")
FULL = Article(
    "vip",
    "发票",
    "专票怎么开",
    ("专用发票",),
    "请提供税号。\n当天开出。",
    ("特级", "一级"),
    NEW_YEAR,
    None,
    "明早办理。",
)


def lines(before: list[Article], after: list[Article]) -> list[str]:
    return list(as_lines(compare(before, after), ZONE))


def test_what_is_the_same_is_no_difference_whatever_its_order() -> None:
    turned = replace(INVOICE, similar=("开票", "发票怎么开"))
    found = compare([INVOICE, JAM], [JAM, turned])
    assert not found
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert lines([INVOICE, JAM], [JAM, turned]) == []


def test_questions_come_and_go_by_their_id() -> None:
    found = compare([INVOICE, JAM], [JAM, FULL])
    assert (found.added, found.removed, found.changed) == ((FULL,), (INVOICE,), ())
    assert str(found) == "1 added, 1 removed, 0 changed"


def test_a_new_question_is_shown_whole_with_its_validity_tiers_and_night_answer() -> None:
    assert lines([], [FULL]) == [
        "+ vip · 发票 · 专票怎么开",
        "    similar: 专用发票",
        "    answer: 请提供税号。",
        "            当天开出。",
        "    night_answer: 明早办理。",
        "    tiers: 特级, 一级",
        "    valid_from: 2027-01-01T00:00:00+08:00",
    ]


def test_a_removed_question_is_shown_whole() -> None:
    assert lines([JAM], []) == ["- jam · 故障 · 卡纸了怎么办", "    answer: 请取出纸张。"]


def test_every_field_that_changed_is_shown_before_and_after() -> None:
    changed = replace(
        INVOICE,
        category="付款",
        question="发票咋开",
        similar=("发票怎么开", "要发票"),
        answer="自助开票。",
        tiers=("特级",),
        valid_from=NEW_YEAR,
        valid_until=NEW_YEAR.replace(year=2027),
        night_answer="夜间也能自助。",
    )
    assert lines([INVOICE, JAM], [changed, JAM]) == [
        "~ invoice · 付款 · 发票咋开",
        "    - category: 发票",
        "    + category: 付款",
        "    - question: 怎么开发票",
        "    + question: 发票咋开",
        "    - answer: 在订单页点「申请发票」。",
        "    + answer: 自助开票。",
        "    - night_answer: (none)",
        "    + night_answer: 夜间也能自助。",
        "    - tiers: (none)",
        "    + tiers: 特级",
        "    - valid_from: (none)",
        "    + valid_from: 2027-01-01T00:00:00+08:00",
        "    - valid_until: (none)",
        "    + valid_until: 2028-01-01T00:00:00+08:00",
        "    - similar: 开票",
        "    + similar: 要发票",
    ]


def test_a_program_reads_the_same() -> None:
    changed = replace(INVOICE, similar=("发票怎么开", "要发票"), valid_until=NEW_YEAR)
    assert as_json(compare([INVOICE, JAM], [changed, FULL]), ZONE) == {
        "added": [
            {
                "id": "vip",
                "similar": ["专用发票"],
                "category": "发票",
                "question": "专票怎么开",
                "answer": "请提供税号。\n当天开出。",
                "night_answer": "明早办理。",
                "tiers": ["特级", "一级"],
                "valid_from": "2027-01-01T00:00:00+08:00",
                "valid_until": None,
            }
        ],
        "removed": [
            {
                "id": "jam",
                "similar": [],
                "category": "故障",
                "question": "卡纸了怎么办",
                "answer": "请取出纸张。",
                "night_answer": None,
                "tiers": [],
                "valid_from": None,
                "valid_until": None,
            }
        ],
        "changed": [
            {
                "id": "invoice",
                "question": "怎么开发票",
                "fields": {"valid_until": {"before": None, "after": "2027-01-01T00:00:00+08:00"}},
                "similar": {"added": ["要发票"], "removed": ["开票"]},
            }
        ],
    }
