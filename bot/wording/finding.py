"""Sentences of a search for tickets in a group of staff."""

from __future__ import annotations

HOW_TO_FIND = "请在 /find 后写上工单号、客户姓名、单位、电话或关键词，例如 /find 12、/find 张三 发票。结果仅您可见。"
NOTHING_FOUND = "没有找到与「{words}」有关的工单。可以换个说法，或在工作台查找。"
FOUND = "找到 {number} 张工单"
MORE_FOUND = "\n……还有 {number} 张，请写得更具体，或在工作台查找。"
