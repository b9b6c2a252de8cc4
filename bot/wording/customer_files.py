"""Sentences and labels of customers' files: what an organisation has, how an identity was checked, what is refused."""

from __future__ import annotations

from escalation.customers.items import ItemKind

ITEM_KINDS: dict[ItemKind, str] = {"order": "订单", "device": "设备", "contract": "合同", "product": "产品"}
CHANNELS = {"phone": "电话", "email": "邮件", "web": "网页", "telegram": "Telegram"}

# How a person made sure of who a customer is: the proof of the conversation from then on.
WAYS = {
    "callback": "回拨登记电话核对",
    "contract": "核对合同资料",
    "order": "核对订单信息",
    "colleague": "单位同事确认",
    "visit": "当面核对",
}

ONLY_WORKING = "客户资料供处理工单的同事查看，如需查询请联系组长。"
ONLY_LEADS = "合并、移除和导入由组长和主管操作，如需调整请联系组长。"
NO_SUCH_CUSTOMER = "没有这位客户，可能编号有误，请在客户列表里查找。"
NO_SUCH_CONTACT = "没有编号为「{id}」的联系人，请核对后再填。"
NOTE_EMPTY = "请填写备注内容。"
NOTE_LONG = "备注最多 {most} 个字，请删减后再提交。"
REMARK_LONG = "说明最多 {most} 个字，请删减后再提交。"
BAD_CHANNEL = "请从列表里选择首选联系方式。"
NO_FILE = "请选择要导入的文件。"
SEARCHED = "客户较多，这次只查了 {of} 位中的 {looked_at} 位，请稍后再查一次。"

MERGE_REFUSALS = {
    "itself": "不能与自己合并，请填写另一位联系人的编号。",
    "one_organisation": "这两位联系人已经属于同一单位。",
    "merged": "「{id}」已经合并到「{into}」，请使用后者。",
    "left": "「{id}」已经移除，请合并到其他联系人。",
    "tiers": "两个单位都有生效中的人工指定等级（{tier}、{other}），请先结束其中一个再合并。",
    "second_person": (
        "两个单位的人工指定等级不同（「{id}」：{tier}；「{into}」：{other}），合并会由一人改变它的适用范围。"
        "请先在「等级」页提议改为相同的等级和截止日，或提前结束，经第二人同意后再合并。"
    ),
}
STILL_OPEN = "这位联系人还有未结束的工单（{tickets}），结束后才能移除。"
REMOVED_ALREADY = "这位联系人已经移除。"
DONE = {
    "note": "备注已保存。",
    "details": "资料已保存。",
    "merged": "已合并，工单和对话都归入这位联系人。",
    "organisations": "单位已合并，联系人、订单和备注都已转入。",
    "removed": "已移除：这位联系人的电话不再作为身份依据，资料保留。",
    "objection": "异议已登记为工单，由专人核实后答复。",
    "items": "已导入。",
}

BIND_REFUSALS = {
    "finished": "工单已经结束，不能再确认客户身份。",
    "no_way": "请选择您是怎样核实身份的。",
    "unknown": "没有这位联系人，请重新查找。",
    "left": "这位联系人已经移除，不能再绑定。",
    "already": "这张工单已经是这位联系人的。",
    "other": "这张工单已确认为其他联系人；如有误，请组长先解除绑定。",
    "not_lead": "解除绑定由组长操作，请联系组长。",
    "not_bound": "客户身份不是人工核实的，不能在这里解除。",
}
