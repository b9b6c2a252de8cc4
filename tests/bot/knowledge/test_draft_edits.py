"""Two keepers who save the same question at the same moment: one is told of the other, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace

from bot.knowledge.draft_edits import EntryChanged, save_entry
from bot.rules import Rules
from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.vault import Vault
from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.revisions import draft_store, revision_store
from knowledge_base.revisions.entries import fingerprint
from tests.conftest import MONDAY_MORNING as NOW

JAM = Article("jam", "故障", "打印机卡纸怎么办", (), "请取出纸张。")


def test_of_two_who_save_at_once_the_second_is_told_who_was_first(
    database: Database, policy: Policy, vault: Vault
) -> None:
    rules = Rules(policy, vault, build((JAM,), fillers=policy.words["filler"]))
    database.write_now(revision_store.save_revision, (JAM,), NOW, "first")
    together, saved, told = threading.Barrier(2), list[str](), list[str]()

    def save(author: str) -> None:
        together.wait()
        try:
            mine = replace(JAM, answer=f"{author}的答案。")
            database.write_now(save_entry, rules, mine, fingerprint(JAM), author, NOW)
            saved.append(author)
        except EntryChanged as changed:
            told.append(changed.by)

    both = [threading.Thread(target=save, args=(author,)) for author in ("韩梅", "李雷")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(saved) == 1
    assert told == saved
    found = database.read_now(draft_store.pending_changes)
    assert [change.author for change in found] == saved
