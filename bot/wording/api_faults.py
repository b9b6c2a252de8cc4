"""Sentences of the REST API for fields that are wrong: by pydantic's kinds of errors, and by the codes of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.wording.table_faults import CRM, chinese

NO_JSON = "请求内容不是有效的 JSON。"
BODY = "请求内容"
OTHERWISE = "{field}的值不符合要求，请对照接口文档核对。"
UNION = "{field}须为文字或数字，这里是 {found}。"
# Of a request, by pydantic's kind of error.
FIELDS = {
    "missing": "请填写{field}。",
    "extra_forbidden": "没有{field}这个字段。",
    "string_type": "{field}须为文字，这里是 {found}。",
    "string_too_short": "{field}至少 {min_length} 个字。",
    "string_too_long": "{field}最多 {max_length} 个字。",
    "literal_error": "{field}须为 {names} 之一，这里是 {found}。",
    "bool_type": "{field}须为 true 或 false，这里是 {found}。",
    "bool_parsing": "{field}须为 true 或 false，这里是 {found}。",
    "int_type": "{field}须为整数，这里是 {found}。",
    "int_parsing": "{field}须为整数，这里是 {found}。",
    "greater_than_equal": "{field}不能小于 {ge}，这里是 {found}。",
    "less_than_equal": "{field}不能大于 {le}，这里是 {found}。",
    "list_type": "{field}须为数组。",
    "dict_type": "{field}须为 JSON 对象。",
    "model_attributes_type": "{field}须为 JSON 对象。",
}
# Of a record that could be read, by its codes.
RECORD = CRM | {
    "unknown": "没有{column}这个字段。",
    "text": "{column}须为文字或数字。",
    "twice": "{kind} {number} 写了两次，请只保留一项。",
    "before": "{column}不能早于 begins（{begins}），这里是 {found}。",
    "too_many": "一次最多提交 {most} 项，这里有 {found} 项。",
}
ITEM = "第 {place} 项：{told}"
_LONGEST_SHOWN = 40
_TYPES = frozenset({"int", "float", "str", "bool"})  # what pydantic adds to the place of a union's members


def of_request(errors: Iterable[Mapping[str, Any]]) -> str:
    """Return what is wrong with a request, a sentence for each field, from pydantic's errors."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        if error["type"] == "json_invalid":
            return NO_JSON
        found.setdefault(_field(error["loc"]), []).append(error)
    return "".join(_sentence(field, of_it) for field, of_it in found.items())


def of_record(code: str, field: str | None, values: Mapping[str, str]) -> str:
    """Return what is wrong with a record, its field named as the request names it."""
    return RECORD[code].format(**{**chinese(values), "column": f"「{field}」"})


def _field(loc: tuple[str | int, ...]) -> str:
    parts = [str(part) for part in loc[1:]]
    if len(parts) > 1 and parts[-1] in _TYPES:
        parts.pop()
    return ".".join(parts)


def _sentence(field: str, errors: list[Mapping[str, Any]]) -> str:
    named, of_all = f"「{field}」" if field else BODY, {error["type"] for error in errors}
    first = errors[0]
    template = UNION if len(of_all) > 1 else FIELDS.get(first["type"], OTHERWISE)
    limits = first.get("ctx", {})
    names = "、".join(re.findall(r"'([^']*)'", str(limits.get("expected", ""))))
    values = {**limits, "field": named, "names": names, "found": _shown(first.get("input"))}
    return template.format(**values)


def _shown(value: object) -> str:
    told = json.dumps(value, ensure_ascii=False, default=str)
    return told if len(told) <= _LONGEST_SHOWN else f"{told[:_LONGEST_SHOWN]}…"
