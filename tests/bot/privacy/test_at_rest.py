"""What a person wrote, and what was written to and about them, stands nowhere as bytes in what a running desk keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.agents.actions import Note, Reply, Resolve
from bot.tickets.customer_details import add_note, put_items, set_details
from bot.tickets.tier_changes import apply_patch
from bot.transcript import dead_letters, edits, word_index
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.items import CustomerItem
from escalation.staff import Staff
from tests.bot.scene import Scene

VALUES = {
    "phone": "13977788899",
    "ID card": "330106198807126641",
    "bank card": "6222021345678901",
    "address": "文三路九九八弄六号",
    "e-mail": "ouyang.dantai@example.org",
    "password": "Kx9-utla77",
    "name": "欧阳澹台",
    "WeChat id": "wx_dantai_907",
    "number plate": "浙A8K27M",
    "note": "她只在周四下午接电话",
    "file name": "发票影像-KX5501",
    "file content": "%PDF of KXFILE-5501",
    "reply": "配件明早用顺丰寄出",
}
CUSTOMER = "KX-90417"


@pytest.fixture
def desk(scene: Scene) -> Scene:
    """A desk with open connections, whose customer has written, was answered and is being searched for."""
    agent = scene.staff("lin")
    patch = CustomerPatch(
        CUSTOMER, contact=VALUES["name"], phone=VALUES["phone"], email=VALUES["e-mail"], annual_amount=9_000
    )
    scene.write(apply_patch, scene.rules, patch, scene.now, "cli")
    scene.write(add_note, scene.rules, CUSTOMER, VALUES["note"], "林", "lin", scene.now)
    item = CustomerItem("device", "SN-KX-1", "激光打印机", note=VALUES["address"])
    scene.write(put_items, scene.rules, CUSTOMER, [item], "lin", scene.now)
    scene.write(set_details, scene.rules, CUSTOMER, "lin", scene.now, note=VALUES["WeChat id"])
    scene.write(dead_letters.keep, scene.vault, "k1", "sticker", 5, "unknown kind", VALUES, scene.now)
    for channel, address in (("web", "f" * 32), ("telegram", "5550417")):
        talk(scene, agent, channel, address)
    while scene.read(word_index.are_behind):
        scene.write(word_index.write_some, scene.vault)
    return scene


def talk(scene: Scene, agent: Staff, channel: str, address: str) -> None:
    """All of it is said in a talk that is handed over, answered and ended."""
    web = scene.visitor(address, channel)
    web.identify(CUSTOMER)
    web.say("转人工")
    web.say(f"我叫{VALUES['name']}，住杭州市{VALUES['address']}，电话 {VALUES['phone']}")
    web.say(f"身份证 {VALUES['ID card']}，卡号 {VALUES['bank card']}，车牌 {VALUES['number plate']}")
    web.say(f"邮箱 {VALUES['e-mail']}，微信号 {VALUES['WeChat id']}，密码是 {VALUES['password']}")
    web.send_file(f"{VALUES['file name']}.pdf", "application/pdf", VALUES["file content"].encode() * 20)
    scene.act(scene.claimed_by(agent), Note(VALUES["note"]))
    # The first answer is kept beside the question as a gap of the knowledge base, masked and not sealed.
    scene.act(agent, Reply("您好，我看一下", f"{channel}-1"))
    scene.act(agent, Reply(f"{VALUES['name']}您好，{VALUES['reply']}。", f"{channel}-2"))
    scene.write(edits.revise, web.lines()[0].id, f"我叫{VALUES['name']}，改到{VALUES['address']}", scene.now)
    scene.act(agent, Resolve(why=VALUES["note"]))


def standing(folder: Path) -> Iterator[str]:
    """Which of the values stand as bytes in which file of a folder."""
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        for what, value in VALUES.items():
            ways = (value.encode(), value.encode("utf-16-le"), value.encode("unicode_escape"), value.encode("gb18030"))
            if any(way in content for way in ways):
                yield f"{what} in {path.name}"


def test_none_of_the_values_stands_in_the_database_or_its_journal_while_the_desk_runs(
    desk: Scene, tmp_path: Path
) -> None:
    names = {path.name for path in tmp_path.iterdir()}
    assert {"test.sqlite3", "test.sqlite3-wal"} <= names
    assert list(standing(tmp_path)) == []
