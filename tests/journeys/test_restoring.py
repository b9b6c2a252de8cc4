"""A house dies and comes back from its backup on another machine: whoever was talking to it talks on."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from tests.journeys.people import Page, desk_at, token_of
from tests.processes import Server, eventually, jiedai


def test_a_house_comes_back_from_its_daily_backup(tmp_path: Path, http: httpx.Client) -> None:
    folder = tmp_path / "backups"
    with Server(tmp_path / "data", environment={"JIEDAI_BACKUP_FOLDER": str(folder)}) as server:
        token = token_of(server, "C1001")
        eventually(lambda: "jiedai_backup_age_seconds" in http.get(f"{server.url}/metrics").text)
        assert "jiedai_backups_failed_total 0.0" in http.get(f"{server.url}/metrics").text
        page = Page.open(http, server.url, token)
        page.say("合同续签想约个时间")
        copy = tmp_path / "later.sqlite3"
        backed_up = jiedai("backup", copy, "--with-secrets", "--data", server.data)
        assert backed_up.returncode == 0, backed_up.stderr
        page.say("越快越好")
        refused = jiedai("restore", copy, "--data", server.data)
        assert refused.returncode == 2
        assert refused.stderr == (
            f"jiedai: A server or another command uses {server.data / 'jiedai.sqlite3'} now; stop it first, then run "
            "this again. Nothing was changed.\n"
        )
        assert jiedai("restore", copy, "--dry-run", "--with-secrets", "--data", server.data).returncode == 0
        server.kill()
    assert (tmp_path / "data" / "jiedai.sqlite3-wal").stat().st_size
    assert len(list(folder.glob("jiedai-*.sqlite3"))) == 1
    there = tmp_path / "there"
    restored = jiedai("restore", copy, "--with-secrets", "--data", there)
    assert restored.returncode == 0, restored.stderr
    with Server(there) as server:
        page = page.move(server.url)
        assert [line["text"] for line in page.transcript() if line["author"] == "customer"] == ["合同续签想约个时间"]
        again = Page.open(http, server.url, token)  # signed by the host site with the secret of before
        again.say("还有一件事")
        with desk_at(server) as desk:
            assert desk.ticket_of(page).id
        assert server.complained == ""
    in_place = jiedai("restore", copy, "--data", tmp_path / "data")
    assert re.search(r"^What was there is kept as .*before-\d{8}T\d{6}Z\.$", in_place.stdout, re.MULTILINE), in_place
    with Server(tmp_path / "data") as server:
        said = page.move(server.url).transcript()
        assert [line["text"] for line in said if line["author"] == "customer"] == ["合同续签想约个时间"]
