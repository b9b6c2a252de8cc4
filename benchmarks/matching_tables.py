"""What the matching measurements found, as tables beside what one would take otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.ours import LEVELS, SEMANTIC
from benchmarks.quality import SAMPLE, Row, wilson
from benchmarks.robustness import PEER, Cost
from benchmarks.speed import Found
from benchmarks.tables import show
from benchmarks.targets import Verdict

_TRAINING = {"build_s": 2, "peak_mib": 0, "restart_s": 2, "warm_s": 2}


def show_quality(title: str, rows: Sequence[Row]) -> None:
    """One set."""
    own = _shipped(rows)
    headings = ("method", "messages", "top-1 %", "ours ÷ it", "AUROC %", "answered %", "right % (95 % interval)",
                "suggested %", "hindsight %", "p50 ms", "p99 ms")  # fmt: skip
    show(title, headings, [_quality(row, own) for row in rows])


def show_verdicts(title: str, verdicts: Sequence[Verdict]) -> None:
    """Every figure beside its aim, and how many were missed."""
    if not verdicts:
        return
    lines = [(one.what, one.method, one.aim, one.found, one.said) for one in verdicts]
    show(title, ("figure", "method", "aim", "found", "verdict"), lines)
    missed = sum(one.short > 0 for one in verdicts)
    print(f"  {len(verdicts) - missed} of {len(verdicts)} reached.")


def show_pooled(rows: Sequence[Row]) -> None:
    """The answers of all sets together, and what the tables above mean."""
    lines = []
    for method in dict.fromkeys(row.method for row in rows):
        given = sum(row.given for row in rows if row.method == method)
        right = sum(row.right for row in rows if row.method == method)
        lines.append((method, f"{given:,}", _with_interval(right, given)))
    show("All sets pooled", ("method", "answers", "right % (95 % interval)"), lines)
    print(
        "  Answered and right: ours at thresholds from the knowledge base alone, the peers' at the one that does best"
    )
    print("  on dev.csv with 95 % right. Hindsight: what the best threshold for these very messages would answer.")
    print("  Suggested: of answerable messages not answered; we suggest from a threshold on, the peers always five.")
    print("  Ours ÷ it: the product as shipped beside the other's top-1. An encoder reads a phrasing that several sets")
    print("  hold once; messages are read anew each time, so the milliseconds are real.")
    print(f"  rapidfuzz is asked a sample of {SAMPLE} messages where all of them would take minutes.")


def show_costs(name: str, costs: Sequence[Cost]) -> None:
    """One knowledge base under every perturbation."""
    headings = ("perturbation", "changed", "ours, top-1 %", "points", PEER, "points", "ours ÷ it")
    clean, peer_clean = costs[0].clean, costs[0].peer_clean
    lines = [("none", "", _percent(clean), "", _percent(peer_clean), "", _ratio(clean, peer_clean))]
    for cost in costs:
        ours = (_percent(cost.top1), _points(cost.top1, cost.clean))
        peer = (_percent(cost.peer_top1), _points(cost.peer_top1, cost.peer_clean))
        touched = f"{cost.changed} of {cost.messages}"
        lines.append((cost.perturbation, touched, *ours, *peer, _ratio(cost.top1, cost.peer_top1)))
    show(f"{name}, perturbed: the right question first", headings, lines)


def show_speed(sizes: Sequence[int], found: Mapping[str, Mapping[str, Found]], own: str) -> None:
    """Every size, the product first."""
    headings = (
        "phrasings",
        "method",
        "build s",
        "p50 ms",
        "p99 ms",
        "of these CPU",
        "messages",
        "its p50 ÷ ours",
        "MiB",
        "MiB per 100k",
    )
    lines = []
    for size in map(str, sizes):
        ours = found.get(own, {}).get(size)
        for method, by_size in found.items():
            if (one := by_size.get(size)) is not None:
                ratio = _ratio(one["p50_ms"], ours["p50_ms"] if ours else 0.0)
                times = (
                    f"{one['build_s']:.2f}",
                    f"{one['p50_ms']:.3f}",
                    f"{one['p99_ms']:.3f}",
                    f"{one['cpu_p99_ms']:.3f}",
                )
                memory = (f"{one['resident_mib']:.0f}", f"{one['mib_per_100k']:.0f}")
                lines.append((f"{int(size):,}", method, *times, str(one["messages"]), ratio, *memory))
    show("One message on one core; made-up Chinese service questions, ten phrasings each", headings, lines)


def show_training(found: Mapping[str, Found]) -> None:
    """What the first start with new content costs, and every later one."""
    headings = ("method", "learning s", "most MiB meanwhile", "restart s", "imports and models s")
    lines = [
        (name, *(f"{one[figure]:.{digits}f}" for figure, digits in _TRAINING.items())) for name, one in found.items()
    ]
    show("Learning 1,000 questions of ten phrasings, and a later process that finds it learned", headings, lines)


def _shipped(rows: Sequence[Row]) -> Row:
    """The row of what is installed unless somebody chooses otherwise."""
    return next((row for row in rows if row.method == LEVELS[SEMANTIC]), rows[0])


def _quality(row: Row, ours: Row) -> tuple[str, ...]:
    return (
        row.method,
        f"{row.messages:,}",
        _percent(row.top1),
        _ratio(ours.top1, row.top1),
        _percent(row.auroc),
        _percent(row.answered) if row.has_threshold else "–",
        _with_interval(row.right, row.given),
        _percent(row.suggested_hit) if row.has_threshold else "–",
        _percent(row.hindsight),
        f"{row.p50_ms:.2f}",
        f"{row.p99_ms:.2f}",
    )


def _with_interval(right: int, given: int) -> str:
    interval = wilson(right, given)
    return f"{_percent(right / given)} ({_percent(interval[0])}–{_percent(interval[1])})" if interval else "–"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _points(share: float, before: float) -> str:
    return f"{100 * (share - before):+.1f}"


def _ratio(one: float | None, other: float | None) -> str:
    return f"{one / other:.2f}" if one is not None and other else "–"
