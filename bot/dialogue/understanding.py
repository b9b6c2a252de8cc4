"""Read a text: the acts in its clauses, by the learned heads and by the policy's word lists."""

from __future__ import annotations

import re

from bot.dialogue.intents import Intent, intent_of
from bot.rules import Rules
from knowledge_base.acts.reading import PURE, ClauseReading, Reading

_CUT = re.compile(r"[，。！？；、,!?;…\n]+(?!\d)|(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
ACT_OF: dict[Intent, str] = {
    "person": "person",
    "complaint": "complaint",
    "urge": "chase",
    "unsolved": "unsolved",
    "solved": "withdrawal",
    "no_more": "no",
    "thanks": "thanks",
    "greeting": "greeting",
}


def understand(rules: Rules, text: str) -> Reading:
    """Return the reading of a text; pure."""
    clauses = [clause.strip() for clause in _CUT.split(text) if clause.strip()]
    return Reading(text, tuple(_clause(rules, clause) for clause in clauses))


def _clause(rules: Rules, text: str) -> ClauseReading:
    intent = intent_of(rules.policy, text)
    heard = frozenset({ACT_OF[intent]} if intent is not None else ())
    return ClauseReading(text, dict.fromkeys(heard, 1.0), heard, matter=not heard or not heard <= PURE)
