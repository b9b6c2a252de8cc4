"""Consent is given and withdrawn by one tap each, stands with version and door, and refusing ends nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue import named_taps
from bot.messages import Incoming
from bot.tickets.customer_consents import standing, whose
from escalation.customers.consents import Consent
from escalation.policy.privacy_notice import NOTICE_PARTS, ConsentPurpose, PrivacyNotice
from escalation.surveys.survey_consents import wants_surveys
from tests.bot.noticed import with_notice
from tests.bot.scene import Scene, Visitor

PURPOSES = {
    "surveys": ConsentPurpose("接收满意度调查"),
    "abroad": ConsentPurpose("向境外提供联系方式", "东京的服务商"),
}


@pytest.fixture
def asking(scene: Scene) -> Scene:
    privacy = PrivacyNotice("1", dict.fromkeys(NOTICE_PARTS, "说明"), PURPOSES)
    scene.rules = replace(scene.rules, policy=with_notice(scene.rules.policy, privacy))
    return scene


def tap(scene: Scene, visitor: Visitor, choice: str, key: str = "k") -> list[str]:
    message = Incoming(visitor.channel, visitor.address, f"{visitor.address}:{key}:{choice}", "choice", choice=choice)
    assert named_taps.is_named(choice)
    assert scene.read(named_taps.may_take, scene.rules, message)
    scene.write(named_taps.take_named, scene.rules, message, scene.now)
    return visitor.read()


def stand(scene: Scene, visitor: Visitor) -> dict[str, Consent]:
    talk = visitor.conversation
    assert talk is not None
    return scene.read(lambda db: standing(db, whose(db, talk)))


def test_what_may_be_agreed_to_is_listed_with_who_gets_it(asking: Scene) -> None:
    visitor = asking.visitor("anna", customer="C1001")
    (said,) = tap(asking, visitor, "consents")
    assert said == (
        "以下事项以您的同意为依据：\n"
        "• 接收满意度调查：还没有表示过\n"
        "• 向境外提供联系方式（接收方：东京的服务商）：还没有表示过\n"
        "不同意或撤回都不影响我们为您服务；撤回以前已经做的处理仍然有效。"
    )
    buttons = [each["label"] for each in visitor.lines()[-1].meta["buttons"]]
    assert buttons == ["同意：接收满意度调查", "同意：向境外提供联系方式"]


def test_one_tap_gives_and_one_withdraws(asking: Scene) -> None:
    visitor = asking.visitor("anna", customer="C1001")
    assert tap(asking, visitor, "consent:give:abroad") == ["已记录您的同意：向境外提供联系方式。您可以随时撤回。"]
    assert stand(asking, visitor)["abroad"] == Consent("abroad", True, asking.now, "1", "web", "customer")
    assert "撤回：向境外提供联系方式" in [each["label"] for each in _listed(asking, visitor)]
    assert tap(asking, visitor, "consent:withdraw:abroad") == ["已撤回：向境外提供联系方式。不影响我们为您服务。"]
    assert not stand(asking, visitor)["abroad"].given


def _listed(scene: Scene, visitor: Visitor) -> list[dict[str, str]]:
    tap(scene, visitor, "consents", "again")
    found: list[dict[str, str]] = visitor.lines()[-1].meta["buttons"]
    return found


def test_surveys_are_withdrawn_where_they_are_sent_from_too(asking: Scene) -> None:
    visitor = asking.visitor("anna", customer="C1001")
    tap(asking, visitor, "consent:withdraw:surveys")
    assert not asking.read(wants_surveys, "C1001")
    tap(asking, visitor, "consent:give:surveys")
    assert asking.read(wants_surveys, "C1001")


def test_who_refuses_is_served_all_the_same(asking: Scene) -> None:
    visitor = asking.visitor("anna")
    tap(asking, visitor, "consent:withdraw:abroad")
    assert visitor.say("怎么开发票")[0].startswith("在订单页点「申请发票」。")


def test_what_a_stranger_agreed_to_is_theirs_once_they_are_known(asking: Scene) -> None:
    visitor = asking.visitor("anna")
    tap(asking, visitor, "consent:give:abroad")
    asking.know("C1001")
    visitor.identify("C1001")
    assert stand(asking, visitor)["abroad"].given


def test_the_same_tap_twice_is_one_record(asking: Scene) -> None:
    visitor = asking.visitor("anna", customer="C1001")
    tap(asking, visitor, "consent:give:abroad")
    asking.clock.advance(minutes=5)
    before = stand(asking, visitor)["abroad"].at
    tap(asking, visitor, "consent:give:abroad", "other")
    assert stand(asking, visitor)["abroad"].at == before


@pytest.mark.parametrize(
    "choice", ["consent:give:sensitive", "consent:give:nothing", "consent:take:abroad", "consent:"]
)
def test_what_the_policy_does_not_ask_for_cannot_be_tapped(asking: Scene, choice: str) -> None:
    visitor = asking.visitor("anna")
    message = Incoming("web", visitor.address, "k", "choice", choice=choice)
    is_ours = named_taps.is_named(choice) and asking.read(named_taps.may_take, asking.rules, message)
    assert not is_ours
