"""Sentences of the console after an action, by its code, and for empty lists."""

from __future__ import annotations

from collections.abc import Mapping

from bot.wording.history import EVENTS

STRETCHED = "{queue}有 {count} 张工单在等，当班的人都在忙碌或手上已满额。"
TICKET = {
    "bound": "已确认客户身份，等级和期限随之更新。",
    "unbound": "已解除绑定，等级和期限随之更新。",
    "open": "工单已登记。",
    "claim": "已认领，请尽快联系客户。认领不算首次联系。",
    "release": "已退回队列。",
    "reply": "回复已发给客户。",
    "lines": "消息已关联到本工单。",
    "note": "备注已保存，仅内部可见。",
    "suggested": "好的，这张工单上不再推荐这个答案。",
    "record": "进展已登记。",
    "words": "已登记。",
    "transfer": "已转交，期限不变。",
    "resolve": "已标记为解决，并询问客户是否还有其他需要。",
    "resolve_untold": "已标记为解决。系统无法通知这位客户，请打电话告知处理结果。",
    "plan": "方案已保存，请尽快与客户沟通。",
    "send_plan": "方案已发给客户，客户可以直接点「同意」或「有异议」。",
    "send_progress": "进展已发给客户，进展报告的期限重新计时。",
    "send_invitation": "已邀请客户验收，客户可以直接点「验收通过」或「还有问题」。",
    "send_result": "处理结果已发给客户。",
    "tick": "这一步已勾选完成。",
    "consult": "已登记，与谁、时间和结果都留在记录里。",
    "acknowledge": "好的，目前的超时不再重复提醒；到了下一级，仍会照常上报。",
    "grade": "紧急程度已更新。调高的，期限随之提前；调低的，已有期限不推后。",
    "help": "求援已发出。对方可以查看这张工单并在这里答复，答复后期限随之办结。",
    "ask": "请求已发出，对方可以查看这张工单并在这里答复。",
    "answer": "已答复，提出的同事会收到通知。",
    "reword": "已更正。网页上随即显示；其他渠道改不了原消息时，会另发一条更正。",
    "take_back": "已撤回。网页上随即显示；其他渠道收不回原消息时，会另发一条说明。",
    "withdraw": "已撤回，对方不用再处理。",
    "undo": "已撤销，期限恢复原样。",
    "reopen": "工单已重新打开，期限重新计时。",
    "danger": "已按现有危险处理：紧急程度已调到最高，并已通知值班人员。",
    "correct": "已保存，队列和期限随之更新。",
    "report": "服务报告已提交。",
    "merge": "已合并，以后在那张工单上继续处理。",
    "objection": "结果已记录。维持原评定的，请答复客户；提议了新等级的，等批准后再答复。",
    "subjects": "投诉对象已登记。这张工单从现在起只对涉及的同事保密；不涉及同事的，不再保密。",
}
UNDO = "刚才的操作「{what}」现在还可以撤销。"
_UNDO_BRIEFLY = {"waiting_for_customer": "等待客户"}  # whose line in the history says more
UNDONE_ON_BOARD = {"transfer": "transferred", "release": "released"}  # the event of a form that leads back there
GAP = {
    "add": "已加为相似问法并发布，以后这样问会直接得到答案。",
    "new": "新问题已发布，以后这样问会直接得到答案。",
    "dismiss": "已忽略，可以在「最近处理」里撤销。",
    "undo": "已撤销，这一条回到待处理；当时加进知识库的内容也已撤下。",
}
INCIDENT = {
    "declared": "已宣布。相关客户会陆续收到通知，之后来问的客户也会各收到一次。",
    "ended": "已结束。收到过中断通知的客户会陆续收到结束通知，经办人也已收到提醒。",
}
ROSTER = {
    "import": "已导入，这些日期原有的班次已被替换。",
    "add": "已加入班次。",
    "remove": "已移除班次。",
    "swap": "已换班。",
}
CALENDAR = {
    "day": "已保存。未完成的期限随即按新的日历重算。",
    "import": "已保存。未完成的期限随即按新的日历重算。",
    "put_off": "知道了，暂时不再提醒。公布后请在这里粘贴通知全文。",
    "restored": "已恢复。未完成的期限随即按恢复的日历重算。",
    "same": "文件里的安排和现有的一样，没有改动。",
}
# After what the staff chat reads of a year that is missing.
PUT_OFF_HINT = "如果还没有公布，请在「日历」中点「还没公布」，过一段时间再提醒。"
TELEGRAM = {"unlinked": "已解除关联，该账号不能再以您的身份操作。", "seen": "已标记为已处理。"}

# By the board's selection.
NOTHING_SHOWN = {
    "all": "这里没有等待的客户，辛苦了。",
    "late": "没有超时的工单。",
    "waiting": "没有待认领的工单。",
    "mine": "这里没有您经办的工单。",
    "unread": "您的客户都没有新消息。",
    "customer": "没有在等待客户的工单。",
}


def can_undo(kind: str, facts: Mapping[str, str]) -> str:
    """Return that the latest action can be taken back; `facts` are the policy's, by name."""
    return UNDO.format(what=_UNDO_BRIEFLY.get(kind) or EVENTS.get(kind) or facts.get(kind, kind))


def restored_note(version: int) -> str:
    """Return the note of a calendar year that was made as a version of it was; 0 is the policy file."""
    return f"恢复到第 {version} 版" if version else "恢复到政策文件"
