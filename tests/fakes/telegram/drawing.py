"""A recorded forum group as one HTML page: its topics on the left, one of them with pinned card and buttons right."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from tests.fakes.telegram.chats import Chat, Message, Topic
from tests.fakes.telegram.drawing_style import STYLE
from tests.fakes.telegram.icons import first, safe
from tests.fakes.telegram.refusals import Json

if TYPE_CHECKING:
    from tests.fakes.telegram.bot import Bot

COLORS = ("#6fb9f0", "#ffd67e", "#cb86db", "#8eee98", "#ff93b2", "#fb6f5f")
FACES = ("#e17076", "#7bc862", "#65aadd", "#a695e7", "#ee7aae", "#6ec9cb", "#faa774")
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "text_link": "a",
    "url": "a",
    "text_mention": "a",
    "mention": "a",
}
KINDS = {
    "photo": "图片",
    "document": "文件",
    "voice": "语音",
    "audio": "音频",
    "video": "视频",
    "sticker": "贴纸",
    "location": "位置",
    "contact": "名片",
}


def draw(
    bot: Bot, chat: int, thread: int, *, viewer: int = 0, clock: Callable[[Message], str] | None = None, last: int = 40
) -> str:
    """The page as somebody sees it (their own messages right); `clock` says what stands beside a message."""
    found = bot.chats[chat]
    told = clock or (lambda message: "")
    shown = found.standing_messages(thread)[-last:]
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=1120">
<title>{safe(found.raw["title"])}</title><style>{STYLE}</style></head>
<body><div class="window">{_topics(found, thread, told)}
<main>{_head(found, found.topics[thread])}{_pinned(found, thread)}
<div class="talk">{"".join(_turns(found, shown, viewer, told))}</div>
<div class="write"><span>发送消息……</span></div></main></div></body></html>
"""


def _face(name: str, key: int) -> str:
    return f'<span class="face" style="background:{FACES[key % len(FACES)]}">{first(name)}</span>'


# The list of topics.


def _topics(chat: Chat, thread: int, told: Callable[[Message], str]) -> str:
    standing = [topic for topic in chat.topics.values() if not topic.deleted]
    newest = sorted(standing, key=lambda topic: _last(chat, topic), reverse=True)
    pinned = [topic for topic in newest if any(message.pinned for message in chat.standing_messages(topic.thread))]
    ordered = pinned + [topic for topic in newest if topic not in pinned]
    members = sum(row["status"] not in ("left", "kicked") for row in chat.members.values())
    rows = "".join(_topic_row(chat, topic, told, chosen=topic.thread == thread) for topic in ordered)
    head = f"<header>{_face(chat.raw['title'], 2)}<div><b>{safe(chat.raw['title'])}</b>"
    return f"<nav>{head}<small>{members} 位成员 · {len(standing)} 个话题</small></div></header>{rows}</nav>"


def _last(chat: Chat, topic: Topic) -> int:
    return max((message.number for message in chat.standing_messages(topic.thread)), default=0)


def _topic_row(chat: Chat, topic: Topic, told: Callable[[Message], str], *, chosen: bool) -> str:
    messages = [message for message in chat.standing_messages(topic.thread) if not message.service]
    last = messages[-1] if messages else None
    words = _in_short(last) if last is not None else ""
    icon = f'<i style="background:{COLORS[topic.thread % len(COLORS)]}">{first(topic.name)}</i>'
    when = safe(told(last)) if last is not None else ""
    lock = " 🔒" if topic.closed else ""
    kind = "row chosen" if chosen else "row"
    return (
        f'<div class="{kind}">{icon}<div><b>{safe(topic.name)}{lock}</b><em>{when}</em>'
        f"<small>{safe(words)}</small></div></div>"
    )


def _in_short(message: Message) -> str:
    who = message.raw["from"]["first_name"]
    return f"{who}：{message.text.splitlines()[0] if message.text else _kind(message)}"


def _kind(message: Message) -> str:
    return next((f"［{word}］" for kind, word in KINDS.items() if kind in message.raw), "［消息］")


# The topic that is open.


def _head(chat: Chat, topic: Topic) -> str:
    count = len([message for message in chat.standing_messages(topic.thread) if not message.service])
    icon = f'<i style="background:{COLORS[topic.thread % len(COLORS)]}">{first(topic.name)}</i>'
    return f"<header>{icon}<div><b>{safe(topic.name)}</b><small>{count} 条消息</small></div></header>"


def _pinned(chat: Chat, thread: int) -> str:
    pinned = [message for message in chat.standing_messages(thread) if message.pinned]
    if not pinned:
        return ""
    return f'<div class="pinned"><b>置顶消息</b><small>{safe(" ".join(pinned[-1].text.split()))}</small></div>'


def _turns(chat: Chat, messages: Iterable[Message], viewer: int, told: Callable[[Message], str]) -> Iterable[str]:
    """Messages, those of one sender in a row under one face."""
    for (sender, service), row in groupby(messages, key=lambda m: (m.raw["from"]["id"], m.service)):
        if service:
            yield from (f'<p class="service">{line}</p>' for line in map(_service, row) if line)
            continue
        said = list(row)
        name = said[0].raw["from"]["first_name"]
        mine = " mine" if sender == viewer else ""
        bubbles = "".join(
            _bubble(chat, message, told, name=name if nth == 0 else "") for nth, message in enumerate(said)
        )
        yield f'<div class="turn{mine}">{_face(name, sender)}<div class="said">{bubbles}</div></div>'


def _service(message: Message) -> str:
    who = safe(message.raw["from"]["first_name"])
    match message.raw:
        case {"forum_topic_created": about}:
            return f"{who} 创建了话题「{safe(about['name'])}」"
        case {"forum_topic_edited": about}:
            return f"{who} 将话题改名为「{safe(about['name'])}」"
        case {"forum_topic_closed": _}:
            return f"{who} 关闭了话题"
        case {"forum_topic_reopened": _}:
            return f"{who} 重新打开了话题"
        case {"pinned_message": _}:
            return f"{who} 置顶了一条消息"
    return ""


def _bubble(chat: Chat, message: Message, told: Callable[[Message], str], *, name: str) -> str:
    raw = message.raw
    parts = (
        [f'<div class="name" style="color:{FACES[raw["from"]["id"] % len(FACES)]}">{safe(name)}</div>'] if name else []
    )
    answered = raw.get("reply_to_message")
    if answered is not None and "forum_topic_created" not in answered:
        quoted = chat.messages.get(answered["message_id"])
        words = (quoted.text if quoted is not None else answered.get("text", "")) or "［消息］"
        parts.append(
            f'<div class="quote"><b>{safe(answered["from"]["first_name"])}</b>{safe(words.splitlines()[0])}</div>'
        )
    parts += [_attachment(raw, kind) for kind in KINDS if kind in raw]
    entities = raw.get("entities") or raw.get("caption_entities") or []
    parts.append(f'<div class="text">{styled(message.text, entities)}</div>' if message.text else "")
    edited = "已编辑 " if message.past and "edit_date" in raw else ""
    signs = "".join(f"<span>{safe(sign)}</span>" for sign in message.reactions)
    parts.append(f'<div class="foot"><span class="signs">{signs}</span><em>{edited}{safe(told(message))}</em></div>')
    return f'<div class="bubble">{"".join(parts)}</div>{_buttons(message.markup)}'


def _attachment(raw: Json, kind: str) -> str:
    if kind == "photo":
        return '<div class="photo">' + safe("🖼") + "</div>"
    about = raw[kind]
    name = about.get("file_name") or about.get("emoji") or about.get("phone_number") or KINDS[kind]
    return f'<div class="file"><i>{safe("📍" if kind == "location" else "📄")}</i>{safe(name)}</div>'


def _buttons(markup: Json) -> str:
    rows = markup.get("inline_keyboard", [])
    lines = ("".join(f'<a class="{_look(one)}">{safe(one["text"])}</a>' for one in row) for row in rows)
    drawn = "".join(f"<div>{line}</div>" for line in lines)
    return f'<div class="buttons">{drawn}</div>' if drawn else ""


def _look(button: Json) -> str:
    return "disabled" if "disabled" in button else str(button.get("style", ""))


def styled(text: str, entities: Iterable[Json]) -> str:
    """The words with their bold and their links; offsets count UTF-16 units."""
    raw = text.encode("utf-16-le")
    marks: list[tuple[int, int, str]] = []
    for entity in entities:
        if (tag := TAGS.get(entity["type"])) is not None:
            start, end = entity["offset"], entity["offset"] + entity["length"]
            # At one place what ends comes first, and what is longer begins outside.
            marks += [(start, entity["length"], f"<{tag}>"), (end, -entity["length"], f"</{tag}>")]
    out, at = [], 0
    for place, order, tag in sorted(marks, key=lambda mark: (mark[0], mark[1] > 0, -mark[1])):
        del order
        out.append(safe(raw[at * 2 : place * 2].decode("utf-16-le")) + tag)
        at = place
    return "".join(out) + safe(raw[at * 2 :].decode("utf-16-le"))
