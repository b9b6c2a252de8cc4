"""The page of figures: what it shows, with what it compares, the tickets behind it, its files, and who sees whose."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update

from bot.wording.noted_causes import CLASSES, MISHAPS
from escalation.improvement.target_rules import TargetWish
from escalation.improvement.targets import add_target
from escalation.journal.journal_store import lines_of
from escalation.measures.fact_store import save_facts
from escalation.measures.facts import Fact
from escalation.staff import staff
from tests.bot.scene import Scene
from tests.bot.sending import at_work
from tests.bot.web.console.console_scene import Console, alert_of

PAGE = "/console/reports"


def counted(scene: Scene, *facts: tuple[str, int], days_ago: int = 7, ticket: int = 0, **more: Any) -> None:
    given = {"tier": "三级", "queue": "通用客服", "topic": "订单", "channel": "web"} | more
    made = [Fact(scene.now - timedelta(days=days_ago), measure, value, ticket, **given) for measure, value in facts]
    scene.write(save_facts, made, scene.policy.zone)


def cards(text: str) -> dict[str, list[str]]:
    found = re.findall(r'<li class="figures-card">(.*?)</li>', text, re.DOTALL)
    plain = [re.sub(r"<[^>]+>", "\n", each).split("\n") for each in found]
    words = [[word.strip() for word in each if word.strip()] for each in plain]
    return {each[0]: each[1:] for each in words}


def row_of(text: str, first: str) -> list[str]:
    found = re.search(rf'<tr><th scope="row">{re.escape(first)}</th>(.*?)</tr>', text)
    assert found is not None, first
    return [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<td>(.*?)</td>", found[1])]


def last_week(scene: Scene) -> str:
    return f"{(scene.now.astimezone(scene.policy.zone) - timedelta(days=7)).date():%G-W%V}"


async def test_a_manager_sees_last_week_first_with_what_each_figure_means(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("raised", 1), ("raised", 1), ("resolved", 1), ("response_received", 540), ("rated", 75))
    page = await boss.look(PAGE)
    assert page.status_code == 200
    assert f"{scene.policy.name} 服务周报" in page.text
    assert last_week(scene) in page.text
    found = cards(page.text)
    assert list(found) == ["首次响应", "解决率", "首次解决率", "满意度", "投诉率", "按时率", "机器人独立解决率"]
    assert found["首次响应"] == ["9分", "口径", "从受理到人工第一次回复或打通电话的自然时间，取平均。样本 1。"]
    assert found["解决率"][:1] == ["50.0%"]
    assert found["投诉率"][:1] == ["没有样本"]


async def test_figures_stand_beside_those_of_the_period_before(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("response_received", 1200), ("rated", 50), days_ago=14)
    counted(scene, ("response_received", 600), ("rated", 25))
    found = cards((await boss.look(f"{PAGE}?compare=previous")).text)
    assert found["首次响应"][:3] == ["10分", "-10分（好转）", "对比期 20分"]
    assert found["满意度"][:3] == ["25.0", "-25.0（变差）", "对比期 50.0"]
    assert found["解决率"][:2] == ["没有样本", "对比期没有样本"]


async def test_a_year_before_the_first_ticket_there_is_nothing_to_compare_with(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("raised", 1))
    page = (await boss.look(f"{PAGE}?compare=year")).text
    first = (scene.now - timedelta(days=7)).astimezone(scene.policy.zone).date()
    assert f"在第一张工单（{first}）之前，没有可比的数字。" in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            "period=last",
            "「last」不是一个时期；可以写 2026-W48、2026-11、2026-Q4、2026、2026-11-05，或 2026-11-01..2026-11-15。",
        ),
        ("period=2026-02-29", "2026 年没有 2 月 29 日，请改选日期。"),
        ("from=2026-11-09&to=2026-11-02", "结束日期早于开始日期，请重新选择。"),
        ("period=2030-01", "2030-01 还没有开始，请选择到今天（{today}）为止的时期。"),
        ("period=2020-01", "2020-01 在第一张工单之前，请选择 {first} 起的时期。"),
    ],
)
async def test_a_period_that_cannot_be_is_refused_in_a_sentence(console: Console, asked: str, sentence: str) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("raised", 1))
    today = scene.now.astimezone(scene.policy.zone).date()
    page = await boss.look(f"{PAGE}?{asked}")
    assert page.status_code == 422
    assert alert_of(page) == sentence.format(today=today, first=today - timedelta(days=7))


async def test_before_anything_was_counted_the_page_says_so(console: Console) -> None:
    boss = await console.sits("wang", "manager")
    page = await boss.look(PAGE)
    assert alert_of(page) == "还没有任何数据；第一张工单之后几分钟就有。"


async def test_an_agent_sees_their_own_figures_alone(console: Console) -> None:
    scene = console.scene
    li, zhao = await console.sits("li", "agent", ("通用客服",)), console.hire("zhao", "agent", ("通用客服",))
    counted(scene, ("resolved", 1), staff_id=li.who.id)
    counted(scene, *[("resolved", 1)] * 4, staff_id=zhao.id)
    page = (await li.look(f"{PAGE}?by=agent")).text
    assert "人均负荷" in page
    assert "<h1>我的数据</h1>" in page
    assert row_of(page, "客服li")[1] == "1"
    assert "客服zhao" not in page
    for asked in ("agent=zhao", "queue=通用客服"):
        refused = await li.look(f"{PAGE}?{asked}")
        assert refused.status_code == 403
        assert "您只能查看自己的数据；所带队列的数据请选择该队列。" in refused.text
        assert (await li.look(f"{PAGE}/export?{asked}")).status_code == 403
        assert (await li.look(f"{PAGE}/tickets/export?measure=resolved&{asked}")).status_code == 403


async def test_a_lead_sees_the_queue_they_lead(console: Console) -> None:
    scene, boss = console.scene, await console.sits("qian", "lead", ("技术支持",))
    counted(scene, ("resolved", 1), ("resolved", 1), queue="技术支持")
    counted(scene, ("resolved", 1))
    page = (await boss.look(f"{PAGE}?by=queue")).text
    assert row_of(page, "技术支持")[1] == "2"
    assert '<tr><th scope="row">通用客服</th>' not in page
    assert (await boss.look(f"{PAGE}?queue=通用客服")).status_code == 403


async def test_who_has_left_and_a_queue_of_an_earlier_policy_are_told_as_such(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    zhao = console.hire("zhao")
    counted(scene, ("resolved", 1), staff_id=zhao.id, queue="老队列")
    scene.write(lambda db: db.execute(update(staff).where(staff.c.id == zhao.id).values(disabled_at=scene.now)))
    assert row_of((await boss.look(f"{PAGE}?by=agent")).text, "客服zhao（已离职）")[1] == "1"
    page = (await boss.look(f"{PAGE}?by=queue&queue=老队列&agent=zhao")).text
    assert row_of(page, "老队列（现行规则中没有）")[1] == "1"
    assert "队列：老队列（现行规则中没有）" in page
    assert "人员：客服zhao（已离职）" in page


async def test_each_number_leads_to_its_tickets_that_the_reader_may_see(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    at_work(scene)
    number = scene.ticket.id
    counted(scene, ("resolved", 1), ticket=number, queue=scene.ticket.queue)
    page = (await boss.look(f"{PAGE}?by=queue")).text
    row = re.search(rf'<tr><th scope="row">{scene.ticket.queue}</th>(.*?)</tr>', page)
    assert row is not None
    [link] = set(re.findall(r'href="([^"]*measure=resolved[^"]*)"', row[1]))
    listed = (await boss.look(link.replace("&amp;", "&"))).text
    assert "<h1>已解决</h1>" in listed
    assert f'<a href="/console/tickets/{number}">#{number}</a>' in listed
    qian = await console.sits("qian", "lead", ("另一队列",))
    counted(scene, ("resolved", 1), ticket=number, staff_id=qian.who.id)
    hidden = (await qian.look(f"{PAGE}/tickets?measure=resolved&agent=qian")).text
    assert "没有您能查看的工单。" in hidden


async def test_an_unknown_measure_and_an_unknown_colleague_are_refused(console: Console) -> None:
    boss = await console.sits("wang", "manager")
    counted(console.scene, ("raised", 1))
    for path, sentence in (
        (f"{PAGE}/tickets?measure=luck", "没有「luck」这个指标。"),
        (f"{PAGE}/tickets/export?measure=luck", "没有「luck」这个指标。"),
        (f"{PAGE}?agent=nobody", "没有登录名为「nobody」的人员。"),
    ):
        refused = await boss.look(path)
        assert (refused.status_code, sentence in refused.text) == (404, True)


async def test_a_workbook_of_the_figures_has_a_sheet_for_each_table_and_stands_in_the_journal(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("raised", 1), ("resolved", 1), ("response_received", 540))
    answer = await boss.look(f"{PAGE}/export?format=xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames[:3] == ["说明", "主要数字", "按队列"]
    assert [cell.value for cell in book["主要数字"][2]][:3] == ["首次响应", 540, "9分"]
    assert book["按队列"]["A2"].value == "通用客服"
    [line] = scene.read(lines_of, "exports")
    assert (line.what, line.by, line.after["period"], line.after["format"]) == (
        "figures exported",
        "wang",
        last_week(scene),
        "xlsx",
    )
    assert line.after["rows"] == sum(sheet.max_row - 1 for sheet in book)


async def test_a_csv_file_of_tickets_holds_what_its_reader_may_see(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    at_work(scene)
    ticket = scene.ticket
    counted(scene, ("resolved", 1), ticket=ticket.id)
    answer = await boss.look(f"{PAGE}/tickets/export?measure=resolved&format=csv")
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head == "工单,等级,队列,事由,状态,提出,解决,评分"
    assert row.startswith(f"{ticket.id},{ticket.tier},{ticket.queue},")
    [line] = scene.read(lines_of, "exports")
    assert (line.what, line.after["rows"]) == ("tickets exported", 1)


async def test_an_inspector_is_led_to_the_service_reports(console: Console) -> None:
    seat = await console.sits("jian", "inspector")
    assert (await seat.look(PAGE)).headers["location"] == "/console/reports/service"
    refused = await seat.look(f"{PAGE}/export")
    assert "这里的数据给处理工单的人员、组长、经理和管理员看。" in refused.text


async def test_two_days_are_chosen_and_their_course_is_drawn(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("raised", 1))
    day = (scene.now - timedelta(days=7)).astimezone(scene.policy.zone).date()
    page = (await boss.look(f"{PAGE}?from={day}&to={day + timedelta(days=1)}")).text
    assert row_of(page, f"{day:%m-%d}") == ["1", "0"]
    assert page.count("<svg") == 1  # nothing was solved: the second chart says that there is no sample
    assert isinstance(day, date)


async def test_the_diagnosis_has_a_row_for_each_target_with_what_was_noted(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("rated", 50), ("rated", 70))
    counted(scene, *[("cause_of", 1)] * 2, part="low_score:process")
    today = scene.now.astimezone(scene.policy.zone).date()
    goal = today + timedelta(days=90)
    wish = TargetWish("satisfaction", 6_000, today, 8_000, goal, boss.who.id, 3, 3)
    scene.write(add_target, scene.policy, boss.who, wish, today, scene.now)
    page = (await boss.look(PAGE)).text
    assert row_of(page, "满意度（全部）") == ["60 分", "80 分", "差 20 分", f"{CLASSES['process']} 2 件"]
    assert row_of(page, f"{MISHAPS['low_score']}：{CLASSES['process']}")[0] == "2"
    assert "诊断表" not in (await boss.look(f"{PAGE}?agent=wang")).text


async def test_the_night_service_is_evaluated_once_its_time_has_come(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    counted(scene, ("night_raised", 1), ("night_raised", 1), ("night_contacted", 1))
    page = (await boss.look(f"{PAGE}?report=night")).text
    assert row_of(page, "全部") == ["2", "1", "50.0%"]
    day = (scene.now - timedelta(days=7)).astimezone(scene.policy.zone).date() + timedelta(days=90)
    assert f"夜间服务满 90 天后评估，即 {day} 起。" in page
    counted(scene, ("raised", 1), days_ago=100)
    day = (scene.now - timedelta(days=100)).astimezone(scene.policy.zone).date() + timedelta(days=90)
    assert f"夜间服务已满 90 天（{day}），按规则应当评估。" in (await boss.look(f"{PAGE}?report=night")).text


async def test_opinions_and_suggestions_are_counted_by_topic(console: Console) -> None:
    scene, boss = console.scene, await console.sits("wang", "manager")
    [topic, *_] = [each for each in scene.policy.topics if "建议" in each or "意见" in each]
    counted(scene, ("raised", 1), ("raised", 1), ("resolved", 1), topic=topic)
    page = (await boss.look(PAGE)).text
    assert "意见与建议：收到多少，办了多少" in page
    assert row_of(page, topic)[:2] == ["2", "1"]
