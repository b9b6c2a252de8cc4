"""What staff read of accounts that the bot is connected to, whose owner's customers it answers."""

from __future__ import annotations

from bot.wording.telegram_staff import UNDELIVERED
from escalation.tickets.refusal_codes import RefusalCode

OWNER = "账号主人"  # who has no name here

_REMEDY = "请账号主人在 Telegram 的「商务」设置中重新允许，或改用其他方式联系客户。"
# Why nothing can be sent, as agents read it who wish to reply.
OBSTACLES: dict[RefusalCode, str] = {
    "business_off": "这位客户写到账号主人的 Telegram 账号，而机器人已与该账号断开，回复无法送达；"
    "请账号主人重新连接，或改用其他方式联系客户。",
    "business_no_right": "账号主人没有允许机器人代为回复消息，回复无法送达；" + _REMEDY,
    "business_window_over": "这位客户已有 24 小时没有来信，Telegram 不再允许机器人经账号主人的账号回复；"
    "请账号主人亲自回复，或改用其他方式联系客户。",
}
UNREACHABLE = "机器人已与账号主人的 Telegram 账号断开，消息无法送达；请账号主人重新连接，或改用其他方式联系客户。"
DISCONNECTED = "【账号断开】机器人已与{owner}的 Telegram 账号断开，不再收发其客户的消息；受影响的未结工单 {count} 张。"
TICKET_DISCONNECTED = "【账号断开】工单 #{ticket} 的客户写到{owner}的账号，机器人已与该账号断开，消息无法送达。"
NO_RIGHT = (
    "【缺少权限】{owner}没有允许机器人代为回复消息，机器人无法答复其客户。请账号主人在 Telegram 的「商务」设置中打开。"
)
# What staff are told when the bot's own words do not arrive.
NOTHING_SENT: dict[RefusalCode, str] = {
    "business_off": "【未能送达】机器人已与{owner}的 Telegram 账号断开，发给其客户的消息没有送达。",
    "business_no_right": "【未能送达】{owner}没有允许机器人代为回复消息，发给其客户的消息没有送达。",
    "business_window_over": "【未能送达】{owner}的一位客户已有 24 小时没有来信，Telegram 不允许机器人再发消息，"
    "发给这位客户的消息没有送达。",
}
# What is missing, on the page that lists the accounts.
MISSING = {
    "can_reply": "不能代为回复：客户的来信只能看到，无法答复。",
    "can_read_messages": "不能标为已读：同事答复后，来信在账号主人那里仍显示未读。",
    "can_delete_sent_messages": "不能撤回：已发出的回复只能更正，不能删除。",
}
NOT_ENABLED = "已断开：不再收发其客户的消息。"
RIGHTS_UNKNOWN = "权限尚未得知，有新消息时再查。"


def owner_called(name: str) -> str:
    """The owner of an account, by name where it is known: 「账号主人王强」."""
    return f"{OWNER}{name}"


def owner_as_author(name: str) -> str:
    """The owner as the author of a line, whom no account of staff stands for: 「王强（账号主人）」."""
    return f"{name}（{OWNER}）" if name else OWNER


def undelivered(obstacle: str) -> str:
    """What the author of a reply reads that was not delivered; `obstacle`: the code of what stands in the way."""
    why = next((sentence for code, sentence in OBSTACLES.items() if code == obstacle), None)
    return f"这条回复没有送达客户：{why}" if why is not None else UNDELIVERED
