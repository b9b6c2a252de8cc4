"""`jiedai kb gaps` and `kb gap add|new|dismiss`: questions that no article answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from bot.app import NotReady
from bot.cli.command import argument
from bot.cli.output import Result, minute
from bot.cli.session import Where, WithKnowledge, opened
from bot.cli.talk_replay import replay_of
from bot.knowledge.gap_closing import Accepted, AsNew, AsSimilar, GapRefused, accept, dismiss
from bot.knowledge.shown_gaps import by_tier, shown_gaps
from bot.service import Service
from escalation.policy.model import Policy
from escalation.working_hours.instants import iso
from knowledge_base.gaps.clustering import Cluster, cluster

# What a person at the terminal does about a refusal, where the words alone don't say it.
_HINTS = {
    "no_wording": "Add --as TEXT.",
    "masked": "Change --as TEXT.",
    "no_answer": "Add --answer TEXT.",
    "masked_answer": "Add --answer TEXT.",
}


Number = Annotated[int, argument(metavar="N", help="its number in `kb gaps`")]
Author = Annotated[str, argument("--author", metavar="NAME", help="who decides, for the list of revisions")]


def show(
    settings: Where,
    limit: Annotated[int, argument("--limit", metavar="N", help="how many at most (default: 20)")] = 20,
) -> Result:
    """Return the gaps, those of most customers first; raises NotReady for a limit below 1."""
    if limit < 1:
        raise NotReady("--limit must be 1 or more.")
    with opened(settings, "best") as service:
        gaps = service.database.read_now(shown_gaps)
        clusters = cluster(gaps, service.rules.index, ranked=limit)
        policy = service.rules.policy
    shown, messages = clusters[:limit], sum(one.count for one in clusters)
    found = {"messages": messages, "questions": len(clusters), "gaps": [_as_json(one, policy) for one in shown]}
    if not clusters:
        return Result(found, "No gaps: every question so far was answered, or somebody has dealt with it.")
    rest = f", of which the first {len(shown)} are shown (--limit)" if len(clusters) > len(shown) else ""
    words = [
        *("\n".join(_lines(one, policy)) for one in shown),
        f"Messages: {messages}; different questions: {len(clusters)}{rest}.",
        "`jiedai kb gap add N --to QUESTION`, `kb gap new N --category C` and `kb gap dismiss N` deal with one.",
    ]
    return Result(found, words)


def add(
    service: WithKnowledge,
    to: Annotated[str, argument("--to", metavar="QUESTION", help="the question's id")],
    number: Number,
    wordings: Annotated[tuple[str, ...], argument("--as", metavar="TEXT", help="in these words; repeat for more")] = (),
    author: Author = "",
) -> Result:
    """Add a gap's question to an article as a similar question, and publish."""
    return _accept(service, number, AsSimilar(to, wordings), author)


def new(
    service: WithKnowledge,
    category: Annotated[str, argument("--category", metavar="C", help="a topic of the policy")],
    number: Number,
    question: Annotated[
        str, argument("--question", "--as", metavar="TEXT", help="in these words (default: as customers ask)")
    ] = "",
    answer: Annotated[
        str, argument("--answer", metavar="TEXT", help="what is answered (default: as a person answered)")
    ] = "",
    author: Author = "",
) -> Result:
    """Make a gap's question a new article, and publish."""
    return _accept(service, number, AsNew(category, (question,) if question else (), answer), author)


def drop(service: WithKnowledge, number: Number, author: Author = "") -> Result:
    """Dismiss a gap."""
    gap = dismiss(service.database, service.rules, number, author=author, now=service.clock())
    words = f'Gap {gap.id} ("{gap.text}") is dismissed, with {_counted(gap.count)}.'
    return Result({"gap": gap.id, "messages": gap.count}, words)


def _accept(service: Service, number: int, how: AsSimilar | AsNew, author: str) -> Result:
    try:
        replay = replay_of(service)
        done = accept(service.database, service.rules, number, how, author=author, now=service.clock(), replay=replay)
    except GapRefused as refused:
        hint = _HINTS.get(refused.code)
        raise NotReady(f"{refused} {hint}" if hint else str(refused)) from None
    what = "holds" if isinstance(how, AsSimilar) else "is new and asks"
    added = ", ".join(f'"{wording}"' for wording in done.added)
    settled = f"{_counted(done.messages)} {'is' if done.messages == 1 else 'are'} settled with it."
    words = [
        f'Revision {done.revision} is published: question "{done.article.id}" {what} {added}.',
        f"{settled.capitalize()} Running servers take it up at once.",
    ]
    return Result(_outcome(done), words)


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


def _lines(gap: Cluster, policy: Policy) -> Iterator[str]:
    yield f"{gap.id:>5}  {gap.count} × {gap.text}"
    tiers = ", ".join(f"{tier or 'tier not known'} {count}" for tier, count in by_tier(gap, policy))
    yield f"       customers: {gap.askers} ({tiers})"
    reasons = ", ".join(f"{reason} {count}" for reason, count in gap.reasons.items())
    yield f"       {reasons}; last on {minute(gap.newest, policy.zone)}"
    if gap.answered_at:
        yield f"       asked again in vain: {gap.answered_by} answers it since {minute(gap.answered_at, policy.zone)}"
    if gap.examples:
        yield f"       also: {' | '.join(gap.examples)}"
    for words, articles in (("customers chose", gap.tapped), ("no help was", gap.rejected)):
        if articles:
            yield f"       {words}: " + ", ".join(f"{article} ({count} ×)" for article, count in articles)
    if gap.nearest:
        yield "       nearest: " + ", ".join(f"{one.article.id} {one.confidence:.2f}" for one in gap.nearest[:3])
    if gap.reply:
        yield f"       a person answered: {' '.join(gap.reply.split())[:120]}"


def _as_json(gap: Cluster, policy: Policy) -> dict[str, Any]:
    return {
        "id": gap.id,
        "text": gap.text,
        "count": gap.count,
        "customers": {tier or "unknown": count for tier, count in by_tier(gap, policy)},
        "newest": iso(gap.newest, policy.zone),
        "answered_at": iso(gap.answered_at, policy.zone) if gap.answered_at else None,
        "answered_by": gap.answered_by,
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
