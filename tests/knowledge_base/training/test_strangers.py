"""What strangers' messages are like, learned from phrasings that were written to be unlike each other."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge_base.training.strangers import foreign_messages, stranger_weights


def weighed(margins: list[float], standards: int) -> tuple[np.ndarray, float]:
    found = stranger_weights(np.array(margins), np.arange(len(margins)) < standards)
    return found, float(np.average(margins, weights=found))


def test_where_standard_wordings_are_found_more_easily_the_easier_phrasings_count_more() -> None:
    odd = [0.4] * 100 + [-0.3, 0.1, 0.3] * 100  # the first hundred are standard wordings
    found, mean = weighed(odd, 100)
    assert found.mean() == pytest.approx(1.0)
    assert found[100] < found[101] < found[102]
    assert np.mean(odd) < mean < 0.4
    assert mean == pytest.approx(np.mean(odd) + 100 / 120 * (0.4 - np.mean(odd)))


def test_where_they_are_found_less_easily_the_harder_ones_count_more() -> None:
    _, mean = weighed([-0.1] * 50 + [0.5, 0.1] * 50, 50)
    assert mean < np.mean([-0.1] * 50 + [0.5, 0.1] * 50)


def test_a_few_standard_wordings_say_little() -> None:
    phrasings = [0.4] + [-0.3, 0.1, 0.3] * 100
    assert weighed(phrasings, 1)[1] == pytest.approx(np.mean(phrasings), abs=0.03)


@pytest.mark.parametrize(("margins", "standards"), [([0.1, 0.4], 0), ([0.2, 0.2, 0.2], 2), ([0.3], 1)])
def test_where_there_is_nothing_to_compare_all_count_alike(margins: list[float], standards: int) -> None:
    assert weighed(margins, standards)[0].tolist() == [1.0] * len(margins)


def test_a_difference_that_no_weights_can_make_up_for_ends_at_the_easiest_phrasings() -> None:
    found, mean = weighed([0.9] * 400 + [-0.9, 0.0] * 5, 400)
    assert np.isfinite(found).all()
    assert mean <= 0.9


def test_foreign_messages_are_many_and_all_different() -> None:
    found = foreign_messages()
    assert len(found) == len(set(found)) >= 300
