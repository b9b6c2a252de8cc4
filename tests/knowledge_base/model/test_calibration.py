"""How sure we are, and from when on that is sure enough; learned from rehearsal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.articles import Article
from knowledge_base.matching.index import build
from knowledge_base.matching.ranking import rank
from knowledge_base.model import calibration
from knowledge_base.model.calibration import (
    ANSWER_AT_LEAST,
    BY_MEANING,
    CANDIDATES,
    SUGGEST_AT,
    TYPICAL,
    VIEWS,
    WITHOUT_CLASSIFIER,
    Calibration,
    Doubles,
    calibrate,
    foreign_share,
)

_CERTAIN = 1.0  # a word-for-word hit


def rehearsal(messages: int = 400, *, noise: float = 0.35, seed: int = 1) -> tuple[Doubles, Doubles, Doubles]:
    """Messages whose right question mostly stands out, then as many whose question is unknown."""
    random = np.random.default_rng(seed)
    seen = np.zeros((2 * messages, CANDIDATES, VIEWS), np.float32)
    truth = np.full(2 * messages, CANDIDATES)
    truth[:messages] = random.integers(0, 3, messages)
    seen[:, :, 0] = noise * random.random((2 * messages, CANDIDATES))
    seen[:, :, 1] = 0.3 * random.random((2 * messages, CANDIDATES))
    seen[np.arange(messages), truth[:messages], 0] += 0.6 * random.random(messages)
    return seen, truth, np.arange(2 * messages) < messages


def taught(confidence: list[float], right: list[float]) -> Calibration:
    ones = np.ones(len(right))
    return Calibration(np.array(TYPICAL), np.array(confidence), np.array(right), ones, ones, np.zeros(len(confidence)))


def many(*kinds: tuple[float, float]) -> Calibration:
    """A hundred messages of each confidence, of which this share is right."""
    right = [float(number < 100 * share) for _, share in kinds for number in range(100)]
    return taught([sure for sure, _ in kinds for _ in range(100)], right)


def precision_from(found: Calibration, threshold: float) -> float:
    """Of what would have been answered in rehearsal, the share that was right."""
    answered = found.confidence.round(4) >= threshold
    return float((found.share * found.right)[answered].sum() / max(1e-12, found.share[answered].sum()))


def test_probabilities_never_exceed_one_together_and_leave_room_for_none_of_them() -> None:
    random = np.random.default_rng(2)
    for learned in (Calibration(), calibrate(*rehearsal())):
        for size in (1, 2, CANDIDATES):
            found = learned.probabilities(random.random((size, VIEWS)).astype(np.float32))
            assert found.shape == (size,)
            assert 0 < found.sum() < 1
        assert learned.probabilities(np.full((CANDIDATES, VIEWS), 1e3, np.float32)).sum() <= 1 + 1e-12


def test_no_candidates_have_no_probabilities() -> None:
    assert Calibration().probabilities(np.zeros((0, VIEWS), np.float32)).tolist() == []


@pytest.mark.parametrize("weights", [TYPICAL, WITHOUT_CLASSIFIER, BY_MEANING])
def test_a_candidate_is_the_likelier_the_nearer_it_is_and_its_rivals_the_less_so(weights: tuple[float, ...]) -> None:
    learned = Calibration(np.array(weights))
    near = [learned.probabilities(np.array([[x] * VIEWS, [0.4] * VIEWS], np.float32)) for x in (0.1, 0.5, 0.9)]
    assert near[0][0] < near[1][0] < near[2][0]
    assert near[0][1] > near[1][1] > near[2][1]


@pytest.mark.parametrize("target", [0.5, 0.8, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("noise", [0.2, 0.5, 0.9])
def test_answers_above_the_threshold_were_right_as_often_as_wanted(target: float, noise: float) -> None:
    learned = calibrate(*rehearsal(noise=noise))
    threshold = learned.thresholds(target).answer_at
    assert threshold >= _CERTAIN or precision_from(learned, threshold) >= target - 0.01


@given(
    st.lists(st.tuples(st.sampled_from([0.2, 0.50004, 0.50001, 0.9, 0.99]), st.booleans()), min_size=1, max_size=40),
    st.sampled_from([0.5, 0.9, 0.95]),
)
def test_messages_of_one_confidence_are_answered_together_or_not_at_all(
    messages: list[tuple[float, bool]], target: float
) -> None:
    learned = taught([sure for sure, _ in messages], [float(right) for _, right in messages])
    threshold = learned.thresholds(target).answer_at
    least = max(ANSWER_AT_LEAST, round(target - 0.1, 4))
    assert threshold in {*(sure for sure in learned.confidence.round(4).tolist() if sure >= least), least, _CERTAIN}


def test_as_many_as_possible_are_answered() -> None:
    learned = many((0.99, 1.0), (0.9, 0.5), (0.7, 1.0), (0.6, 1.0), (0.5, 1.0), (0.4, 0.0))
    assert learned.thresholds(0.6).answer_at == 0.5
    assert learned.thresholds(0.95).answer_at == 0.99


def test_a_threshold_is_as_sure_as_the_messages_that_speak_for_it_are_many() -> None:
    """All were right so far, of a confidence that promises less: twenty say little, a thousand a lot."""
    few, more = (taught([0.91] * size, [1.0] * size) for size in (20, 1_000))
    assert (few.thresholds(0.95).answer_at, more.thresholds(0.95).answer_at) == (_CERTAIN, 0.85)


def test_nothing_is_judged_by_a_handful_of_messages() -> None:
    assert taught([0.99] * 19, [1.0] * 19).thresholds(0.9).answer_at == _CERTAIN
    assert taught([0.99] * 20, [1.0] * 20).thresholds(0.9).answer_at == 0.8


def test_unequal_weights_are_worth_fewer_messages() -> None:
    equal = np.ones(40)
    unequal = np.r_[np.full(20, 1.9), np.full(20, 0.1)]
    alike, one_sided = (
        Calibration(np.array(TYPICAL), np.full(40, 0.96), equal, share, equal) for share in (equal, unequal)
    )
    places = np.arange(40)
    assert one_sided._surely_right(places, unequal)[-1] < alike._surely_right(places, equal)[-1]


def test_however_well_rehearsal_went_nothing_is_answered_that_is_more_likely_wrong_than_right() -> None:
    easy = taught([0.99] * 95 + [0.02] * 5, [1.0] * 95 + [0.0] * 5)
    assert easy.thresholds(0.6).answer_at == 0.5
    assert easy.thresholds(0.95).answer_at == 0.85  # nor what is that much less likely than is wished for
    assert taught([0.4, 0.3], [1, 1]).thresholds(0.95).answer_at == _CERTAIN


def test_where_nothing_reaches_the_target_only_word_for_word_hits_are_answered() -> None:
    assert taught([0.9, 0.8], [0, 1]).thresholds(0.95).answer_at == _CERTAIN


def test_who_wants_more_right_answers_gets_fewer() -> None:
    learned = calibrate(*rehearsal(noise=0.8))
    found = [learned.thresholds(target) for target in (0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)]
    assert [each.answer_at for each in found] == sorted(each.answer_at for each in found)
    assert found[0].answer_at < found[-1].answer_at
    lists = [learned.thresholds(0.95, wanted).suggest_at for wanted in (0.2, 0.4, 0.6, 0.8)]
    assert lists == sorted(lists)


def test_nothing_is_answered_that_would_not_even_be_suggested() -> None:
    for noise in (0.1, 0.5, 0.9):
        for target in (0.5, 0.95):
            found = calibrate(*rehearsal(noise=noise)).thresholds(target, 0.9)
            assert found.suggest_at <= found.answer_at


def test_too_few_messages_teach_nothing_and_the_typical_figures_hold() -> None:
    learned = calibrate(*rehearsal(calibration.FEW - 1))
    assert learned.weights.tolist() == list(TYPICAL)
    assert (learned.thresholds(0.95).answer_at, learned.thresholds(0.95).suggest_at) == (pytest.approx(0.85), 0.25)
    assert learned.thresholds(0.4).answer_at == 0.5
    assert calibrate(*rehearsal(calibration.FEW)).weights.tolist() != list(TYPICAL)


def test_without_messages_that_nothing_answers_nothing_is_learned() -> None:
    seen, truth, known = rehearsal()
    assert calibrate(seen[known], truth[known], known[known]).weights.tolist() == list(TYPICAL)


def test_a_known_message_whose_question_is_no_candidate_teaches_no_weights_but_counts_as_a_miss() -> None:
    seen, truth, known = rehearsal()
    lost = truth.copy()
    lost[:40] = CANDIDATES
    found = calibrate(seen, lost, known)
    assert found.right[:40].sum() == 0
    assert len(found.confidence) == len(seen)


def test_where_there_is_no_classifier_the_nearest_phrasing_speaks() -> None:
    seen, truth, known = rehearsal(5)
    seen[..., 0] = 0
    assert calibrate(seen, truth, known).weights.tolist() == list(WITHOUT_CLASSIFIER)
    seen[..., 2] = 0.5
    assert calibrate(seen, truth, known).weights.tolist() == list(BY_MEANING)


def test_with_few_rehearsed_messages_suggestions_begin_where_they_usually_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "FEW", 30)
    learned = calibrate(*rehearsal(50))
    assert learned.thresholds(0.5).suggest_at == min(SUGGEST_AT, learned.thresholds(0.5).answer_at)


def test_a_complaint_is_no_question_though_every_question_was_found_in_rehearsal() -> None:
    things = (
        "打印机",
        "复印机",
        "扫描仪",
        "投影仪",
        "碎纸机",
        "装订机",
        "考勤机",
        "传真机",
        "交换机",
        "电话机",
        "点钞机",
    )
    asked = (
        "{}坏了怎么办",
        "{}不工作了",
        "修{}找谁",
        "我的{}出毛病了",
        "{}没反应",
        "谁来修{}",
        "{}报修",
        "{}用不了了",
        "{}怎么修",
    )
    articles = [Article(one, "", one, tuple(each.format(one) for each in asked), "") for one in things]
    index = build(articles)
    assert len(index.levels[0].calibration.confidence)
    assert rank("我想投诉你们", index)[0].confidence < index.thresholds().answer_at


def test_a_knowledge_base_of_single_phrasings_keeps_the_typical_weights() -> None:
    articles = [
        Article(str(n), "订单", f"第{n}种{chr(0x4E00 + n)}{chr(0x5E00 + n)}怎么处理", (), "好的。") for n in range(60)
    ]
    level = build(articles).levels[0]
    assert level.calibration.weights.tolist() == list(TYPICAL)
    assert level.self_accuracy is None


def test_the_fewer_the_questions_the_more_messages_are_taken_to_be_foreign() -> None:
    shares = [foreign_share(questions) for questions in (2, 6, 12, 20, 500)]
    assert shares == sorted(shares, reverse=True)
    assert foreign_share(6) == pytest.approx(0.395)
    assert foreign_share(20) == foreign_share(500) == 0.15


def test_the_more_foreign_messages_are_expected_the_surer_an_answer_must_be() -> None:
    more, less = (calibrate(*rehearsal(noise=1.2), foreign=share) for share in (0.4, 0.08))
    assert more.thresholds(0.9).answer_at > less.thresholds(0.9).answer_at


def test_weights_make_one_message_count_as_several() -> None:
    seen, truth, known = rehearsal(noise=0.9)
    twice = np.r_[np.arange(len(truth)), np.flatnonzero(known)[:100]]
    weight = np.where(np.arange(len(truth)) < 100, 2.0, 1.0)
    weighed, repeated = calibrate(seen, truth, known, weight=weight), calibrate(seen[twice], truth[twice], known[twice])
    assert weighed.thresholds(0.9).answer_at == pytest.approx(repeated.thresholds(0.9).answer_at, abs=0.03)


def test_a_knowledge_base_whose_questions_are_spelt_alike_does_not_teach_that_the_nearest_spelling_is_wrong() -> None:
    asked = ("{}卡住了", "怎么处理{}的故障", "要换{}了", "{}在哪里买")
    things = [f"{colour}{part}" for colour in "黑红蓝黄白" for part in ("墨盒", "滚筒", "纸盒", "盖板", "屏幕")]
    articles = [
        Article(thing, "故障", asked[0].format(thing), tuple(one.format(thing) for one in asked[1:]), "请联系我们。")
        for thing in things
    ]
    learned = build(articles).levels[-1].calibration
    assert len(learned.confidence) >= calibration.FEW
    assert (learned.weights[:VIEWS] >= 0).all()
    assert learned.weights[VIEWS - 1] == 0


def test_a_policy_that_expects_more_messages_without_an_answer_is_answered_from_higher_up() -> None:
    learned = calibrate(*rehearsal(noise=1.0))
    at = [learned.thresholds(0.9, foreign=share).answer_at for share in (0.05, 0.15, 0.4)]
    assert at[0] < at[1] < at[2] < _CERTAIN
    assert learned.thresholds(0.9) == learned.thresholds(0.9, foreign=0.15)
