"""The tables of reports, from sums; pure but for the names of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.names import GroupNames
from bot.reports.report import ReportCell, ReportSection, cell, change, words
from bot.wording import report_words as w
from bot.wording.noted_causes import part_in_words
from escalation.measures.indicators import (
    SHARES,
    Figures,
    Indicator,
    cause_shares,
    complaint_rate,
    count_of,
    kept_by_milestone,
    load_of,
    of_measure,
    parts_of,
    rates_of,
    time_of,
)
from escalation.measures.sums import Dimension

_COUNTS = ("raised", "reopened", "resolved", "merged", "withdrawn", "lapsed", "transferred", "complaint")
_TIMES = (
    *("response_raised", "response_raised_working", "response_received", "response_received_working"),
    *("resolution_time", "handover_gap", "step_wait", "complaint_response", "complaint_closure", "handling_time"),
)
_LOAD = load_of({}).label
_BY_GROUP = ("resolution_rate", "fcr_rate", "reopen_rate", "kept_rate", "satisfaction")


@dataclass(frozen=True, slots=True)
class Side:
    """The figures of a period, and how many organisations were on file at its end."""

    figures: Figures
    organisations: int | None = None


def overview(now: Side, before: Side | None) -> ReportSection:
    """Return counts and rates, beside those of the period that is compared with."""
    every = _headline(now)
    old = {each.id: each for each in _headline(before)} if before is not None else {}
    headings = [w.INDICATOR, w.NOW, *([w.BEFORE, w.CHANGE] if before is not None else []), w.SAMPLE]
    return ReportSection(w.OVERVIEW, headings, [_row(each, old.get(each.id)) for each in every])


def _headline(side: Side) -> list[Indicator]:
    counts = [count_of(side.figures, each) for each in _COUNTS]
    return [*counts, *rates_of(side.figures), complaint_rate(side.figures, side.organisations)]


def _row(now: Indicator, before: Indicator | None) -> list[ReportCell]:
    compared = [cell(before.value, now.unit), change(now.value, before.value, now.unit)] if before is not None else []
    sample = words("") if now.unit == "number" else cell(now.denominator, "number")
    return [words(now.label), cell(now.value, now.unit), *compared, sample]


def times(figures: Figures) -> ReportSection:
    """Return means and percentiles of times."""
    headings = [w.TIMES, w.MEAN, *(w.at_most(share) for share in SHARES), w.SAMPLE]
    found = [time_of(figures, each) for each in _TIMES]
    rows = [
        [words(each.label), cell(each.value, "seconds"), *_percentiles(each), cell(each.denominator, "number")]
        for each in found
    ]
    return ReportSection(w.TIMES, headings, rows, ["", *[w.SECONDS] * (1 + len(SHARES)), w.PIECES])


def _percentiles(found: Indicator) -> Iterable[ReportCell]:
    return (cell(found.percentiles.get(share), "seconds") for share in SHARES)


def milestones(figures: Figures, names: GroupNames) -> ReportSection:
    """Return of each milestone how many were kept and late, and how long it took."""
    rows = []
    for each in kept_by_milestone(figures):
        took = time_of(figures, "milestone_time", each.part)
        kept, late = each.numerator, each.denominator - each.numerator
        counts = [cell(kept, "number"), cell(late, "number"), cell(each.value, "share")]
        rows.append([words(names.milestone(each.part)), *counts, cell(took.value, "seconds")])
    return ReportSection(w.MILESTONES, w.MILESTONE_HEADINGS, rows, ["", w.PIECES, w.PIECES, "", w.SECONDS])


def by_group(groups: Mapping[str, Figures], by: Dimension, names: GroupNames) -> ReportSection:
    """Return the main figures of each group, the most tickets first."""
    order = sorted(groups, key=lambda group: (-of_measure(groups[group], "resolved").number, group))
    load = [_LOAD] if by == "agent" else []
    rows = [
        [words(names.of(by, group)), *_of_group(groups[group]), *(_load(groups[group]) for _ in load)]
        for group in order
        if _has_tickets(groups[group])
    ]
    label = w.DIMENSION_LABELS[by]
    rates = {each.id: each for each in rates_of({})}
    headings = [label, *w.GROUP_COUNTS, *(rates[name].label for name in _BY_GROUP), *w.GROUP_TIMES, *load]
    return ReportSection(w.by(label), headings, rows)


def _load(figures: Figures) -> ReportCell:
    return cell(load_of(figures).value, "score")  # with one decimal: people hold few at a time


def _has_tickets(figures: Figures) -> bool:
    return any(of_measure(figures, name).number for name in ("raised", "resolved", "claimed", "response_received"))


def _of_group(figures: Figures) -> list[ReportCell]:
    rates = {each.id: each for each in rates_of(figures)}
    counts = [cell(of_measure(figures, name).number, "number") for name in ("raised", "resolved")]
    shown = [cell(rates[name].value, rates[name].unit) for name in _BY_GROUP]
    spans = [cell(of_measure(figures, name).mean, "seconds") for name in ("response_received", "resolution_time")]
    return [*counts, *shown, *spans]


def causes(figures: Figures) -> ReportSection:
    """Return the causes of complaints, and of what was late, rated low or reopened."""
    rows = [
        [words(each.part), cell(each.numerator, "number"), cell(each.value, "share")] for each in cause_shares(figures)
    ]
    noted = [(part, of_measure(figures, "cause_of", part).number) for part in parts_of(figures, "cause_of")]
    rows += [[words(part_in_words(part)), cell(number, "number"), words("")] for part, number in noted]
    return ReportSection(w.CAUSES, w.CAUSE_HEADINGS, rows)


def night(figures: Figures, by_tier: Mapping[str, Figures], names: GroupNames) -> ReportSection:
    """Return what came at night and who was there, on the whole and by tier."""
    every: list[tuple[str, Figures]] = [(w.ALL_TIERS, figures)]
    every += [(names.of("tier", tier), by_tier[tier]) for tier in sorted(by_tier)]
    rows = [[words(name), *_of_night(found)] for name, found in every if of_measure(found, "night_raised").number]
    return ReportSection(w.NIGHT, w.NIGHT_HEADINGS, rows)


def _of_night(figures: Figures) -> Sequence[ReportCell]:
    raised, met = (of_measure(figures, name).number for name in ("night_raised", "night_contacted"))
    return (cell(raised, "number"), cell(met, "number"), cell(met / raised if raised else None, "share"))
