"""What staff read of help, tasks and approvals, and who reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.notifications.notice import Audience
from bot.notifications.rules import notices
from escalation.policy.model import Policy
from escalation.tickets.events import Event
from escalation.tickets.task_events import TaskAnswered, TaskAsked, TaskDue, TaskLapsed, TaskWithdrawn
from tests.escalation.tickets.ticket_examples import CLAIMED, HELP, LI, NOW, WANG

APPROVAL = replace(HELP, kind="approval", asked_of="客服王", text="老客户", matter="价格优惠", amount=120_050)
GIVEN = replace(APPROVAL, state="answered", agreed=True, answer="仅此一次")
DENIED = replace(GIVEN, agreed=False, answer="利润不够")
DESK, WHO, WHO_ASKED = Audience("queue", "技术支持"), Audience("staff", str(WANG)), Audience("staff", str(LI))


@pytest.mark.parametrize(
    ("event", "sentence", "to"),
    [
        (
            TaskAsked(CLAIMED, HELP, "客服李"),
            "【求援】#7 潘大勇（三级，通用客服）需要技术支援，请在 今天 10:00 前到工单里答复：打不开",
            (DESK,),
        ),
        (
            TaskAsked(CLAIMED, replace(HELP, kind="task", asked_of="财务部"), "客服李"),
            "【任务】#7 潘大勇（三级，通用客服）：客服李请您在 今天 10:00 前完成：打不开",
            (Audience("role", "manager"),),
        ),
        (
            TaskAsked(CLAIMED, APPROVAL, "客服李"),
            "【审批】#7 潘大勇（三级，通用客服）：客服李请您在 今天 10:00 前答复价格优惠 1,200.50 元的审批：老客户",
            (WHO,),
        ),
        (
            TaskAnswered(CLAIMED, replace(HELP, state="answered", answer="先停备机"), "客服王"),
            "【已答复】#7 潘大勇（三级）：客服王答复了发给技术的求援：先停备机",
            (WHO_ASKED,),
        ),
        (
            TaskAnswered(CLAIMED, GIVEN, "客服王"),
            "【已答复】#7 潘大勇（三级）：客服王答复了价格优惠 1,200.50 元的审批：同意：仅此一次",
            (WHO_ASKED,),
        ),
        (
            TaskAnswered(CLAIMED, DENIED, "客服王"),
            "【已答复】#7 潘大勇（三级）：客服王答复了价格优惠 1,200.50 元的审批：不同意：利润不够",
            (WHO_ASKED,),
        ),
        (
            TaskWithdrawn(CLAIMED, APPROVAL, "客服李"),
            "【已撤回】#7 潘大勇（三级）：客服李撤回了价格优惠 1,200.50 元的审批，不用再处理。",
            (WHO,),
        ),
        (
            TaskLapsed(CLAIMED, APPROVAL),
            "【请另请同事】#7 潘大勇（三级）：价格优惠 1,200.50 元的审批已撤回，对方不能再查看，请另请同事。",
            (WHO_ASKED,),
        ),
        (
            TaskDue(replace(CLAIMED, closed_to=f",{WANG},"), APPROVAL, "warning", NOW, NOW, ("asked",)),
            "【提醒】#7 潘大勇（三级，通用客服）：价格优惠 1,200.50 元的审批请在 今天 10:00 前答复。",
            (),
        ),
        (
            TaskDue(CLAIMED, APPROVAL, "warning", NOW, NOW, ("asked",)),
            "【提醒】#7 潘大勇（三级，通用客服）：价格优惠 1,200.50 元的审批请在 今天 10:00 前答复。",
            (WHO,),
        ),
        (
            TaskDue(CLAIMED, APPROVAL, "breach", NOW, NOW, ("asked", "asker")),
            "【未答复】#7 潘大勇（三级，通用客服）：价格优惠 1,200.50 元的审批应于 今天 10:00 前答复，至今没有答复。",
            (WHO, WHO_ASKED),
        ),
    ],
)
def test_each_step_is_told_in_a_whole_sentence_to_whom_it_concerns(
    policy: Policy, event: Event, sentence: str, to: tuple[Audience, ...]
) -> None:
    (found,) = notices(policy, event, "潘大勇", NOW)
    assert (found.text, found.to) == (sentence, to)
