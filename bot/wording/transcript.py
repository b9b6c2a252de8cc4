"""How staff read the lines of a transcript: who speaks, and what stands for what is not text."""

from __future__ import annotations

from collections.abc import Sequence

BOT = "机器人"
EMPTY = "（空）"
NO_WORDS = "（没有文字）"
NUMBER_SHARED = "（共享了手机号）"
STICKER = "[贴纸]"
ELSEWHERE = "（无法在这里显示，请在工作台查看）"
PARTLY = "（有图片或文件未能转来，请在工作台查看。）"
UNSAYABLE = "（有一条消息无法在这里显示，请在工作台查看。）"
TAKEN_BACK = "（这条消息已撤回）"  # read by customers, in place of an agent's words
CORRECTION = "更正：{text}"  # a message of its own, where the one before cannot be changed any more
WITHDRAWN_NOTICE = "更正：之前发给您的一条消息有误，请不必理会，以后续消息为准。"

# Files that come without a name.
FILE = "文件"
PHOTO, ANIMATION, VOICE, AUDIO, VIDEO = "照片.jpg", "动图.mp4", "语音.ogg", "音频.mp3", "视频.mp4"
STICKER_ANIMATED, STICKER_VIDEO, STICKER_STILL = "贴纸.tgs", "贴纸.webm", "贴纸.webp"

# Why a file was not taken.
FILE_OVER_LIMIT, FILE_KIND = "超过 20 MB", "不支持这种文件"


def customer_called(customer: str) -> str:
    """The customer as the author of a line."""
    return f"客户 {customer}".strip()


def agent_called(name: str) -> str:
    """A member of staff as the author of a line that the customer reads."""
    return f"客服 {name}".strip()


def note_by(name: str) -> str:
    """A member of staff as the author of a note."""
    return f"内部备注 {name}".strip()


def changed_by(author: str) -> str:
    """The heading of a line whose words were changed afterwards."""
    return f"{author}修改了消息："


def deleted(author: str) -> str:
    """The heading of a line whose message was deleted at the channel, where nobody sees it any more."""
    return f"{author}的消息已删除："


def corrected(name: str) -> str:
    """The heading of a reply whose words were corrected afterwards."""
    return f"{agent_called(name)}的回复已更正："


def hidden(count: int) -> str:
    """Return what stands for lines of tickets that the reader may not see."""
    return f"此处有 {count} 条消息属于您无权查看的工单"


def quote_heading(ticket_id: int | None) -> str:
    """What stands before a line that another replies to: 「回复」「回复 #12 的消息」."""
    return f"回复 #{ticket_id} 的消息" if ticket_id is not None else "回复"


def points(score: str) -> str:
    """A score as the customer gave it: 「5 分」."""
    return f"{score} 分"


def rated(score: str) -> str:
    """The line of a rating: 「评价 5 分」."""
    return f"评价 {points(score)}"


def tapped(label: str) -> str:
    """The line of a tapped button."""
    return f"点选「{label}」"


def offered(labels: Sequence[str]) -> str:
    """The buttons below a line of the bot's."""
    return f"（选项：{' ｜ '.join(labels)}）"


def business_card(name: str, number: str) -> str:
    """The line of somebody else's contact."""
    return f"名片：{name} {number}"


def place(figures: str, name: str = "") -> str:
    """The line of a location: its degrees, and its name where it has one."""
    return f"位置：{name}（{figures}）" if name else f"位置：{figures}"


def file_refused(name: str, size: str, why: str) -> str:
    """The line of a file that was not taken."""
    return f"[未接收的文件：{name}，{size}，{why}]"


def linked(words: str, address: str) -> str:
    """Words of a message with the address of the link behind them."""
    return f"{words}（{address}）"
