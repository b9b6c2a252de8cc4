"""Sentences of the console's page of quarterly surveys."""

from __future__ import annotations

ONLY_LEADS = "调查结果由组长和主管查看，如需了解请联系组长。"
