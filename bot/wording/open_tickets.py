"""Sentences of the overview of open tickets."""

from __future__ import annotations

NAME = "总览"  # of its topic
NONE_OPEN = "目前没有未结工单。"
OPEN = "未结工单 {number}"
COUNTS = " · 已超时 {late} · 待认领 {waiting}\n"
MORE = "\n……还有 {number} 张，请在工作台查看。"
LATE = " · {label}已超时，应于 {due} 前完成"
DUE = " · {label} {due} 前"
WAITS_FOR_CUSTOMER = " · 等待客户"
