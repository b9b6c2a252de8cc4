"""The real program, except that what a question was matched with once is not worked out again."""

from __future__ import annotations

import sys
from datetime import datetime

from bot.cli.parser import main
from bot.rules import Rules
from knowledge_base.matching.ranking import Candidate

_rank = Rules.rank
_known: dict[tuple[int, str, str], tuple[Candidate, ...]] = {}


def _remembered(rules: Rules, text: str, tier: str, now: datetime) -> tuple[Candidate, ...]:
    key = (rules.index.revision, text, tier)
    if key not in _known:
        _known[key] = _rank(rules, text, tier, now)
    return _known[key]


Rules.rank = _remembered  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(main())
