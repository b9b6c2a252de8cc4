"""What staff read beside a customer's line: that it was passed on, what it quotes, what kind it was."""

from __future__ import annotations

SEPARATOR = "，"
OF_STORY = "回复一条动态"
PARTLY = "有部分内容无法读取"
DELETED = "已删除"
CUT = "原消息过长，只保留一部分"


def forwarded(name: str) -> str:
    """Somebody else's words: 「转发自张三」."""
    return f"转发自{name}" if name else "转发的消息"


def quoted(words: str) -> str:
    """The part of a message of this chat that is replied to."""
    return f"引用「{words}」"


def quoted_from(name: str) -> str:
    """Words of another chat stand in brackets before the customer's own."""
    return f"引用{name}在别处的消息" if name else "引用别处的消息"


def in_topic_of(ticket_id: int) -> str:
    """Words in the topic of a ticket that is closed."""
    return f"写在 #{ticket_id} 的话题里"


def with_quoted(quoted: str, words: str) -> str:
    """The words of another chat before the customer's own."""
    return f"「{quoted}」\n{words}" if quoted else words


def beside(mark: str, words: str) -> str:
    """A line with its mark before it, as a topic shows it."""
    return f"[{mark}]{words}" if mark else words
