"""What the ticket page shows of what its customer gave the solutions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from bot.wording.ratings import dimensions_in_words, solutions_in_words
from escalation.policy.model import Policy
from escalation.tickets import ratings
from escalation.tickets.lifecycle import Ticket


@dataclass(frozen=True, slots=True)
class RatingView:
    """In words: each solution with its scores, and the dimensions of the present one."""

    solutions: tuple[str, ...]
    dimensions: str

    @property
    def has_earlier(self) -> bool:
        """Whether something was rated that does not count any more, or other solutions were."""
        return len(self.solutions) > 1 or any("→" in each for each in self.solutions)


def read_ratings(db: Connection, policy: Policy, ticket: Ticket) -> RatingView:
    """Return what the customer gave."""
    labels, scores = policy.surveys.dimensions, ratings.ratings_of(db, ticket.id)
    latest = ratings.latest_dimensions(db, ticket.id, ratings.solution_of(ticket))
    solutions = solutions_in_words(labels, scores, ratings.dimensions_of(db, ticket.id))
    return RatingView(solutions, dimensions_in_words(labels, latest))
