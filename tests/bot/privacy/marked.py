"""A person with twelve values of their own, told apart from everybody else's, and where their bytes are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.agents.actions import Note, Reply, Resolve
from bot.auth import one_time_codes
from bot.privacy.agreeing import Restriction, approve_erasure, ask_erasure
from bot.privacy.carrying_out import Ground
from bot.privacy.person import customer_called
from bot.tickets.customer_details import add_note, put_items, set_details
from bot.tickets.tier_changes import apply_patch
from bot.transcript import dead_letters, edits
from escalation.customers.consents import Consent, Whose, record_consent
from escalation.customers.customer_patch import CustomerPatch
from escalation.customers.data_requests import DataRequest
from escalation.customers.items import CustomerItem
from escalation.journal.journal_store import record
from escalation.staff import Staff
from escalation.supervision import drawing
from escalation.supervision.objecting import object_to
from escalation.supervision.rectifying import RectificationWish, rectify
from escalation.supervision.submitting import Scores, submit
from tests.bot.inspected import GOOD, SUPERVISION, wish_of
from tests.bot.scene import Scene

VALUES = {
    "name": "欧阳澹台",
    "organisation": "欧阳澹台工作室",
    "phone": "13977788899",
    "email": "ouyang.dantai@example.org",
    "contact id": "KX-90417",
    "WeChat id": "wx_dantai_907",
    "ID card": "330106198807126641",
    "address": "杭州市文三路九九八弄六号",
    "words": "扫描仪的玻璃板裂成三瓣了",
    "reply": "欧阳澹台您好，配件明早寄出",
    "note": "她只在周四下午接电话",
    "file": "发票影像-KXFILE-5501",
}
OTHER = "KX-90418"
NOTHING = Restriction()


@dataclass
class Marked:
    """The person in a scene, with two administrators."""

    scene: Scene
    id: str
    lin: Staff
    wang: Staff

    def erase(self, kept: Restriction = NOTHING) -> DataRequest:
        """One asks, the other agrees; nothing is erased yet."""
        customer = self.scene.read(customer_called, self.scene.rules, self.id, self.scene.now)
        asked = self.scene.write(ask_erasure, self.scene.rules, customer, self.lin, "cli", kept, self.scene.now)
        found: DataRequest = self.scene.write(approve_erasure, self.scene.rules, asked.id, self.wang, self.scene.now)
        return found


def ground_of(scene: Scene, folder: Path) -> Ground:
    folder.mkdir(exist_ok=True)
    file = Path(scene.database.url.removeprefix("sqlite:///")) if scene.database.is_sqlite else None
    return Ground(scene.database, lambda: scene.rules, folder, file, lambda: scene.now)


def marked(scene: Scene, *, ended: bool = True) -> Marked:
    """Everything that can be held of a person is held of this one."""
    lin, wang = scene.staff("lin", "admin"), scene.staff("wang", "admin")
    who = VALUES["contact id"]
    patch = CustomerPatch(
        who, contact=VALUES["name"], phone=VALUES["phone"], email=VALUES["email"], annual_amount=9_000
    )
    scene.write(apply_patch, scene.rules, patch, scene.now, "cli")
    twin = CustomerPatch(OTHER, contact=VALUES["name"], phone="13677788811", annual_amount=9_000)
    scene.write(apply_patch, scene.rules, twin, scene.now, "cli")
    scene.write(add_note, scene.rules, who, VALUES["note"], "林", "lin", scene.now)
    scene.write(
        put_items, scene.rules, who, [CustomerItem("device", "SN-KX-1", VALUES["organisation"])], "lin", scene.now
    )
    scene.write(set_details, scene.rules, who, "lin", scene.now, note=VALUES["WeChat id"])
    agreed = Consent("survey", True, scene.now, "", "phone", "lin")
    scene.write(record_consent, Whose(who), agreed)
    scene.write(one_time_codes.issue, "s", "customer", who, scene.now)
    scene.write(record, "look:lin", "customer file seen", "lin", scene.now, after={"about": f"customer {who}"})
    web, telegram = scene.visitor("f" * 32), scene.visitor("5550417", "telegram")
    for each in (web, telegram):
        each.identify(who)
    web.say(f"{VALUES['words']}，我叫{VALUES['name']}，住{VALUES['address']}")
    web.say(f"身份证 {VALUES['ID card']}，微信 {VALUES['WeChat id']}，电话 {VALUES['phone']}")
    web.say("转人工")
    web.send_file(f"{VALUES['file']}.pdf", "application/pdf", VALUES["file"].encode() * 20)
    scene.act(lin, Note(VALUES["note"]))
    scene.act(scene.claimed_by(lin), Reply(f"{VALUES['reply']}。", "r1"))
    scene.write(edits.revise, web.lines()[0].id, f"{VALUES['words']}！", scene.now)
    scene.write(dead_letters.keep, scene.vault, "k1", "sticker", 5550417, "unknown kind", VALUES, scene.now)
    telegram.say(VALUES["words"])
    if ended:
        scene.act(lin, Resolve())
        scene.pass_time(minutes=3)
        _inspect(scene, lin)
    return Marked(scene, who, lin, wang)


def _inspect(scene: Scene, agent: Staff) -> None:
    """Their ticket is scored, objected to and to be put right, all in words that quote them."""
    inspector, words = scene.staff("qian", "inspector", []), VALUES["words"]
    scene.write(drawing.draw, SUPERVISION, inspector, wish_of(scene), "cli", scene.now)
    scores = Scores(GOOD.answers, {"wording": f"客户说{words}"}, words)
    scene.write(submit, inspector, 1, scores, SUPERVISION.object_within, scene.now)
    scene.write(object_to, agent, 1, f"客户只说{words}", scene.now)
    today = scene.now.date()
    scene.write(rectify, inspector, 1, RectificationWish(agent.id, f"重听{words}", today), today, scene.now)


def found_in(folder: Path, but: tuple[str, ...] = ()) -> Iterator[str]:
    """Which of the values stand as bytes in which file of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in but:
            content = path.read_bytes()
            for what, value in VALUES.items():
                for encoded in (value.encode(), value.encode("utf-16-le"), _escaped(value)):
                    if encoded in content:
                        yield f"{what} in {path.name}"


def _escaped(value: str) -> bytes:
    return value.encode("unicode_escape")
