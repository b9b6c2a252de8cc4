"""Check articles against the policy: every category is one of its topics, every tier one of its tiers."""

from __future__ import annotations

from pathlib import Path

from bot.files.knowledge_files import read_faq_file
from escalation.policy.model import Policy
from knowledge_base.articles import Article
from knowledge_base.files.catalogue import check
from knowledge_base.files.faults import CatalogueFaults


def read_checked(path: Path, policy: Policy) -> tuple[Article, ...]:
    """Read the articles of a file and check them against the policy; raises CatalogueFaults with all faults."""
    catalogue = read_faq_file(path, zone=policy.zone)
    faults = check(
        catalogue.articles, tuple(policy.topics), tuple(policy.tiers), file=catalogue.file, lines=catalogue.lines
    )
    if faults:
        raise CatalogueFaults(faults)
    return catalogue.articles
