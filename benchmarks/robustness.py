"""How much a perturbed message costs: the right question first, before and after, ours and rapidfuzz's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import ours
from benchmarks.peers import PEERS
from benchmarks.perturbations import perturbed
from benchmarks.quality import ranked_by
from knowledge_base.articles import Article
from knowledge_base.labelled import Message
from knowledge_base.matching import rank

PEER = "rapidfuzz WRatio"

First = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Cost:
    """Top-1 with and without one perturbation, of the product and of its peer; `changed`: messages it touches."""

    perturbation: str
    changed: int
    messages: int
    clean: float
    top1: float
    peer_clean: float
    peer_top1: float


def measure_costs(
    articles: Sequence[Article], messages: Sequence[Message], *, chinese: bool, encoder: bool = False
) -> list[Cost]:
    """Every perturbation of the messages that the knowledge base answers."""
    inside = [(message.text, message.expected) for message in messages if message.expected is not None]
    texts, expected = [text for text, _ in inside], [name for _, name in inside]
    first, peer_first = _ours(articles, encoder=encoder), _peer(articles)
    clean, peer_clean = _share(first, texts, expected), _share(peer_first, texts, expected)
    return [
        Cost(
            perturbation=name,
            changed=sum(one != other for one, other in zip(texts, changed, strict=True)),
            messages=len(texts),
            clean=clean,
            top1=_share(first, changed, expected),
            peer_clean=peer_clean,
            peer_top1=_share(peer_first, changed, expected),
        )
        for name, changed in perturbed(texts, chinese=chinese).items()
    ]


def _share(first: First, texts: Sequence[str], expected: Sequence[str | None]) -> float:
    return sum(first(text) == name for text, name in zip(texts, expected, strict=True)) / len(texts)


def _ours(articles: Sequence[Article], *, encoder: bool) -> First:
    index = ours.load(articles, encoder=encoder)
    assert index is not None

    def first(text: str) -> str | None:
        found = rank(text, index)
        return found[0].article.id if found else None

    return first


def _peer(articles: Sequence[Article]) -> First:
    owners = [article.id for article in articles for _ in article.phrasings]
    peer = PEERS[PEER]([phrasing for article in articles for phrasing in article.phrasings])
    return lambda text: ranked_by(peer, text, owners)[0][0]
