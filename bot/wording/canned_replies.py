"""Canned replies in words: placeholders, columns of their tables, refusals, outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.wording.table_faults import ANY

# What a reply may name in braces → its id, and what it stands for; the agent fills in what the ticket has no value for.
PLACEHOLDERS: Mapping[str, tuple[str, str]] = {
    "客户姓名": ("customer", "客户资料里的联系人"),
    "单位": ("organisation", "客户的单位"),
    "工单号": ("ticket", "本工单的编号"),
    "事由": ("topic", "本工单的事由"),
    "编号": ("number", "这类事项要客户提供的编号，例如订单号"),
    "承诺时间": ("promise", "下一个对客户承诺的期限"),
    "客服姓名": ("agent", "您的姓名"),
    "公司": ("company", "公司名称"),
    "服务热线": ("phone", "政策里的服务热线"),
}
_NAMED = re.compile(r"[{｛]\s*([^{}｛｝\n]{1,20}?)\s*[}｝]")
_TO_FILL = "〔请填写：{name}〕"
_LEFT = re.compile(r"〔请填写[^〕\n]{0,40}〕")  # 国发〔2026〕1号 is none
NOT_FILLED = "回复里还有没填的内容：{left}。请填好或删去，再发送给客户。"

HEADINGS = {
    "scope": "归属",
    "code": "缩写",
    "title": "标题",
    "text": "内容",
    "queue": "队列",
    "topic": "事由",
    "tier": "等级",
    "uses": "使用次数",
    "changed": "最近修改",
}
OWN, TEAM = "个人", "团队"
FILE_NAME, SHEET = "快捷回复", "快捷回复"
NOT_FOR_YOU = "快捷回复供接待客户的同事使用。"

REFUSALS: Mapping[str, str] = {
    "no_code": "请填写缩写，回复客户时输入 / 加缩写就能找到它。",
    "bad_code": "缩写只能用汉字、字母和数字，最多 {longest} 个字，这里是「{found}」。",
    "no_title": "请填写标题。",
    "long_title": "标题最多 {longest} 个字，这里有 {found} 个。",
    "no_text": "请填写内容。",
    "long_text": "内容最多 {longest} 个字，这里有 {found} 个。",
    "unknown_placeholder": "没有「{{{found}}}」这个占位符，可以用：{known}。",
    "unknown_queue": "政策里没有「{found}」这个队列。",
    "unknown_topic": "政策里没有「{found}」这个事由。",
    "unknown_tier": "政策里没有「{found}」这个等级。",
    "own_has_no_queue": "个人的快捷回复只有您自己能用，不用选队列。",
    "bad_scope": "归属须为个人或团队，这里是「{found}」。",
    "taken": "「{found}」这个缩写已经用在「{title}」上，请换一个。",
    "taken_in_file": "「{found}」这个缩写在第 {line} 行已经用过，请换一个。",
    "too_many": "快捷回复太多了，{scope}最多 {most} 条，请先停用不再使用的。",
    "not_yours": "团队的快捷回复由组长和主管维护，需要修改请联系他们。",
    "not_your_queue": "这个队列的快捷回复由该队列的组长维护。",
    "gone": "这条快捷回复已经停用或不存在，列表已更新。",
}
DONE = {
    "add": "快捷回复已保存。",
    "change": "修改已保存。",
    "retire": "已停用，不再列出。",
    "import": "已导入 {count} 条。",
}


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return a reply with its placeholders filled, by id; one without a value becomes 〔请填写：…〕."""

    def value(found: re.Match[str]) -> str:
        return values.get(PLACEHOLDERS.get(found[1], ("", ""))[0]) or _TO_FILL.format(name=found[1])

    return _NAMED.sub(value, text)


def unknown_placeholder(text: str) -> str | None:
    """Return the first name in braces that is no placeholder; None if there is none."""
    return next((name for name in _NAMED.findall(text) if name not in PLACEHOLDERS), None)


def left_to_fill(text: str) -> Sequence[str]:
    """Return the places that the agent has yet to fill."""
    return list(dict.fromkeys(_LEFT.findall(text)))


def refusal(code: str, values: Mapping[str, str]) -> str:
    """Return why a reply is refused."""
    return REFUSALS[code].format(**values)


def fault_sentence(code: str, values: Mapping[str, str]) -> str:
    """Return what is wrong in a file of replies: with a reply, or with the table."""
    if code in REFUSALS:
        return refusal(code, values)
    said = dict(values)
    if "column" in said:
        said["column"] = HEADINGS.get(said["column"], said["column"])
    if "required" in said:
        said["required"] = "、".join(HEADINGS.get(name, name) for name in said["required"].split(", "))
    return ANY[code].format(**said)
