"""Words of the desk: the list of tickets, its views, bulk actions and alerts."""

from __future__ import annotations

SPEAKERS = {"customer": "客户：", "bot": "机器人：", "agent": "客服："}
NO_WORDS = {True: "［文件］", False: "［没有文字］"}
SORTS = {"clock": "最急的在前", "newest": "最新消息在前", "oldest": "等得最久的在前"}
ALERTS = {"all": "新工单和我的客户来消息", "mine": "只在我的客户来消息时", "urgent": "只在特级或紧急工单时"}

BULK_DONE = "已处理 {done} 张工单。"
BULK_LEFT = "有 {left} 张没有处理：{why}"
BULK_NONE = "请先勾选工单。"
BULK_TOO_MANY = "一次最多处理 {most} 张工单，请分几次。"
BULK_NOBODY = "请选择要派给的同事。"
BULK_NO_QUEUE = "请选择要转到的队列。"

VIEW_NAME = "请给视图起个名字，最多 {most} 个字。"
VIEWS_FULL = "最多保存 {most} 个视图，请先删掉不用的。"
UNKNOWN_ALERTS = "没有这样的提醒方式，请重新选择。"

# Views of the list beside a ticket, by their query.
PANE = {"show=mine": "我的", "show=unread": "未读", "show=waiting": "待认领", "": "全部"}
NOTHING_HERE = "这里没有工单。"
