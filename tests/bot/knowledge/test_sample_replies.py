"""The sample replies are the team's, sound by the example policy, and a new installation begins with them."""

from __future__ import annotations

from pathlib import Path

from bot.app import open_service
from bot.config.settings import Settings
from bot.first_start import SAMPLE_REPLIES, load_samples
from bot.tickets.canned_replies import demand_sound
from bot.transcript.canned_reply_store import list_replies
from bot.web.console.replies_table import read_entries
from tests.bot.scene import Scene
from tests.databases import migrated_folder


def test_a_new_installation_begins_with_them(tmp_path: Path) -> None:
    service = open_service(Settings(data=migrated_folder(tmp_path / "data")), "none")
    load_samples(service, at_once=True)
    found = service.database.read_now(list_replies, 0)
    service.database.close()
    assert len(found) == 16
    assert all(each.is_team for each in found)


def test_each_is_sound_and_may_be_imported_by_a_lead(scene: Scene) -> None:
    han = scene.staff("han", "lead")
    for entry in read_entries(SAMPLE_REPLIES.read_bytes()):
        demand_sound(scene.policy, han, entry.words, team=entry.team)
