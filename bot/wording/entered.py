"""Sentences about tickets that staff enter for a call, a mail or a visit."""

from __future__ import annotations


def told_by_stranger(what: str, details: str, caller: str) -> str:
    """Return what a caller whom nobody knows has said, and who they say they are."""
    return "\n".join(each for each in (what, details, f"（客户自称：{caller}）") if each)
