"""What changes the product's rules, content and people's data is in the journal: who, what, before, after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.config.settings import Settings
from bot.config.settings_journal import record_settings
from bot.jobs.recompute import bring_into_force
from bot.knowledge import publishing
from bot.tickets import incidents
from bot.tickets.tier_changes import save_and_reroute
from escalation.calendars import calendar_editions
from escalation.customers.model import CustomerRecord
from escalation.incidents.model import IncidentDraft
from escalation.journal.authors import LONGEST, login_of, signature
from escalation.journal.journal_store import lines_of
from escalation.staffing import roster_changes
from escalation.staffing.roster_file import ShiftEntry
from escalation.working_hours.working_time import CalendarDay
from tests.bot.scene import Scene

LIN = signature("林小满", "lin")
SHOP = CustomerRecord("K-1", "小满图文店", "潘大勇", 46_000, 8, 1, 2, phone="13800000020")


def told(scene: Scene, subject: str) -> list[tuple[str, str]]:
    return [(line.what, line.by) for line in scene.read(lines_of, subject)]


def test_a_signature_names_a_person_for_good() -> None:
    assert (LIN, login_of(LIN), login_of("ops")) == ("林小满 (lin)", "lin", "cli ops")
    long = signature("林" * LONGEST, "lin")
    assert (len(long), login_of(long)) == (LONGEST, "lin")


def test_shifts(scene: Scene) -> None:
    scene.staff("wu")
    entry = ShiftEntry(date(2026, 11, 24), "wu", 9 * 60, 18 * 60)
    shift = scene.write(roster_changes.add_shift, scene.rules.policy.zone, entry, LIN, scene.now)
    scene.write(roster_changes.remove_shift, scene.rules.policy.zone, shift.id, LIN, scene.now)
    assert told(scene, "roster") == [("roster added", "lin"), ("roster removed", "lin")]
    assert scene.read(lines_of, "roster")[0].after["shift"]["login"] == "wu"


def test_a_calendar_year_with_the_days_before_and_after(scene: Scene) -> None:
    policy = scene.rules.policy
    days = (CalendarDay(date(2026, 11, 24), "off", "店庆"),)
    for note in ("first", "second"):
        scene.write(calendar_editions.save, policy, 2026, days, LIN, note, scene.now)
    first, second = scene.read(lines_of, "calendar:2026")
    assert (first.by, first.before, first.after["version"]) == ("lin", {}, 1)
    assert (second.before["version"], second.after["version"], second.after["author"]) == (1, 2, "林小满 (lin)")
    assert second.before["days"] == first.after["days"]


def test_a_policy_edition_once(scene: Scene) -> None:
    for _ in range(2):
        scene.write(bring_into_force, scene.rules.policy, "text", scene.now)
    (line,) = scene.read(lines_of, "policy")
    assert (line.what, line.by, line.before) == ("edition in force", "system", {"version": None})
    assert line.after["version"] == scene.rules.policy.version


def test_an_incident_and_its_end(scene: Scene) -> None:
    lead = scene.staff("chen", "lead")
    draft = IncidentDraft("云打印中断", (), ("云打印",), "正在处理")
    declared = scene.write(incidents.declare, scene.rules, lead, draft, scene.now)
    scene.write(incidents.end, scene.rules, lead, declared.id, "已恢复", scene.now)
    assert told(scene, f"incident:{declared.id}") == [("incident declared", "chen"), ("incident ended", "chen")]


def test_a_published_revision_and_a_draft(scene: Scene) -> None:
    proposal = publishing.Proposal(scene.rules.index.articles, 0, (), (), (), ())
    publishing.carry_out(scene.database, proposal, note="首版", author=LIN, now=scene.now)
    articles = scene.rules.index.articles
    publishing.keep_draft(scene.database, articles, based_on=1, note="草稿", author=LIN, now=scene.now)
    assert told(scene, "knowledge") == [("published", "lin"), ("draft saved", "lin")]
    assert scene.read(lines_of, "knowledge")[0].after["revision"] == 1


def test_a_customer_with_figures_but_no_name_or_number(scene: Scene) -> None:
    for record in (SHOP, SHOP, replace(SHOP, annual_amount=90_000), replace(SHOP, annual_amount=90_000, phone=None)):
        scene.write(save_and_reroute, scene.rules, record, scene.now, "key crm", each=True)
    added, grown, lost = scene.read(lines_of, "customer:K-1")
    assert [line.what for line in (added, grown, lost)] == ["customer added", "customer changed", "customer changed"]
    assert {line.by for line in (added, grown, lost)} == {"key crm"}
    assert (grown.before["annual_amount"], grown.after["annual_amount"]) == (46_000, 90_000)
    assert grown.before["personal_data"] == grown.after["personal_data"] != lost.after["personal_data"]
    text = str([(line.before, line.after) for line in (added, grown, lost)])
    assert not any(personal in text for personal in ("小满", "潘大勇", "13800000020"))


def test_settings_only_when_they_differ_and_secrets_as_digests(scene: Scene, tmp_path: Path) -> None:
    first = Settings(data=tmp_path, telegram_token="123:hush", database="postgresql+psycopg://u:hunter2@h/db")
    for settings in (first, first, replace(first, port=9000), replace(first, port=9000, telegram_token="4:other")):
        scene.write(record_settings, settings, scene.now)
    begun, port, token = scene.read(lines_of, "settings")
    assert (port.before, port.after["changed"], port.after["all"]["port"]) == ({"port": "8080"}, ["port"], "9000")
    assert token.after["changed"] == ["telegram_token"]
    text = str([(line.before, line.after) for line in (begun, port, token)])
    assert not any(secret in text for secret in ("123:hush", "hunter2", "4:other"))
