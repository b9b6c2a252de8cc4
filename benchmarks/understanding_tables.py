"""The figures of understanding as tables, and beside each aim what is missing to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.label_noise import NoiseFigures
from benchmarks.tables import show
from benchmarks.understanding_figures import Interval, Understanding, spread

FIRST, ANSWERED, RIGHT = 0.82, 0.55, 0.95  # at least, of strangers' messages
LISTS = 0.10  # at most, of unanswerable messages
_TELECOM = {0.1: (0.94, 0.70), 0.2: (0.93, 0.65), 0.3: (0.92, 0.50)}
NOISE = {  # of wrongly filed phrasings: right answers, and answered, at least
    "telecom": _TELECOM,
    "telecom5": _TELECOM,
    "sample": {0.1: (0.92, 0.25), 0.2: (0.90, 0.20), 0.3: (0.88, 0.12)},
}


@dataclass(frozen=True, slots=True)
class AimedFigure:
    """A figure beside its aim; `short`: the points that are missing, 0 where it is reached."""

    what: str
    aim: str
    found: str
    short: float

    @property
    def said(self) -> str:
        """Reached, or by how much not."""
        return "reached" if self.short <= 0 else f"short by {self.short:.1f}"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a set's table: how a figure is shown, and its aim, at least or at most."""

    name: str
    shown: Callable[[Understanding], str]
    value: Callable[[Understanding], float | None] = lambda _: None
    least: float | None = None
    most: float | None = None

    def aim(self) -> str:
        """As the table has it."""
        if self.least is not None:
            return f"≥ {100 * self.least:g}"
        return "" if self.most is None else f"≤ {100 * self.most:g}"

    def judged(self, name: str, found: Understanding) -> AimedFigure | None:
        """The figure beside its aim; None without an aim or a figure."""
        value = self.value(found)
        if value is None or (self.least is None and self.most is None):
            return None
        short = self.least - value if self.least is not None else value - (self.most or 0.0)
        return AimedFigure(f"{name}: {self.name}", self.aim(), self.shown(found), max(0.0, 100 * short))


LINES = (
    _Line("right question first, % of answerable", lambda it: percent(it.first), lambda it: it.first, FIRST),
    _Line("answered, % of answerable", lambda it: percent(it.answered), lambda it: it.answered, ANSWERED),
    _Line("right, % of all answers", lambda it: _sure(it.right, it.right_interval), lambda it: it.right, RIGHT),
    _Line(
        "right, % of answers, were 15 % unanswerable", lambda it: _sure(it.right_at_policy, it.right_at_policy_interval)
    ),
    _Line("AUROC, %", lambda it: percent(it.auroc)),
    _Line(
        "lists, % of unanswerable",
        lambda it: percent(it.lists_to_unanswerable),
        lambda it: it.lists_to_unanswerable,
        most=LISTS,
    ),
    _Line("questions back, % of unanswerable", lambda it: percent(it.asked_back_to_unanswerable)),
    _Line("lists of a single question", lambda it: str(it.lists_of_one), lambda it: it.lists_of_one / 100, most=0.0),
    _Line("under 您是问, % of answers", lambda it: percent(it.presumed)),
    _Line("answered from, listed from", lambda it: f"{_figure(it.answer_at)}, {_figure(it.suggest_at)}"),
    _Line("by hand: right question first", lambda it: _from_to(spread(it, 0))),
    _Line("by hand: answered", lambda it: _from_to(spread(it, 1))),
    _Line("by hand: right", lambda it: _from_to(spread(it, 2))),
)


def show_set(name: str, found: Mapping[str, Understanding], *, has_aims: bool) -> list[AimedFigure]:
    """Print a set's figures, a column for each checkout; return those with an aim, as of the last one."""
    newest = [*found.values()][-1]
    aimed = [line.judged(name, newest) if has_aims else None for line in LINES]
    rows = [
        (line.name, one.aim if one else "", *map(line.shown, found.values()), one.said if one else "")
        for line, one in zip(LINES, aimed, strict=True)
    ]
    title = f"{name}: {newest.messages:,} messages, {newest.unanswerable:,} of them unanswerable"
    answers = ("answers", "", *(str(one.given) for one in found.values()), "")
    known = [row for row in rows if set(row[2:-1]) - {"–", "–, –"}]
    show(title, ("", "aim", *found, ""), [answers, *known])
    return [one for one in aimed if one]


def show_noise(found: Mapping[str, Sequence[NoiseFigures]]) -> list[AimedFigure]:
    """Print what wrongly filed phrasings cost, a column for each checkout; return the last one's beside their aims."""
    newest = [*found.values()][-1]
    aimed = [_noise_aims(one) for one in newest]
    rows = []
    for at, (one, aims) in enumerate(zip(newest, aimed, strict=True)):
        shown = [_noise(each[at]) for each in found.values()]
        wanted = ", ".join(each.aim for each in aims)
        rows.append((one.name, f"{100 * one.share:.0f} %", wanted, *shown, ", ".join(each.said for each in aims)))
    title = "Phrasings filed under a wrong question, means (least–most) of the seeds: right, % of all answers;"
    title += " the same, were 15 % unanswerable; answered, % of answerable"
    show(title, ("messages", "wrong", "aim", *found, ""), rows)
    return [one for aims in aimed for one in aims]


def percent(share: float | None) -> str:
    """A share as a table has it."""
    return "–" if share is None else f"{100 * share:.1f}"


def _noise(found: NoiseFigures) -> str:
    answered = _sure(found.answered, found.answered_spread)
    return f"{_sure(found.right, found.right_spread)}; {percent(found.right_at_policy)}; {answered}"


def _noise_aims(found: NoiseFigures) -> list[AimedFigure]:
    aims = NOISE[found.base].get(found.share)
    if aims is None:
        return []
    figures = (("right", aims[0], found.right), ("answered", aims[1], found.answered))
    return [
        AimedFigure(
            f"{found.name}, {100 * found.share:.0f} % wrong: {what}",
            f"≥ {100 * aim:g}",
            percent(value),
            max(0.0, 100 * (aim - (value or 0.0))),
        )
        for what, aim, value in figures
    ]


def _sure(share: float | None, interval: Interval | None) -> str:
    return percent(share) if interval is None else f"{percent(share)} ({_from_to(interval)})"


def _from_to(interval: Interval | None) -> str:
    return "–" if interval is None else f"{100 * interval[0]:.1f}–{100 * interval[1]:.1f}"


def _figure(threshold: float | None) -> str:
    return "–" if threshold is None else f"{threshold:.2f}"
