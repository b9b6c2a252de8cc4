"""The head learns several acts at once, and judges itself on groups of one construction that it does not know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge_base.acts import training
from knowledge_base.acts.act_files import ActFile
from knowledge_base.acts.training import examples_of, train_acts, training_of
from knowledge_base.evaluation.act_figures import figures_of
from tests.fakes.encoders import PaperEncoder


def chances(acts: tuple[ActFile, ...], *texts: str) -> list[dict[str, float]]:
    head = train_acts(acts, None)
    return [dict(zip(head.names, row, strict=True)) for row in head.chances(head.likeness(texts)).tolist()]


def test_ordinary_questions_are_no_act(tiny: tuple[ActFile, ...]) -> None:
    assert examples_of(tiny).names == ("danger", "person", "thanks")


def test_what_resembles_an_act_is_likely_that_act_and_no_other(tiny: tuple[ActFile, ...]) -> None:
    fire, person, question = chances(tiny, "烘干机冒烟了", "我要找工程师", "烘干机多少钱")
    assert fire["danger"] > 0.8 > 2 * max(fire["person"], fire["thanks"])
    assert person["person"] > 0.8 > 2 * max(person["danger"], person["thanks"])
    assert max(question.values()) < 0.3


def test_a_clause_may_be_two_acts_at_once(tiny: tuple[ActFile, ...]) -> None:
    (both,) = chances(tiny, "机房冒烟了转人工")
    assert min(both["danger"], both["person"]) > 0.5 > both["thanks"]


def test_a_counter_example_is_not_its_act(tiny: tuple[ActFile, ...]) -> None:
    (fee,) = chances(tiny, "工程师费多少钱")
    assert fee["person"] < 0.3


def test_what_is_left_out_was_not_learned_from(tiny: tuple[ActFile, ...]) -> None:
    """In a group of its own wording that nothing else resembles, the act is not recognised; learned, it is."""
    odd = ("乌泱乌泱冒白汽", "咕噜咕噜冒白汽", "噗嗤噗嗤冒白汽")
    acts = tuple(
        replace(act, utterances=(*act.utterances, *(("怪", text) for text in odd))) if act.id == "thanks" else act
        for act in tiny
    )
    found = training_of(acts, None)
    at, rows = found.head.names.index("thanks"), [found.examples.texts.index(text) for text in odd]
    assert found.left_out[rows, at].max() < 0.3
    assert found.head.chances(found.head.likeness(odd))[:, at].min() > 0.5


def test_left_out_chances_are_those_of_a_head_that_never_saw_the_group(tiny: tuple[ActFile, ...]) -> None:
    """The closed form agrees with leaving the group out and learning again."""
    whole = training_of(tiny, None)
    without = tuple(
        replace(act, utterances=tuple(row for row in act.utterances if row[0] != "看")) if act.id == "danger" else act
        for act in tiny
    )
    again = training_of(without, None)
    texts = [text for act in tiny if act.id == "danger" for group, text in act.utterances if group == "看"]
    rows = [whole.examples.texts.index(text) for text in texts]
    at = whole.head.names.index("danger")
    closed, learned = whole.left_out[rows, at], again.head.chances(again.head.likeness(texts))[:, at]
    assert np.abs(closed - learned).mean() < 0.25


def test_an_act_is_not_punished_for_what_it_may_be_as_well(tiny: tuple[ActFile, ...]) -> None:
    """Without `also`, danger is taught that no fire is urgent; with it, fires say nothing of urgency either way."""
    things = ("收银机", "挂号机", "叫号机", "门禁")
    pressing = ["快点", "赶紧", "马上要用", "急用", "等着用", "冒烟快点", "现在就要", "十万火急", "火急", "催得紧"]
    urgent = tuple((how, f"{thing}{how}") for thing in things for how in pressing)
    urgency = ActFile("urgency", "紧急", "", (), urgent, ())
    (plain,) = chances((*tiny, urgency), "机柜冒烟了快点")
    also = tuple(replace(act, also=("urgency",)) if act.id == "danger" else act for act in tiny)
    (free,) = chances((*also, urgency), "机柜冒烟了快点")
    assert free["urgency"] > plain["urgency"]
    assert free["danger"] > 0.5


def test_every_act_weighs_alike_however_many_examples_it_has(tiny: tuple[ActFile, ...]) -> None:
    given = examples_of(tiny)
    by_act = dict.fromkeys(given.names, 0.0)
    for title, weight in zip(given.titles, given.weight, strict=True):
        if title.partition("/")[0] in by_act:
            by_act[title.partition("/")[0]] += weight
    assert max(by_act.values()) == pytest.approx(min(by_act.values()))


def test_of_very_many_examples_every_group_keeps_some_landmarks(
    tiny: tuple[ActFile, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "LANDMARKS", 40)
    head = train_acts(tiny, None)
    assert head.weights.shape == (40, 3)
    given = examples_of(tiny)
    utterances = {title for title, own in zip(given.titles, given.own, strict=True) if own < 0}
    assert set(head.groups) - {""} == utterances


def test_the_encoder_is_asked_for_every_example_once(tiny: tuple[ActFile, ...]) -> None:
    encoder = PaperEncoder()
    head = train_acts(tiny, encoder)
    assert len(encoder.asked) == sum(len(act.utterances) + len(act.counter_examples) for act in tiny)
    (found,) = head.chances(head.likeness(["烘干机冒烟了"]))
    assert found[head.names.index("danger")] > 0.5


def test_figures_name_the_worst_mistakes_first(tiny: tuple[ActFile, ...]) -> None:
    acts = tuple(
        replace(act, utterances=(*act.utterances, ("怪", "打印机多少钱一斤"))) if act.id == "thanks" else act
        for act in tiny
    )
    thanks = figures_of(acts, training_of(acts, None))[2]
    assert (thanks.id, thanks.utterances, thanks.groups, thanks.counter_examples, thanks.counter) == (
        "thanks", 49, 5, 0, None,
    )  # fmt: skip
    assert (thanks.missed[0].text, thanks.missed[0].group) == ("打印机多少钱一斤", "thanks/怪")
    assert list(thanks.missed) == sorted(thanks.missed, key=lambda mistake: mistake.chance)
    assert {mistake.group for mistake in thanks.invented} == {"questions/多少钱"}
    assert thanks.ordinary == len(thanks.invented) / 60
