"""Every module that can read what customers wrote is named here, with what keeps it from telling the wrong person."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

BOT = Path(__file__).parents[2] / "bot"
# What holds the words of customers, or of staff about them.
SOURCES = (
    "bot.transcript.message_store",
    "bot.transcript.attachments",
    "bot.transcript.quotes",
    "bot.transcript.edits",
    "bot.transcript.dead_letters",
    "bot.notifications.notice_inbox",
    "bot.notifications.notice_tables",
    "escalation.tickets.ticket_store",
    "escalation.tickets.queries",
    "escalation.tickets.plans",
    "escalation.tickets.task_store",
    "knowledge_base.gaps.gap_store",
    "bot.knowledge.shown_gaps",
)
ASKS = "asks who may see the ticket"  # imports the rule
MASKS = "many read it: of a closed ticket only that it is there"  # looks at closed_to
TALKS = "reads to answer the customer themself"
COUNTS = "takes numbers, states and times, no words"
OPERATOR = "the terminal of whoever has the database anyway"
STORES = "keeps or finds rows for its callers, which are named here"
DUTY = "open to those with the duty for what belongs to no queue"
PASSES = "is given a ticket its caller asked for"

RIGHTS = "works for whoever the data is about, at an administrator's word"

READERS: Mapping[str, str] = {
    "bot.dialogue.owner_present": COUNTS,
    "bot.measuring.day_end": COUNTS,
    "bot.reports.tickets_behind": ASKS,
    "bot.tickets.ticket_export": ASKS,
    "bot.measuring.fcr_stream": COUNTS,
    "bot.measuring.history_stream": COUNTS,
    "bot.measuring.talk_lines": COUNTS,
    "bot.measuring.talk_streams": COUNTS,
    "bot.measuring.ticket_cases": COUNTS,
    "bot.agents.actions": ASKS,
    "bot.agents.corrections": PASSES,
    "bot.agents.danger_alarm": PASSES,
    "bot.agents.new_tickets": PASSES,
    "bot.agents.moves": COUNTS,
    "bot.agents.risks": COUNTS,
    "bot.agents.objections": ASKS,
    "bot.agents.helping": PASSES,
    "bot.agents.binding": ASKS,
    "bot.agents.linking": ASKS,
    "bot.agents.reply": PASSES,
    "bot.agents.reply_corrections": ASKS,
    "bot.agents.sent_steps": PASSES,
    "bot.auth.accounts": COUNTS,
    "bot.cli.audit": COUNTS,
    "bot.cli.demo": OPERATOR,
    "bot.cli.kb_gaps": OPERATOR,
    "bot.cli.privacy": COUNTS,
    "bot.cli.talk_lines": OPERATOR,
    "bot.cli.talk_player": OPERATOR,
    "bot.cli.ticket_list": OPERATOR,
    "bot.cli.ticket_show": OPERATOR,
    "bot.cli.ticket_tasks": OPERATOR,
    "bot.cli.tickets": PASSES,
    "bot.delivery.corrections": TALKS,
    "bot.delivery.customer_messages": TALKS,
    "bot.delivery.customer_topics": STORES,
    "bot.delivery.posted_lines": TALKS,
    "bot.delivery.read_marks": COUNTS,
    "bot.delivery.undeliverable": COUNTS,
    "bot.dialogue.answer_judging": COUNTS,
    "bot.dialogue.answering": TALKS,
    "bot.dialogue.choices": TALKS,
    "bot.dialogue.customer": TALKS,
    "bot.dialogue.danger_replies": TALKS,
    "bot.dialogue.edits": TALKS,
    "bot.dialogue.gap_capture": MASKS,
    "bot.dialogue.handoff": TALKS,
    "bot.dialogue.identity_numbers": TALKS,
    "bot.dialogue.in_context": TALKS,
    "bot.dialogue.intake": TALKS,
    "bot.dialogue.not_meant": TALKS,
    "bot.dialogue.offers": TALKS,
    "bot.dialogue.satisfaction": TALKS,
    "bot.dialogue.self_service": TALKS,
    "bot.dialogue.silent_customers": TALKS,
    "bot.dialogue.step_facts": TALKS,
    "bot.dialogue.step_taps": TALKS,
    "bot.dialogue.survey_taps": TALKS,
    "bot.dialogue.ticket_topics": TALKS,
    "bot.dialogue.turn_context": TALKS,
    "bot.dialogue.waiting_replies": TALKS,
    "bot.dialogue.written_line": TALKS,
    "bot.jobs.recompute": COUNTS,
    "bot.knowledge.gap_closing": PASSES,
    "bot.knowledge.gap_settling": PASSES,
    "bot.knowledge.gap_undoing": COUNTS,
    "bot.knowledge.shown_gaps": MASKS,
    "bot.notifications.morning_digest": MASKS,
    "bot.notifications.current": COUNTS,
    "bot.notifications.inspection_notices": COUNTS,
    "bot.notifications.notice_inbox": ASKS,
    "bot.notifications.notice_tables": COUNTS,
    "bot.notifications.paging": MASKS,
    "bot.notifications.publish": MASKS,
    "bot.notifications.storm": COUNTS,
    "bot.telegram.auto_replies": TALKS,
    "bot.telegram.business.accounts": COUNTS,
    "bot.telegram.business.connecting": COUNTS,
    "bot.telegram.business.deletions": STORES,
    "bot.telegram.business.owner": STORES,
    "bot.telegram.customers": TALKS,
    "bot.telegram.desk.accounts": COUNTS,
    "bot.telegram.desk.button_actions": ASKS,
    "bot.telegram.desk.ephemeral_words": COUNTS,
    "bot.telegram.desk.found_tickets": MASKS,
    "bot.telegram.desk.mirror": PASSES,
    "bot.telegram.desk.overview": MASKS,
    "bot.telegram.desk.own_lists": ASKS,
    "bot.telegram.desk.staff_messages": PASSES,
    "bot.telegram.desk.topic_items": MASKS,
    "bot.telegram.desk.topic_needs": MASKS,
    "bot.telegram.private_topics": COUNTS,
    "bot.telegram.sending.ticket_topics": TALKS,
    "bot.telegram.receiving.dispatcher": COUNTS,
    "bot.privacy.erase_lines": RIGHTS,
    "bot.privacy.erase_talks": RIGHTS,
    "bot.privacy.erase_tickets": RIGHTS,
    "bot.privacy.expired_contacts": COUNTS,
    "bot.privacy.held": RIGHTS,
    "bot.privacy.person": RIGHTS,
    "bot.privacy.retention_grounds": COUNTS,
    "bot.privacy.retention_kinds": COUNTS,
    "bot.privacy.retention_named": COUNTS,
    "bot.privacy.told_customer": COUNTS,
    "bot.privacy.wish_tickets": RIGHTS,
    "bot.tickets.crm_steps": COUNTS,
    "bot.tickets.customer_changes": COUNTS,
    "bot.tickets.customer_words": STORES,
    "bot.tickets.customer_file": ASKS,
    "bot.tickets.incidents": TALKS,
    "bot.tickets.merging": ASKS,
    "bot.tickets.moved_promises": COUNTS,
    "bot.tickets.search": ASKS,
    "bot.tickets.retier": COUNTS,
    "bot.tickets.survey_candidates": COUNTS,
    "bot.tickets.tier_changes": COUNTS,
    "bot.topic_sync.topics": COUNTS,
    "bot.topic_sync.work_queue": COUNTS,
    "bot.transcript.candidates": STORES,
    "bot.transcript.attachments": STORES,
    "bot.transcript.channel_message_ids": STORES,
    "bot.transcript.conversations": STORES,
    "bot.transcript.edits": STORES,
    "bot.transcript.joining": COUNTS,
    "bot.transcript.linked_lines": STORES,
    "bot.transcript.filing": STORES,
    "bot.transcript.message_store": STORES,
    "bot.transcript.received_lines": TALKS,
    "bot.transcript.quotes": STORES,
    "bot.transcript.reply_drafts": STORES,
    "bot.transcript.suggestion_verdicts": STORES,
    "bot.transcript.ticket_reads": COUNTS,
    "bot.transcript.visible_lines": ASKS,
    "bot.transcript.word_index": STORES,
    "bot.web.chat.files": TALKS,
    "bot.web.chat.stream": TALKS,
    "bot.web.console.access": COUNTS,
    "bot.web.console.active": ASKS,
    "bot.web.console.board": COUNTS,
    "bot.web.console.board_card": PASSES,
    "bot.web.console.bulk": PASSES,
    "bot.web.console.desk_list": ASKS,
    "bot.web.console.pulse": ASKS,
    "bot.web.console.board_queries": ASKS,
    "bot.web.console.composer": ASKS,
    "bot.web.console.composer_use": PASSES,
    "bot.web.console.conversation_view": ASKS,
    "bot.web.console.drafts": ASKS,
    "bot.web.console.going_on": PASSES,
    "bot.web.console.inbox": PASSES,
    "bot.web.console.journey": ASKS,
    "bot.web.console.knowledge": PASSES,
    "bot.web.console.report_draft": PASSES,
    "bot.web.console.task_view": ASKS,
    "bot.web.console.telegram": DUTY,
    "bot.web.console.sent_view": PASSES,
    "bot.web.console.inspections_view": ASKS,
    "bot.web.console.reply_files": ASKS,
    "bot.web.console.ticket_files": ASKS,
    "bot.web.console.ticket_customer": ASKS,
    "bot.web.console.ticket_forms": PASSES,
    "bot.web.console.ticket_view": ASKS,
    "bot.web.health": COUNTS,
    "bot.wording.sent_steps": PASSES,
    "bot.wording.service_report": PASSES,
}


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def readers() -> dict[str, Path]:
    """Return the modules of the product's outer half that import one of the sources, by name."""
    found = {}
    for path in sorted(BOT.rglob("*.py")):
        if "migrations" not in path.parts and set(_imported(path)) & set(SOURCES):
            found[".".join(path.relative_to(BOT.parent).with_suffix("").parts)] = path
    return found


def test_every_reader_says_what_guards_it() -> None:
    missing = set(readers()) - set(READERS)
    assert not missing, f"say in READERS what keeps these from showing words to the wrong person: {sorted(missing)}"
    assert not set(READERS) - set(readers())


def test_who_says_that_it_asks_does() -> None:
    rule = {"escalation.tickets.access", "bot.transcript.visible_lines"}
    wrong = [name for name, path in readers().items() if READERS[name] == ASKS and not rule & _modules(path)]
    assert wrong == []


def test_who_says_that_it_masks_looks_at_whom_a_ticket_is_closed_to() -> None:
    masking = [path for name, path in readers().items() if READERS[name] == MASKS]
    assert all("closed_to" in path.read_text(encoding="utf-8") for path in masking)


def _modules(path: Path) -> set[str]:
    return set(_imported(path))
