"""Once a quarter a sample of each channel's customers is asked, each once, and whoever wishes is never asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from bot.agents.actions import Claim, Reply, Resolve
from bot.dialogue import quarterly_survey
from bot.dialogue.survey_words import survey_wish
from bot.tickets.customer_file import read_file
from bot.wording import surveys as words
from escalation.policy.model import Policy
from escalation.policy.surveys import ChannelSample, Quarterly
from escalation.surveys import survey_consents, survey_store
from tests.bot.races import both_at_once
from tests.bot.scene import Scene, Visitor
from tests.bot.sending import tap_choice as tap

BANK, FIRM = "C1001", "C1015"
LATE = datetime(2026, 12, 20, 4, tzinfo=UTC)  # noon in Shanghai, within the last fortnight


def surveyed(policy: Policy, **samples: ChannelSample) -> Policy:
    channels = samples or {"web": ChannelSample(1.0, 0, 100), "telegram": ChannelSample(1.0, 0, 100)}
    quarterly = Quarterly("每日", channels, ("response", "expertise"))
    return replace(policy, surveys=replace(policy.surveys, quarterly=quarterly))


@pytest.fixture
def asking(scene: Scene) -> Scene:
    scene.rules = replace(scene.rules, policy=surveyed(scene.policy))
    return scene


def served(scene: Scene, customer: str, channel: str = "web", address: str = "") -> Visitor:
    """A customer whose ticket has been closed for days."""
    visitor = scene.visitor(address or customer, channel, customer)
    visitor.say("打印机卡纸，修不好，转人工")
    li = scene.staff(f"li{customer}")
    for action in (Claim(), Reply("好了。", f"key-{customer}"), Resolve(why="当场解决")):
        scene.act(li, action)
    scene.pass_time(days=4)
    visitor.read()
    return visitor


def send(scene: Scene, at: datetime = LATE) -> int:
    scene.clock.now = max(at, scene.now)
    if not scene.read(quarterly_survey.is_due, scene.rules, scene.now):
        return 0
    sent: int = scene.write(quarterly_survey.send_some, scene.rules, scene.now)
    return sent


def sent_to(scene: Scene) -> list[tuple[str, str, str | None]]:
    rows = scene.read(lambda db: db.execute(select(survey_store.surveys)).all())
    return [(row.quarter, row.channel, row.contact_id) for row in rows]


ASKED = words.ASK_QUARTERLY.format(name="云印办公设备")


def test_customers_who_had_a_ticket_are_asked_once_in_the_quarter(asking: Scene) -> None:
    anna, ben = served(asking, BANK), served(asking, FIRM, "telegram", "77")
    asking.visitor("stranger").say("怎么查订单")
    assert send(asking) == 2
    assert (anna.read(), ben.read()) == ([ASKED], [ASKED])
    assert sorted(sent_to(asking)) == [("2026-Q4", "telegram", FIRM), ("2026-Q4", "web", BANK)]
    assert [row.text for row in asking.posted("telegram")][-1] == ASKED
    assert send(asking, LATE + timedelta(days=1)) == 0
    assert anna.read() == []


def test_two_replicas_ask_nobody_twice(scene_anywhere: Scene) -> None:
    scene = scene_anywhere
    scene.rules = replace(scene.rules, policy=surveyed(scene.policy))
    served(scene, BANK)
    first = scene.write(survey_store.insert_once, "2026-Q4", "web", BANK, 1, scene.now)
    assert first is not None
    assert scene.write(survey_store.insert_once, "2026-Q4", "telegram", BANK, 1, scene.now) is None
    assert send(scene) == 0


def test_of_two_replicas_that_draw_at_once_one_asks(postgres_scene: Scene) -> None:
    scene = postgres_scene
    scene.rules = replace(scene.rules, policy=surveyed(scene.policy))
    anna, ben = served(scene, BANK), served(scene, FIRM)
    scene.clock.now = LATE

    def sends(db: Connection) -> int:
        return quarterly_survey.send_some(db, scene.rules, scene.now)

    assert both_at_once(scene, sends, sends) == (2, 0)
    assert (anna.read(), ben.read()) == ([ASKED], [ASKED])


def test_nobody_is_asked_amid_a_matter_or_at_night_or_while_it_is_off(asking: Scene) -> None:
    anna = served(asking, BANK)
    ben = served(asking, FIRM)
    anna.say("又坏了，转人工")
    assert send(asking, datetime(2026, 12, 19, 13, 30, tzinfo=UTC)) == 0  # half past nine in the evening
    off = replace(asking.rules, policy=asking.policy)
    asking.clock.now = LATE
    assert not asking.read(quarterly_survey.is_due, off, asking.now)
    assert send(asking) == 1
    assert (ben.read(), [each[2] for each in sent_to(asking)]) == ([ASKED], [FIRM])


def test_of_a_channel_no_more_are_asked_than_its_share(asking: Scene) -> None:
    some = ChannelSample(0.5, 1, 100)
    asking.rules = replace(asking.rules, policy=surveyed(asking.policy, web=some))
    for customer in (BANK, FIRM, "C1010", "C1020"):
        served(asking, customer)
    assert send(asking) == 2
    assert send(asking, LATE + timedelta(days=1)) == 0


def test_a_survey_is_answered_by_taps_and_a_second_answer_replaces_what_counts(asking: Scene) -> None:
    anna = served(asking, BANK)
    send(asking)
    anna.read()
    assert anna.buttons()[0] == "survey:1:all:1"
    assert tap(anna, "survey:1:all:4") == ["已记为 4 分，感谢您的反馈。\n" + words.ASK_DIMENSIONS]
    assert anna.buttons()[:1] == ["survey:1:response:1"]
    assert anna.buttons()[-1] == "survey:1:stop"
    assert tap(anna, "survey:1:response:3") == ["已记下：响应 3 分，感谢您的反馈。"]
    assert tap(anna, "survey:1:all:4") == ["您已经评过 4 分，不用重复评价。"]
    assert tap(anna, "survey:1:all:2") == ["已按您最后的评分记为 2 分，感谢您的反馈。"]
    assert asking.read(survey_store.scores_of, 1) == {"": 2, "response": 3}
    ben = served(asking, FIRM)
    assert tap(ben, "survey:1:all:5") == ["refused"]


def test_a_survey_is_answered_in_words(asking: Scene) -> None:
    anna = served(asking, FIRM)
    send(asking)
    anna.read()
    assert anna.say("4分") == ["已记为 4 分，感谢您的反馈。\n" + words.ASK_DIMENSIONS]
    assert anna.say("响应 3 专业 7") == [
        "已记下：响应 3 分，感谢您的反馈。",
        "各项评分请填 1 到 5 分，「专业 7」没有登记，请重新填写。",
    ]
    assert anna.say("怎么查订单")[0].startswith("点「我的订单」")  # a question stays one
    assert asking.read(survey_store.scores_of, 1) == {"": 4, "response": 3}


def test_a_survey_of_a_past_quarter_is_over(asking: Scene) -> None:
    anna = served(asking, BANK)
    send(asking)
    asking.clock.now = datetime(2027, 1, 1, 4, tzinfo=UTC)
    assert tap(anna, "survey:1:all:4") == ["这次调查已经结束，刚才的评分没有登记，谢谢您的参与。"]
    assert asking.read(survey_store.scores_of, 1) == {}


def test_surveys_are_withdrawn_by_a_tap_and_agreed_to_again(asking: Scene) -> None:
    anna = served(asking, BANK)
    send(asking)
    stopped = "好的，今后不再向您发送调查。想重新接收，点「再次同意」，或者回复「可以再发调查」。"
    assert tap(anna, "survey:1:stop") == [stopped]
    assert anna.buttons() == ["survey:1:again"]
    assert not asking.read(survey_consents.wants_surveys, BANK)
    assert asking.read(read_file, asking.rules, BANK, asking.now, None).no_surveys_since == asking.now
    withdrawn = "您已选择不再接收调查，刚才的评分没有登记。想重新接收，点「再次同意」即可。"
    assert tap(anna, "survey:1:all:4") == [withdrawn]
    assert tap(anna, "survey:1:stop") == [words.STOPPED_ALREADY]
    assert tap(anna, "survey:1:again") == [words.AGREED]
    assert tap(anna, "survey:1:all:4")[0].startswith("已记为 4 分")
    rows = asking.read(lambda db: db.execute(select(survey_consents.survey_consents)).all())
    assert [(row.wanted, row.channel, row.survey_id, row.at) for row in rows] == [
        (False, "web", 1, asking.now),
        (True, "web", 1, asking.now),
    ]


def test_surveys_are_withdrawn_in_words_whoever_has_the_floor(asking: Scene) -> None:
    anna = served(asking, BANK)
    assert anna.say("不要再发调查") == [words.STOPPED]
    assert send(asking) == 0
    assert anna.say("可以再发调查") == [words.AGREED]
    anna.say("又坏了，转人工")
    asking.claimed_by(asking.staff("zhou"))
    anna.read()
    assert anna.say("别再给我发问卷了") == [words.STOPPED]
    assert asking.ticket.state == "claimed"
    stranger = asking.visitor("stranger")
    assert stranger.say("不要再发调查") != [words.STOPPED]  # nobody knows who that is, and none is sent to them


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("調查不要再發了", False),
        ("取消满意度调查", False),
        ("我不想参加这种问卷", False),
        ("恢复调查", True),
        ("我同意接收调查", True),
        ("不同意参加调查", False),
        ("别忘了调查一下原因", None),
        ("不要敷衍，调查清楚", None),
        ("请停止调查，我撤诉", None),
        ("为什么不发调查", None),
        ("撤回同意接收满意度调查", False),
        ("我撤回接收满意度调查的同意", False),
        ("请收回我对满意度调查的授权", False),
        ("我之前同意接收调查，现在取消", False),
        ("之前同意的问卷请撤销", False),
        ("撤銷訂閱問卷", False),
        ("不再同意收调查问卷", False),
        ("我没有同意过参加调查", False),
        ("停止订阅满意度调查", False),
        ("我重新同意接收调查", True),
        ("我愿意再收到问卷", True),
        ("取消退订调查", None),
        ("撤回投诉，不用调查原因了", None),
        ("怎么撤回接收满意度调查的同意", None),
    ],
)
def test_a_wish_about_surveys_is_told_from_talk_of_an_investigation(said: str, wish: bool | None) -> None:
    assert survey_wish(said) is wish
