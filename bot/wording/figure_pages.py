"""Sentences of the pages of figures and of exports."""

from __future__ import annotations

JOURNEY = "工单 #{ticket} 的经过"
