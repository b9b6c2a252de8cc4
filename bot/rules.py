"""What every decision needs besides the message: the policy, the vault, the published knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalation.policy import Policy
from escalation.vault import Vault
from knowledge_base.articles import Article
from knowledge_base.index import Index
from knowledge_base.matching import Candidate, is_visible, rank


@dataclass(frozen=True, slots=True)
class Rules:
    """One consistent set, swapped whole when a part changes."""

    policy: Policy
    vault: Vault
    index: Index
    staff_chat: str = ""  # where staff also read notices outside the console; empty: nowhere

    def rank(self, text: str, tier: str, now: datetime) -> tuple[Candidate, ...]:
        """Candidates this customer may be given, best first."""
        return rank(text, self.index, tier=tier, now=now)

    def article(self, article_id: str, tier: str, now: datetime) -> Article | None:
        """A published article by id, if this tier may see it now."""
        found = next((entry.article for entry in self.index.entries if entry.article.id == article_id), None)
        return found if found is not None and is_visible(found, tier, now) else None
