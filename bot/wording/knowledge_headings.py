"""Headings of uploaded tables of questions that are recognised, and sentences for the faults of such files."""

from __future__ import annotations

from collections.abc import Mapping

from bot.wording.knowledge_pages import FIELDS, REFUSED
from bot.wording.table_faults import ANY

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "编号", "问题编号", "问题id"),
    "category": ("category", "分类", "类别", "主题", "话题", "栏目", "问题分类", "业务分类"),
    "question": ("question", "问题", "标准问", "标准问题", "标准问法", "问句"),
    "similar": ("similar", "相似问法", "相似问", "相似问题", "其他问法", "扩展问", "扩展问法", "相似说法", "问法"),
    "answer": ("answer", "答案", "回答", "回复", "答复", "标准答案", "回复内容", "答案内容"),
    "night_answer": ("night_answer", "夜间答案", "非工作时间答案", "服务时间外的答案", "服务时间外答案"),
    "tiers": ("tiers", "等级", "可见等级", "客户等级"),
    "valid_from": ("valid_from", "生效时间", "生效日期", "开始日期", "开始时间"),
    "valid_until": ("valid_until", "失效时间", "失效日期", "截止日期", "结束日期", "有效期至", "有效期"),
}
IGNORED = "不导入"

FAULTS: Mapping[str, str] = {
    "missing": "「{field}」是空的，请填写。",
    "no_words": "「{text}」里没有文字，请像客户那样问。",
    "same_id": "编号「{id}」在第 {line_before} 行已经用过，每个问题的编号不能相同。",
    "same_phrasing": "「{text}」与第 {line_before} 行的「{first}」相同，同一句话只能归在一个问题下。",
    "period": "失效时间须晚于生效时间。",
    "instant": "「{field}」须为日期，例如 2026-11-01，或带时区的时间，例如 2026-11-01T08:00+08:00；这里是「{found}」。",
    "category": "政策里没有「{found}」这个分类，现有：{known}。",
    "tier": "政策里没有「{found}」这个等级，现有：{known}。",
    "no_list": "文件须为问题的列表，每个问题以「- id:」开头。",
    "encoding": "这里不是 UTF-8，请把文件另存为 UTF-8。",
    "second_document": "从这里开始是另一份文档，请把所有问题放进同一个列表，不要有「---」这一行。",
    "yaml": "从这里起读不出来，请检查缩进、冒号和引号。",
    "character": "有不允许的字符 {found}，请删去。",
    "empty": "文件是空的，至少要有一个问题。",
    "unknown_field": "没有「{field}」这个字段，请核对拼写。",
    "field_twice": "同一个问题里「{field}」写了两次，请只保留一次。",
    "shape": "「{field}」的写法不对；含冒号或以 [、{{ 开头的文字请加引号。",
    "no_column": "还没有指定哪一列是「{field}」，请在上面选择。",
    "two_columns": "有两列都选成了「{field}」，请只保留一列。",
    "merged": "{cells} 是合并的单元格，请取消合并，每行写全。",
    "no_heading": "第 {heading} 行没有内容，请核对列名在第几行。",
    **{name: REFUSED[name] for name in ("long_question", "long_answer", "many_phrasings", "exists")},
}
WARNINGS: Mapping[str, str] = {
    "column": "「{found}」这一列没有认出来，不会导入。需要的话，请在上面选择它是哪一项。",
    "number": "答案只是数字「{found}」。如果表格里显示的是百分数、金额或日期，读到的是原始数值，请核对，"
    "最好改成完整的一句话。",
    "list": "问法「{found}」里有顿号：是一句话，还是几种问法写在了一起？写在一起的，请勾选「顿号也分开」，"
    "或在文件里分行。",
}
UNREADABLE = "这个文件读不出来：{said}"
CONFIRM_FIRST = "请先核对上面的提示，并勾选「我已核对」。"
FAULTS_FIRST = "文件里还有错误，没有放进草稿。"
DECIDED = "这个文件已经处理过了。"
MOVED = "刚才有人改了草稿，没有放进去。请再看一遍会改变什么，然后重新确认。"
NO_FILE = "请先选择文件。"
TOO_LARGE = "文件太大，须小于 5 MB。"
FORMAT = "请上传 XLSX、CSV 或 YAML 文件。"


def fault(code: str, values: Mapping[str, str], message: str) -> str:
    """Return a fault of a file in Chinese; the English message for what has no sentence."""
    named = {**values, **({"field": FIELDS.get(values["field"], values["field"])} if "field" in values else {})}
    sentence = FAULTS.get(code) or ANY.get(code)
    return sentence.format(**named) if sentence else message
