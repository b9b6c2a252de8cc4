"""/find shows the tickets that hold the words, by the console's search, to those who may see them."""

from __future__ import annotations

from sqlalchemy import update

from bot.telegram.desk.found_tickets import found_tickets
from bot.telegram.sending.rich_text import RichText
from bot.topic_sync.topics import topics, want
from escalation.staff import Staff
from escalation.tickets.id_list import of_ids
from escalation.tickets.ticket_store import tickets
from tests.bot.scene import UNKNOWN, Scene

CONSOLE = "https://help.example.com"


def seek(scene: Scene, who: Staff, words: str, console: str = CONSOLE) -> RichText:
    found: RichText = scene.read(found_tickets, scene.rules, console, who, words, scene.now)
    return found


def raised(scene: Scene, address: str, customer: str | None = None, words: str = UNKNOWN) -> int:
    visitor = scene.visitor(address, customer=customer)
    visitor.say(words)
    visitor.say("转人工")
    return scene.ticket.id


def test_it_finds_by_number_name_telephone_and_words(scene: Scene) -> None:
    li = scene.staff("li")
    first, second = raised(scene, "anna", "C1003"), raised(scene, "bert")
    line = seek(scene, li, f"#{first}").text
    assert line.startswith("找到 1 张工单\n")
    assert f"#{first} " in line
    assert line.endswith(" · 待认领")
    customer = line.split(f"#{first} ")[1].split(" · ")[0]
    assert seek(scene, li, customer).text == line
    both = seek(scene, li, "秋天").text
    assert both.startswith(f"找到 2 张工单\n⚪ #{second} 未识别客户 · ")
    assert seek(scene, li, "138 0000 9999").text == (
        "没有找到与「138 0000 9999」有关的工单。可以换个说法，或在工作台查找。"
    )


def test_each_leads_to_its_topic_and_without_one_to_its_page(scene: Scene) -> None:
    li = scene.staff("li")
    first, second = raised(scene, "anna"), raised(scene, "bert")
    scene.write(want, {first: 9}, scene.now)
    scene.write(lambda db: db.execute(update(topics).where(topics.c.ticket_id == first).values(chat=-1001, thread=7)))
    urls = [one.url for one in seek(scene, li, "秋天").entities if one.type == "text_link"]
    assert urls == [f"{CONSOLE}/console/tickets/{second}", "https://t.me/c/1/7"]
    assert f"#{second} " in seek(scene, li, f"#{second}", console="").text


def test_ten_are_shown_and_the_others_counted(scene: Scene) -> None:
    li = scene.staff("li")
    for nth in range(12):
        raised(scene, f"v{nth}")
    told = seek(scene, li, "秋天").text.split("\n")
    assert (told[0], len(told)) == ("找到 12 张工单", 12)
    assert told[-1] == "……还有 2 张，请写得更具体，或在工作台查找。"


def test_nobody_finds_what_is_closed_to_them_and_others_read_no_more_than_that_it_is_there(scene: Scene) -> None:
    li, wang = scene.staff("li"), scene.staff("wang", "lead")
    number = raised(scene, "anna")
    scene.write(lambda db: db.execute(update(tickets).where(tickets.c.id == number).values(closed_to=of_ids({li.id}))))
    assert seek(scene, li, "秋天").text == "没有找到与「秋天」有关的工单。可以换个说法，或在工作台查找。"
    assert seek(scene, wang, "秋天").text == f"找到 1 张工单\n⚪ #{number} 保密投诉（请在工作台查看） · 待认领"


def test_without_words_one_reads_how_to_seek(scene: Scene) -> None:
    li = scene.staff("li")
    for nothing in ("", "  \n "):
        assert seek(scene, li, nothing).text == (
            "请在 /find 后写上工单号、客户姓名、单位、电话或关键词，例如 /find 12、/find 张三 发票。结果仅您可见。"
        )


def test_words_of_any_length_and_kind_are_a_search_without_a_hit(scene: Scene) -> None:
    li = scene.staff("li")
    for words in ("字" * 5000, "%_'\"--", "😀", "#99999999999"):
        assert seek(scene, li, words).text.startswith("没有找到与「")


def test_telephone_numbers_in_a_title_are_starred(scene: Scene) -> None:
    li = scene.staff("li")
    number = raised(scene, "anna")
    scene.write(lambda db: db.execute(update(tickets).values(subject="电话13912345678打不通")))
    assert seek(scene, li, f"#{number}").text.endswith(" · 电话139****5678打不通 · 待认领")
