"""Knowledge bases of any size, made up: Chinese service questions from templates and words, the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from knowledge_base.articles import Article

PER_QUESTION = 10

_TEMPLATES = (
    "{place}{thing}{matter}",
    "{thing}{matter}，{place}的",
    "{place}的{thing}{matter}",
    "我在{place}，{thing}{matter}",
    "{place}买的{thing}{matter}",
    "请问{place}{thing}{matter}",
    "{thing}{matter}{place}",
    "关于{place}{thing}{matter}",
    "{place}这边{thing}{matter}啊",
    "想问{place}{thing}{matter}",
    "{place}那台{thing}{matter}",
    "{place}分店{thing}{matter}",
    "{thing}在{place}{matter}",
    "{place}寄来的{thing}{matter}",
    "我上个月在{place}买的{thing}{matter}",
    "你好，帮我看一下{place}的{thing}，{matter}",
    "{place}的朋友托我问一句，{thing}{matter}",
)
_UNSEEN = (
    "麻烦看下{place}{thing}{matter}怎么办",
    "{place}{thing}现在{matter}了呀",
    "前天{place}那个{thing}{matter}",
    "{thing}{matter}是{place}的",
    "帮忙，{place}{thing}{matter}",
)


def knowledge_base(phrasings: int, messages: int, seed: int = 11) -> tuple[list[Article], list[str]]:
    """So many phrasings, ten a question, and messages that ask such questions in words no phrasing has."""
    random = Random(seed)
    words = _words()
    chosen = random.sample(range(words.combinations), max(1, phrasings // PER_QUESTION))
    articles = [_article(number, words, random) for number in chosen]
    asked = [_written(random.choice(chosen), random.choice(_UNSEEN), words, random) for _ in range(messages)]
    return articles, asked


@dataclass(frozen=True, slots=True)
class _Words:
    """Places, things, and what may be wrong with them or wanted, the latter in two ways."""

    places: tuple[str, ...]
    things: tuple[str, ...]
    matters: tuple[str, ...]

    @property
    def combinations(self) -> int:
        return len(self.places) * len(self.things) * len(self.matters)


@cache
def _words() -> _Words:
    paragraphs = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").split("\n\n")
    return _Words(*(tuple(paragraph.split()) for paragraph in paragraphs))


def _article(number: int, words: _Words, random: Random) -> Article:
    written = [_written(number, template, words, random) for template in random.sample(_TEMPLATES, PER_QUESTION)]
    return Article(f"q{number}", "", written[0], tuple(written[1:]), "")


def _written(number: int, template: str, words: _Words, random: Random) -> str:
    rest, place = divmod(number, len(words.places))
    matter, thing = divmod(rest, len(words.things))
    said = random.choice(words.matters[matter].split("/"))
    return template.format(place=words.places[place], thing=words.things[thing], matter=said)
