"""How much a perturbed message costs: the right question first, before and after, ours and rapidfuzz's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks import ours
from benchmarks.peers import PEERS
from benchmarks.perturbations import perturbed
from benchmarks.quality import ranked_by
from knowledge_base.articles import Article
from knowledge_base.files.labelled import LabelledMessage
from knowledge_base.matching.ranking import rank

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
    articles: Sequence[Article], messages: Sequence[LabelledMessage], levels: Sequence[str], *, chinese: bool
) -> dict[str, list[Cost]]:
    """For each level every perturbation of the messages that the knowledge base answers; the peer is asked once."""
    inside = [(message.text, message.expected) for message in messages if message.expected is not None]
    texts, expected = [text for text, _ in inside], [name for _, name in inside]
    variants = perturbed(texts, chinese=chinese)
    touched = {
        name: sum(one != other for one, other in zip(texts, changed, strict=True)) for name, changed in variants.items()
    }
    peer_clean, peer_top1 = _shares(_peer(articles), texts, variants, expected)
    found = {}
    for level in levels:
        clean, top1 = _shares(_ours(articles, level), texts, variants, expected)
        found[level] = [
            Cost(name, touched[name], len(texts), clean, top1[name], peer_clean, peer_top1[name]) for name in variants
        ]
    return found


def _shares(
    first: First, texts: Sequence[str], variants: Mapping[str, Sequence[str]], expected: Sequence[str | None]
) -> tuple[float, dict[str, float]]:
    """How often the right question comes first: for the texts as they are, and for each variant of them."""
    perturbed_top1 = {name: _share(first, changed, expected) for name, changed in variants.items()}
    return _share(first, texts, expected), perturbed_top1


def _share(first: First, texts: Sequence[str], expected: Sequence[str | None]) -> float:
    return sum(first(text) == name for text, name in zip(texts, expected, strict=True)) / len(texts)


def _ours(articles: Sequence[Article], level: str) -> First:
    index = ours.load_sharing(articles, level)

    def first(text: str) -> str | None:
        found = rank(text, index)
        return found[0].article.id if found else None

    return first


def _peer(articles: Sequence[Article]) -> First:
    owners = [article.id for article in articles for _ in article.phrasings]
    peer = PEERS[PEER]([phrasing for article in articles for phrasing in article.phrasings])
    return lambda text: ranked_by(peer, text, owners)[0][0]
