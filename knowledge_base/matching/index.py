"""The index of a revision: built aside, then immutable, replaced as a whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from knowledge_base.articles import Article
from knowledge_base.model.calibration import FOREIGN, SUGGESTION_RIGHT, Thresholds
from knowledge_base.model.encoders import Encoder
from knowledge_base.model.features import Parts, parts_of, words_of
from knowledge_base.model.progress import Progress, no_progress
from knowledge_base.model.question_words import QuestionWords
from knowledge_base.model.recent import RecentResults
from knowledge_base.model.similarity import Ints, InvertedIndex
from knowledge_base.model.stages import Level, MessageLikeness
from knowledge_base.text.correction import correct
from knowledge_base.text.models import learn_models, spell_models
from knowledge_base.text.normalise import FILLERS, normalise, readable, strip_fillers
from knowledge_base.text.vocabulary import Vocabulary, learn_vocabulary
from knowledge_base.training.cache import file_for
from knowledge_base.training.lesson import Phrasings, study
from knowledge_base.training.strangers import foreign_messages
from knowledge_base.training.trainer import ForeignMessage, ForeignMessages

_READ = 2000  # characters of a message that are looked at: normalising shrinks text, so more than is compared
LONGEST = 200  # characters of a normalised text that are compared; a question has been asked by then
_KEPT = 32  # messages and clauses: a held one is ranked again soon, and a clause alone after its message
_ANSWER = 2000  # characters of an answer that show how the company writes
TARGET = 0.95  # of the answers given, the share that should be right


@dataclass(frozen=True, slots=True)
class Prepared:
    """A text prepared for comparison: its key for exact matches, its features, and the sentence for encoders."""

    key: str
    parts: Parts
    sentence: str


@dataclass(frozen=True, slots=True)
class IndexedPhrasing:
    """A phrasing of an article, and the place of the article in the index."""

    article: Article
    place: int
    phrasing: str


@dataclass(frozen=True, slots=True)
class Index:
    """A revision of the knowledge base, ready for ranking.

    `exact` maps a key to places in `entries`. A question is an article with at least one phrasing that has words,
    numbered in the order of the articles. `question_of`: shape (entries,), the question of each entry, rising.
    `firsts`: shape (questions,), the first entry of each question. `words`: what each question says.
    `levels` are the trained levels, the cheapest first.
    `suspects`: phrasings that are probably filed under the wrong question, which are no entries, for nothing was
    learned from them, and the article each probably belongs to.
    `prepared`, `sights`: the latest messages and clauses, prepared and as the levels judge them.
    """

    revision: int
    fillers: tuple[str, ...]
    articles: tuple[Article, ...]
    entries: tuple[IndexedPhrasing, ...]
    exact: Mapping[str, tuple[int, ...]]
    writing: Vocabulary
    inverted: InvertedIndex
    question_of: Ints
    firsts: NDArray[np.int64]
    words: QuestionWords
    levels: tuple[Level, ...]
    suspects: tuple[tuple[IndexedPhrasing, Article], ...] = ()
    prepared: RecentResults[str, Prepared] = field(
        default_factory=lambda: RecentResults(8 * _KEPT), init=False, compare=False, repr=False
    )
    sights: RecentResults[str, MessageLikeness] = field(
        default_factory=lambda: RecentResults(_KEPT), init=False, compare=False, repr=False
    )

    @property
    def encoder(self) -> str | None:
        """The name of the strongest encoder in use; None without one."""
        meanings = self.levels[-1].meanings
        return meanings[-1].encoder.name() if meanings else None

    def warm(self) -> None:
        """Load the encoders, which otherwise load at the first message."""
        for meaning in self.levels[-1].meanings:
            meaning.of(["你好"])

    def read_ahead(self, texts: Sequence[str], sentences: Sequence[str] = ()) -> None:
        """Let the first encoder read these messages in one batch; a caching one keeps them until they are ranked.

        `sentences` are read with them as they are.
        """
        if not self.levels[0].meanings:
            return
        asked = [self.prepare(as_ranked(text)) for text in texts]
        wanted = [each.sentence for each in asked if each.key and each.key not in self.exact]
        if wanted or sentences:
            self.levels[0].meanings[0].of(list(dict.fromkeys([*wanted, *sentences])))

    def thresholds(
        self, target: float = TARGET, suggestions: float = SUGGESTION_RIGHT, foreign: float = FOREIGN
    ) -> Thresholds:
        """Return the confidences from which to answer and to suggest, for these precisions of both.

        `foreign`: the share of messages (0 to 1) that nothing is expected to answer.
        """
        return self.levels[-1].calibration.thresholds(target, suggestions, foreign)

    def prepare(self, text: str) -> Prepared:
        """Return a message prepared, with errors of input methods corrected by the company's vocabulary."""
        return self.prepared.of(text, lambda: self._prepare(text))

    def sight(self, text: str) -> MessageLikeness:
        """Return a message or clause as the levels judge it, in which `understand` may have left its embeddings."""
        return self.sights.of(text, lambda: self._sight(text))

    def _sight(self, text: str) -> MessageLikeness:
        prepared = self.prepare(text)
        written = self.inverted.likeness(self.inverted.vector(prepared.parts))
        return MessageLikeness(written, [], self.words, self.words.asked(prepared.key, words_of(prepared.parts)))

    def _prepare(self, text: str) -> Prepared:
        plain = _plain(text, self.fillers)
        restored = correct(plain, self.writing)
        sentence = restored
        if restored == plain and self.levels[-1].meanings:
            sentence = _sentence(text, self.fillers)
        return Prepared(plain.replace(" ", ""), parts_of(restored), sentence)


def build(
    articles: Iterable[Article],
    *,
    revision: int = 0,
    fillers: Iterable[str] = FILLERS,
    encoders: Sequence[Encoder] = (),
    folder: Path | None = None,
    progress: Progress = no_progress,
    names: Iterable[str] = (),
) -> Index:
    """Index these articles and train the levels; phrasings without words are left out.

    Without encoders there is one level, by characters and sound; with several, each level adds one. With a `folder`,
    trained levels are cached there. `progress` is called with the share done, 0 to 1. `names`: what else the company
    deals in, whose models and Latin words are not taken for slips. Raises what an encoder raises.
    """
    articles, fillers = tuple(articles), tuple(fillers)
    written = list(_entries(articles, fillers))
    models = learn_models(text for _, text in written)  # of the phrasings alone, which are all that is learned from
    given = Phrasings(
        plain=[spell_models(text, models) for _, text in written],
        sentences=[_sentence(entry.phrasing, fillers) for entry, _ in written] if encoders else [],
        places=np.array([entry.place for entry, _ in written], np.int32),
        answers=[normalise(article.answer[:_ANSWER]) for article in articles],
    )
    kept = file_for(folder, articles, fillers, encoders) if folder is not None and written else None
    learned = study(given, encoders, _foreign(fillers), progress, kept)
    plain = [given.plain[row] for row in learned.taught.tolist()]
    return Index(
        revision=revision,
        fillers=fillers,
        articles=articles,
        entries=tuple(written[row][0] for row in learned.taught.tolist()),
        exact=_places(text.replace(" ", "") for text in plain),
        writing=learn_vocabulary([*given.plain, *given.answers, *map(normalise, fillers)], map(normalise, names)),
        inverted=learned.inverted,
        question_of=learned.question_of,
        firsts=learned.firsts,
        words=learned.words,
        levels=learned.levels,
        suspects=tuple((written[row][0], articles[place]) for row, place in learned.suspects),
    )


def as_ranked(text: str) -> str:
    """Return a message as far as it is looked at."""
    return unicodedata.normalize("NFKC", text[:_READ])[:_READ]  # one sign may become eighteen


def key_of(text: str, fillers: Iterable[str]) -> str:
    """Return the key of a text: equal keys are the same question; empty without words."""
    return _plain(text, fillers).replace(" ", "")


def _plain(text: str, fillers: Iterable[str]) -> str:
    return strip_fillers(normalise(text), fillers)[:LONGEST].strip()


def _sentence(text: str, fillers: Iterable[str]) -> str:
    return strip_fillers(readable(text), fillers)[:LONGEST]


def _foreign(fillers: tuple[str, ...]) -> ForeignMessages:
    plain = [(_plain(text, fillers), _sentence(text, fillers)) for text in foreign_messages()]
    return [ForeignMessage(text.replace(" ", ""), parts_of(text), sentence) for text, sentence in plain]


def _entries(articles: Sequence[Article], fillers: tuple[str, ...]) -> Iterable[tuple[IndexedPhrasing, str]]:
    for place, article in enumerate(articles):
        for phrasing in article.phrasings:
            if plain := _plain(phrasing, fillers):
                yield IndexedPhrasing(article, place, phrasing), plain


def _places(keys: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    places: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    return MappingProxyType({key: tuple(found) for key, found in places.items()})
