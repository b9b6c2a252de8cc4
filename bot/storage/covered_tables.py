"""Which tables the journal's seals cover, to whom their rows belong, and why the rest is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SHARDS = 16  # of the list of conversations: strangers who begin one at the same time rarely wait for each other


@dataclass(frozen=True, slots=True)
class Cover:
    """A table whose rows are summed into the seal of what they belong to.

    `number` and `name` are SQL for whose row it is, with `{row}` for the row; one of the two is given. `only` names the
    columns that count (none: all of them); `not_` those that don't, with the reason. `hashed` ones, which hold files,
    count by their SHA-256.
    """

    table: str
    kind: str
    number: str = "0"
    name: str = "''"
    only: tuple[str, ...] = ()
    not_: Mapping[str, str] = field(default_factory=dict)
    hashed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Its table and kind, of which no two are alike."""
        return f"{self.table} {self.kind}"


def _rows(table: str, key: str = "id", not_: Mapping[str, str] | None = None, *, text: bool = False) -> list[Cover]:
    """Each row has a seal of its own, and the table one of which rows there are."""
    number, name = ("0", f"CAST({{row}}.{key} AS TEXT)") if text else (f"{{row}}.{key}", "''")
    return [
        Cover(table, table, number, name, not_=not_ or {}),
        Cover(table, "list", name=f"'{table}'", only=(key,)),
    ]


def _of(kind: str, table: str, column: str) -> Cover:
    return Cover(table, kind, number=f"{{row}}.{column}")


_OF_MESSAGE = "(SELECT conversation_id FROM messages WHERE messages.id = {row}.message_id)"
_WHO = ("id", "channel", "address", "contact_id", "proof", "organisation_id", "joined_into", "created_at")

COVERS: tuple[Cover, ...] = (
    Cover("conversations", "conversation", "{row}.id", only=_WHO),
    Cover("conversations", "list", f"{{row}}.id % {SHARDS}", "'conversations'", only=("id",)),
    Cover(
        "conversation_addresses",
        "conversation",
        "{row}.conversation_id",
        not_={
            "heard_at": "only says which was used last",
            "unreachable_at": "only says what can be sent there",
        },
    ),
    Cover(
        "messages",
        "conversation",
        "{row}.conversation_id",
        not_={"considered": "only says whether the bot still gathers fragments"},
    ),
    Cover("revisions", "conversation", _OF_MESSAGE),
    Cover("attachments", "conversation", _OF_MESSAGE, hashed=("content",)),
    Cover("tickets", "conversation", "{row}.conversation_id", only=("id", "conversation_id")),
    Cover("tickets", "ticket", "{row}.id"),
    *(
        _of("ticket", table, "ticket_id")
        for table in (
            "deadlines",
            "notes",
            "pauses",
            "plans",
            "reports",
            "plan_steps",
            "sent_steps",
            "ticket_tasks",
            "linked_lines",
            "ratings",
            "rating_dimensions",
            "fact_words",
        )
    ),
    *_rows("staff", not_={"assigned_at": "only says whose turn is next"}),
    *_rows("staff_links", "account", text=True),
    *_rows("api_keys", "digest", {"used_at": "only says when it was last used"}, text=True),
    *_rows("organisations", text=True),
    *_rows("contacts", text=True),
    *_rows("customer_items"),
    *_rows("customer_notes", text=True),
    *_rows("tier_proposals"),
    *_rows("tier_history"),
    *_rows("service_teams"),
    *_rows("policy_versions"),
    *_rows("calendar_years"),
    *_rows("shifts"),
    *_rows("roster_events"),
    *_rows("data_requests", not_={"progress": "only says how far an erasure has come"}),
    _of("data_requests", "restricted_parts", "request_id"),
    *_rows("holds"),
    *_rows("surveys"),
    _of("surveys", "survey_scores", "survey_id"),
    *_rows("survey_consents"),
    *_rows("inspection_draws"),
    *_rows("inspections"),
    _of("inspections", "inspection_objections", "inspection_id"),
    Cover(
        "rectifications",
        "inspections",
        "{row}.inspection_id",
        not_={"reminded_at": "only says who was told", "overdue_at": "only says who was told"},
    ),
    *_rows("targets"),
    _of("targets", "target_reads", "target_id"),
    *_rows("improvements"),
    _of("improvements", "improvement_progress", "improvement_id"),
    *_rows("consents"),
    _of("conversation", "notices_shown", "conversation_id"),
    *_rows("incidents"),
    _of("incidents", "incident_notices", "incident_id"),
    *_rows("kb_revisions"),
    _of("kb_revisions", "kb_articles", "revision_id"),
    *_rows("kb_draft_changes"),
    *_rows("kb_regressions"),
    *_rows("kb_talk_versions"),
    _of("kb_talk_versions", "kb_talk_files", "version"),
    *_rows("kb_gaps"),
    *_rows("kb_adjustments"),
    *_rows("set_aside", "key", text=True),
)

LEFT_OUT: Mapping[str, str] = {
    "alembic_version": "is the number of the schema",
    "seals": "holds the seals themselves, each keyed",
    "journal_lines": "is chained by itself",
    "journal_heads": "is sealed by itself",
    "ticket_events": "is chained by itself, each chain's end in the ticket's row",
    "inbox": "keeps for a while which messages were taken, so that none is taken twice",
    "outbox": "is what is still to be sent; what was said is in messages",
    "notices": "is what staff were told of tickets; the facts are in their histories",
    "notice_reads": "is who has seen which notice",
    "pages": "is what staff are still to be told; the facts are in deadlines",
    "once": "keeps which digests were told, so that none is told twice",
    "tier_notices": "keeps who is still to be told of a change; what was said is in messages",
    "budget_uses": "counts what strangers have used; it ends by itself",
    "delayed_alarms": "keeps which alarms wait for a digest; the facts are in deadlines and histories",
    "topics": "is how Telegram shows a ticket, and can be made anew from it",
    "groups": "is how Telegram's groups are doing",
    "customer_topics": "is where in a private chat Telegram shows what is said of a ticket",
    "private_topics": "is whether Telegram lets the bot make topics in private chats",
    "business_connections": "is which accounts the bot is connected to, as Telegram tells it",
    "business_chats": "is until when Telegram lets the bot answer; what was said is in messages",
    "numbers": "is which Telegram message shows which line",
    "staff_sessions": "is who is signed in now; sign-ins are in the journal",
    "visitor_sessions": "is which browser is whose page; it ends by itself",
    "sign_in_failures": "is counted for minutes; failed sign-ins are in the journal",
    "password_links": "is good for hours; what a link brought about is in staff and the journal",
    "known_devices": "is which browsers are known; it only spares them the brake on sign-ins",
    "failed_sign_ins": "counts what is still to be told; failed sign-ins are in the journal",
    "retention_passes": "is how far rows were looked at; what has been kept long enough is found again",
    "retention_left": "is which rows are to be looked at again",
    "reseals": "is how far values are sealed with the current key; what is not is sealed once more",
    "search_marks": "is which tickets' words are still to be taken down",
    "ticket_terms": "is what tickets are searched by, and can be made anew from their words",
    "term_blocks": "is the same the other way round",
    "handling_spells": "is how long people had tickets open, from which figures are counted; nothing is decided by it",
    "measure_facts": "is counted from histories and transcripts",
    "measure_blocks": "is the same, of days that are over",
    "measure_months": "is summed from these",
    "measure_streams": "is how far was counted",
    "reply_drafts": "is what people have typed and not sent; it ends by itself",
    "canned_replies": "is wording to pick from, and how often it was; who changes the team's is in the journal",
    "suggestion_verdicts": "is what agents made of suggested answers; what follows from it is in kb_adjustments",
    "ticket_reads": "is up to which line people have read; it only marks what is new to them",
    "staff_preferences": "is how people want to be alerted",
    "saved_views": "is how people like their lists",
    "customer_waits": "is when a customer is reminded; what was said is in messages, the wait in pauses",
    "crm_imports": "is how far files of the CRM have come; what was imported is in the journal and in contacts",
    "crm_chunks": "is what a file of the CRM is still to bring; each is sealed, and gone when it is applied",
    "kb_judged_answers": "is what customers and agents thought of answers; what follows from it is in kb_adjustments",
    "kb_draft_checks": "is what the kept messages said of the draft; they can be asked again",
    "kb_uploads": "is a file that somebody is about to take into the draft; what was taken is in kb_draft_changes",
    "link_codes": "is good for minutes; what a code brought about is in staff_links or conversations",
}
