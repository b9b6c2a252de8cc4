"""`jiedai kb gaps` and `kb gap add|new|dismiss`: questions that no article answers."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from bot.app import NotReady
from bot.cli.kb_revisions import opened
from bot.cli.output import print_json, print_line
from bot.knowledge.gap_closing import Accepted, AsNew, AsSimilar, GapRefused, accept, dismiss
from escalation.working_hours.instants import iso
from knowledge_base.gaps import gap_store
from knowledge_base.gaps.clustering import Cluster, cluster

# What a person at the terminal does about a refusal, where the words alone don't say it.
_HINTS = {
    "no_wording": "Add --as TEXT.",
    "masked": "Change --as TEXT.",
    "no_answer": "Add --answer TEXT.",
    "masked_answer": "Add --answer TEXT.",
}


def show(options: argparse.Namespace) -> None:
    """Print the gaps, the most frequent first; raises NotReady for a limit below 1."""
    if options.limit < 1:
        raise NotReady("--limit must be 1 or more.")
    with opened(options) as service:
        gaps = service.database.read_now(gap_store.open_gaps)
        clusters = cluster(gaps, service.rules.index, ranked=options.limit)
        zone = service.rules.policy.zone
    shown = clusters[: options.limit]
    if options.json:
        messages = sum(one.count for one in clusters)
        print_json({"messages": messages, "questions": len(clusters), "gaps": [_as_json(one, zone) for one in shown]})
        return
    if not clusters:
        print_line("No gaps: every question so far was answered, or somebody has dealt with it.")
        return
    for one in shown:
        print_line("\n".join(_lines(one, zone)))
    rest = f", of which the first {len(shown)} are shown (--limit)" if len(clusters) > len(shown) else ""
    print_line(f"Messages: {sum(one.count for one in clusters)}; different questions: {len(clusters)}{rest}.")
    print_line("`jiedai kb gap add N --to QUESTION`, `kb gap new N --category C` and `kb gap dismiss N` deal with one.")


def add(options: argparse.Namespace) -> None:
    """Add a gap's question to an article as a similar question, and publish."""
    _accept(options, AsSimilar(options.to, tuple(options.wording)))


def new(options: argparse.Namespace) -> None:
    """Make a gap's question a new article, and publish."""
    wordings = (options.question,) if options.question else ()
    _accept(options, AsNew(options.category, wordings, options.answer))


def drop(options: argparse.Namespace) -> None:
    """Dismiss a gap."""
    with opened(options) as service:
        gap = dismiss(service.database, service.rules, options.number, author=options.author, now=service.clock())
    if options.json:
        print_json({"gap": gap.id, "messages": gap.count})
    else:
        print_line(f'Gap {gap.id} ("{gap.text}") is dismissed, with {_counted(gap.count)}.')


def _accept(options: argparse.Namespace, how: AsSimilar | AsNew) -> None:
    with opened(options) as service:
        try:
            done = accept(
                service.database, service.rules, options.number, how, author=options.author, now=service.clock()
            )
        except GapRefused as refused:
            hint = _HINTS.get(refused.code)
            raise NotReady(f"{refused} {hint}" if hint else str(refused)) from None
    if options.json:
        print_json(_outcome(done))
        return
    what = "holds" if isinstance(how, AsSimilar) else "is new and asks"
    added = ", ".join(f'"{wording}"' for wording in done.added)
    print_line(f'Revision {done.revision} is published: question "{done.article.id}" {what} {added}.')
    settled = f"{_counted(done.messages)} {'is' if done.messages == 1 else 'are'} settled with it."
    print_line(f"{settled.capitalize()} Running servers take it up at once.")


def _outcome(done: Accepted) -> dict[str, Any]:
    article = done.article
    return {
        "revision": done.revision,
        "article": article.id,
        "question": article.question,
        "added": list(done.added),
        "messages": done.messages,
    }


def _counted(messages: int) -> str:
    return "one message" if messages == 1 else f"{messages} messages"


def _lines(gap: Cluster, zone: tzinfo) -> Iterator[str]:
    yield f"{gap.id:>5}  {gap.count} × {gap.text}"
    reasons = ", ".join(f"{reason} {count}" for reason, count in gap.reasons.items())
    yield f"       {reasons}; last on {gap.newest.astimezone(zone):%Y-%m-%d %H:%M}"
    if gap.examples:
        yield f"       also: {' | '.join(gap.examples)}"
    for words, articles in (("customers chose", gap.tapped), ("no help was", gap.rejected)):
        if articles:
            yield f"       {words}: " + ", ".join(f"{article} ({count} ×)" for article, count in articles)
    if gap.nearest:
        yield "       nearest: " + ", ".join(f"{one.article.id} {one.confidence:.2f}" for one in gap.nearest[:3])
    if gap.reply:
        yield f"       a person answered: {' '.join(gap.reply.split())[:120]}"


def _as_json(gap: Cluster, zone: tzinfo) -> dict[str, Any]:
    return {
        "id": gap.id,
        "text": gap.text,
        "count": gap.count,
        "newest": iso(gap.newest, zone),
        "examples": list(gap.examples),
        "reasons": dict(gap.reasons),
        "tapped": dict(gap.tapped),
        "rejected": dict(gap.rejected),
        "nearest": [
            {"id": one.article.id, "question": one.article.question, "confidence": one.confidence}
            for one in gap.nearest
        ],
        "reply": gap.reply,
    }
