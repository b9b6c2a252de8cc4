"""What is saved of the outside: the same from run to run, and every difference that counts is told."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks.outside.calls import SCRIPT as CALLS
from benchmarks.outside.calls import in_lines, read_calls
from benchmarks.outside.compare import LONGEST, difference, differences
from benchmarks.outside.console import linked, said_on
from benchmarks.outside.helps import listed, words_of
from benchmarks.outside.journeys import SCRIPT as JOURNEYS
from benchmarks.outside.journeys import duration, read_journeys
from benchmarks.outside.normalise import Normaliser, masked, without_layout, without_measurements
from benchmarks.outside.opens import Shape, changed
from benchmarks.outside.tables import save_tables
from benchmarks.outside.tree import CommandOutput

DIGEST = "fdac24fdb49148e8b9fd36cbdbef9bcf"
OTHER = "ed58bc20e41f4c3ab21410666989b343"
SEALED = "k1.V86JcYDmER-oYDFOpUNlLo7rRwUVnnjqmQENnYS8BN_0Y0av2uodm_B6ZIlixQ2nRwwidNeeLY4rdQF4_ENkwg=="
SECRET = "h3mKq9Xw2bT_5vLr-8ZcYp0AdNfGj7QsUe1oRtWxIyM"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJDMTAwMSJ9.c2lnbmF0dXJl-_x"
HELP = """usage: jiedai kb [-h] COMMAND ...

Check, import and export the knowledge base.

options:
  -h, --help  show this help message and exit

commands:
  COMMAND
    check      List every fault of a YAML, CSV or XLSX
               file.
    import     Publish a file in place of all questions.
    regressions
               Messages that must keep their answers.
"""
BOXED = """
 Usage: jiedai kb [OPTIONS] COMMAND [ARGS]...

 Check, import and export the knowledge base.

╭─ Commands ──────────────────────────────────────────────────────╮
│ check        List every fault of a YAML, CSV or XLSX file.      │
│ import       Publish a file in place of all questions.          │
│ regressions  Messages that must keep their answers.             │
╰─────────────────────────────────────────────────────────────────╯
"""


def test_random_values_are_named_by_kind_in_order_of_appearance() -> None:
    text = f"{DIGEST} {SEALED} {OTHER} {JWT} {SECRET} {DIGEST}"
    assert Normaliser()(text) == "<ref 1> <sealed 1> <ref 2> <token 1> <secret 1> <ref 1>"


def test_a_value_keeps_its_name_from_text_to_text() -> None:
    normalise = Normaliser()
    assert [normalise(OTHER), normalise(DIGEST), normalise(OTHER)] == ["<ref 1>", "<ref 2>", "<ref 1>"]


@pytest.mark.parametrize(
    "text", ["b14986bddb65", "#12 due 10-10 09:30", "13800000001", "-" * 60, "C1001", "policy_version"]
)
def test_what_every_run_shares_stays(text: str) -> None:
    assert Normaliser()(text) == text


def test_a_password_is_known_by_what_stands_before_it() -> None:
    text = '"password": "Ab3_-x9Kq2LmNp0Z" and the password Zb3_-x9Kq2LmNp0Q (shown this once)'
    assert Normaliser()(text) == '"password": "<password 1>" and the password <password 2> (shown this once)'


def test_a_password_hash_has_one_name_whatever_is_in_it() -> None:
    assert Normaliser()("password_hash: $argon2id$v=19$m=7168,t=5,p=1$h2Ph$M05+x/4") == "password_hash: <hash 1>"


def test_what_this_machine_took_is_left_out_with_the_widths_it_made() -> None:
    one, other = "│ takes   │ 9.60 s    │\n└─────┴───┘", "│ takes │ 103.91 ms │\n└───┴─────┘"
    assert without_measurements(one) == without_measurements(other)
    assert without_measurements('{"load_s": 7.4, "p50_ms": 0.2, "left_s": 840}').endswith('"left_s": 840}')
    assert without_measurements("two  blanks") == "two  blanks"


def test_the_longest_place_wins() -> None:
    assert Normaliser({"/a": "<tree>", "/a/b": "<scratch>"})("/a/b/c /a/x") == "<scratch>/c <tree>/x"


def test_rows_are_put_in_order_by_what_is_not_random() -> None:
    assert sorted([f"{OTHER} b", f"{DIGEST} a"], key=masked) == [f"{DIGEST} a", f"{OTHER} b"]


def test_a_refusal_is_kept_without_usage_and_names_of_modules() -> None:
    text = (
        "usage: jiedai run [-h]\n                  [--port PORT]\njiedai: The port is taken.\nWARNING bot.app: late\n"
    )
    assert without_layout(text) == "jiedai: The port is taken.\nWARNING <logger>: late\n"


def test_tables_are_saved_row_by_row_in_key_order(tmp_path: Path) -> None:
    for folder, organisations in (("one", (DIGEST, OTHER)), ("other", (OTHER, DIGEST))):
        _database(tmp_path / f"{folder}.sqlite3", organisations)
        save_tables(tmp_path / f"{folder}.sqlite3", tmp_path / folder, Normaliser())
    assert differences(tmp_path / "one", tmp_path / "other") == []
    assert (tmp_path / "one" / "lines.txt").read_text(encoding="utf-8") == (
        'id: 2\nmeta: {"a": "中", "b": 1}\norganisation_id: null\n\nid: 10\nmeta: <3 bytes>\norganisation_id: <ref 1>\n'
    )


def _database(path: Path, organisations: tuple[str, str]) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE lines (id INTEGER PRIMARY KEY, organisation_id TEXT, meta TEXT)")
        db.execute("CREATE TABLE organisations (id TEXT PRIMARY KEY, name TEXT)")
        db.execute("INSERT INTO lines VALUES (10, ?, ?)", (organisations[0], b"abc"))
        db.execute("INSERT INTO lines VALUES (2, NULL, ?)", ('{"b": 1, "a": "\\u4e2d"}',))
        db.executemany("INSERT INTO organisations VALUES (?, ?)", zip(organisations, ("first", "second"), strict=True))
        db.commit()


def test_commands_are_found_in_any_layout() -> None:
    assert listed(HELP) == listed(BOXED) == ["check", "import", "regressions"]
    assert listed("usage: jiedai demo [-h]\n\nFour customers.\n\noptions:\n  -h, --help  show this\n") == []


def test_help_texts_are_compared_by_their_words() -> None:
    assert words_of(HELP) == words_of(BOXED)
    assert difference("help/jiedai kb.txt", HELP, BOXED) == []
    assert "-questions." in difference("help/jiedai kb.txt", HELP, HELP.replace("questions.", "answers."))


def test_a_file_that_only_one_has_is_told(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "same.txt").write_text("a\n", encoding="utf-8")
    (one / "gone.txt").write_text("", encoding="utf-8")
    (other / "new.txt").write_text("", encoding="utf-8")
    assert differences(one, other) == [f"only in {one}: gone.txt", f"only in {other}: new.txt"]


def test_what_differs_alike_in_many_files_is_told_once(tmp_path: Path) -> None:
    for folder, word in (("one", "CSV"), ("other", "XLSX")):
        (tmp_path / folder).mkdir()
        for number in range(3):
            (tmp_path / folder / f"{number}.txt").write_text(f"{number}\n\n{word}\n", encoding="utf-8")
    assert differences(tmp_path / "one", tmp_path / "other")[-3:] == [
        "+XLSX",
        "1.txt: as in 0.txt",
        "2.txt: as in 0.txt",
    ]


def test_a_difference_is_told_to_the_letter_and_cut_when_long() -> None:
    assert difference("calls/kb.txt", "exit 2\n", "exit 1\n")[2:] == ["@@ -1 +1 @@", "-exit 2", "+exit 1"]
    diff = difference("printed.txt", "a\n" * 100, "b\n" * 100)
    assert len(diff) == LONGEST + 1
    assert diff[-1] == "… 163 more lines"


def test_links_are_followed_within_the_console_only() -> None:
    page = '<a href="?year=2027#top">…</a><a href="mailto:x@example.com">…</a><script src="/static/a.js?v=1"></script>'
    assert linked("/console/calendar", page) == ["/console/calendar?year=2027", "/static/a.js?v=1"]


def test_what_a_page_announces_is_read_without_markup() -> None:
    page = '<div role="alert"><b>第 2 行</b>\n 请填写日期。</div><p class="x" role="status"></p>'
    assert said_on(page) == "第 2 行 请填写日期。"


def test_the_scripts_can_be_read_and_are_long_enough() -> None:
    journeys = read_journeys(JOURNEYS.read_text(encoding="utf-8"))
    assert sum(verb in ("say", "and", "tap", "rate", "send") for each in journeys for verb, _ in each.steps) >= 40
    assert len({each.name for each in journeys}) == len(journeys)
    calls = read_calls(CALLS.read_text(encoding="utf-8"), Path("/tree"))
    assert [] in calls
    assert ["policy", "check", "/tree/escalation/policy.yaml"] in calls


def test_a_journey_is_read_step_by_step() -> None:
    [journey] = read_journeys("words\n\n## 01 a name\nopen C1\n# a remark\nsay 你好 吗\ntap \n")
    assert journey.name == "01 a name"
    assert journey.steps == (("open", "C1"), ("say", "你好 吗"), ("tap", ""))


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400)])
def test_durations_are_written_as_in_the_policy(text: str, seconds: int) -> None:
    assert duration(text) == timedelta(seconds=seconds)


def test_a_call_is_written_with_its_exit_code_and_both_streams() -> None:
    told = CommandOutput(("kb", "check", "a b.csv"), 2, "said\n", "usage: x\njiedai: No.\n")
    assert in_lines(told) == "$ jiedai kb check 'a b.csv'\nexit 2\nsaid\n! jiedai: No.\n"


def test_a_migration_and_a_file_learned_anew_are_told() -> None:
    before = Shape("0004", ("CREATE TABLE a",), (("x.npz", "digest", 7),))
    assert changed(before, before) == []
    assert changed(before, Shape("0005", ("CREATE TABLE b",), (("x.npz", "digest", 8),))) == [
        "the database went from revision 0004 to 0005",
        "the database's schema was changed",
        "learned files were written anew: x.npz",
    ]
