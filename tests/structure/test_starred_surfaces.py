"""Wherever a title or another text of a customer is shown outside of the conversation, it is starred."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from pathlib import Path

BOT = Path(__file__).parents[2] / "bot"
TEMPLATES = BOT / "web" / "templates"

STARS = "shows it, starred"
SOURCE = "makes the title, starred"
OWN = "says it to the customer whose words it is"
READS = "reads it to judge it, and shows nothing"
PASSES = "passes on what the ticket's page stars"
TRIED = "prints a talk that the operator plays, and nothing of a customer"
OTHER = "a subject of another kind"

# Every module that takes a ticket's title or the reason of a rating, and what becomes of it there.
SURFACES: Mapping[str, str] = {
    "agents/danger_alarm.py": READS,
    "auth/one_time_codes.py": OTHER,
    "cli/customer_file.py": STARS,
    "cli/journal.py": OTHER,
    "cli/talk_lines.py": TRIED,
    "cli/ticket_json.py": STARS,
    "cli/ticket_show.py": STARS,
    "dialogue/data_wish_turn.py": READS,  # and marks the title, which stays starred
    "dialogue/gap_capture.py": READS,  # what it keeps is masked
    "dialogue/handoff.py": SOURCE,  # and names the customer's own topic by it
    "dialogue/rereading.py": READS,
    "dialogue/self_service.py": OWN,
    "privacy/erase_talks.py": READS,
    "privacy/erasure.py": READS,
    "privacy/retention_kinds.py": OTHER,
    "telegram/desk/found_tickets.py": STARS,
    "telegram/desk/topic_card.py": STARS,
    "tickets/ticket_export.py": STARS,
    "transcript/word_index.py": READS,
    "upkeep/vault_fit.py": READS,
    "web/console/journal.py": OTHER,
    "web/console/ticket_view.py": PASSES,
    "wording/phrases.py": STARS,
    "wording/sent_steps.py": OWN,
    "wording/service_report.py": STARS,
}
# Those that show a customer's words of other kinds, or make what is shown.
ALSO: Mapping[str, str] = {
    "agents/new_tickets.py": SOURCE,
    "dialogue/matter.py": SOURCE,
    "knowledge/shown_gaps.py": STARS,
    "notifications/notice_inbox.py": STARS,
    "notifications/pages.py": STARS,
    "web/console/conversation_view.py": STARS,
    "web/templating.py": STARS,
}
_SHOWN = re.compile(
    r"\b(?:ticket|each|each\.ticket|sheet)\.(?:subject|rating_reason|latest)\b(?!\|starred|\|length)|\bline\.words\b(?!\|starred)"
)
_ASKED = re.compile(r"\{%.*?%\}")  # whether there is one at all


def _takes_a_title(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(isinstance(node, ast.Attribute) and node.attr in ("subject", "rating_reason") for node in ast.walk(tree))


def _modules() -> list[Path]:
    return [path for path in sorted(BOT.rglob("*.py")) if "migrations" not in path.parts]


def test_every_module_that_takes_a_title_says_what_becomes_of_it() -> None:
    found = {path.relative_to(BOT).as_posix() for path in _modules() if _takes_a_title(path)}
    assert found - set(SURFACES) == set(), "name it in SURFACES, and star what it shows"
    assert set(SURFACES) - found == set()


def test_who_shows_it_stars_it() -> None:
    named = {**SURFACES, **ALSO}
    shows = [BOT / name for name, how in named.items() if how in (STARS, SOURCE)]
    bare = [path.name for path in shows if "escalation.customers.starring" not in path.read_text(encoding="utf-8")]
    assert bare == []


def test_no_template_shows_a_title_or_words_of_a_customer_unstarred() -> None:
    bare = [
        f"{path.name}: {found[0]}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for found in _SHOWN.finditer(_ASKED.sub("", path.read_text(encoding="utf-8")))
    ]
    assert bare == []
