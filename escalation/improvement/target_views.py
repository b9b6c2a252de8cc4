"""Targets beside the figures of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from escalation.improvement.current_figures import CurrentFigures, Figure, lately
from escalation.improvement.target_rules import Target, TargetState


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target beside the figure of now, where the straight way stands today, and what that comes to."""

    target: Target
    figure: Figure
    path: int
    state: TargetState


def views_of(figures: CurrentFigures, found: Sequence[Target], today: date) -> list[TargetView]:
    """Return targets with where they stand on a day."""
    return [_view(figures, target, today) for target in found]


def _view(figures: CurrentFigures, target: Target, today: date) -> TargetView:
    figure = figures.figure(target.indicator, lately(today), target.tier, target.queue)
    return TargetView(target, figure, target.path_at(today), target.state(figure.amount, today))
