"""The parts two texts are compared by."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.model.features import VIEWS, parts_of, units_of
from knowledge_base.text.normalise import normalise


@pytest.mark.parametrize(
    ("plain", "units"),
    [
        ("hp m1005卡纸", ["hp", "m1005", "卡", "纸"]),
        ("2.4g频段", ["2", ".", "4g", "频", "段"]),
        ("don't", ["don", "'", "t"]),
        ("𠮷", ["𠮷"]),
        ("", []),
    ],
)
def test_latin_words_and_numbers_stay_whole_and_other_characters_stand_alone(plain: str, units: list[str]) -> None:
    assert units_of(plain) == units


def test_pairs_are_of_neighbours_and_of_units_with_one_or_two_between() -> None:
    assert parts_of("打印机卡")[1] == Counter(
        ["b打\t印", "b印\t机", "b机\t卡", "s打\t机", "s印\t卡", "s打\t卡"],
    )


def test_pieces_are_three_han_characters_or_parts_of_a_word_with_its_ends_marked() -> None:
    assert parts_of("打印机卡hp")[2] == Counter(["h打印机", "h印机卡", "w<hp", "whp>", "w<hp>"])


def test_homophones_have_the_same_sounds_and_other_units() -> None:
    typed, meant = parts_of("大英级"), parts_of("打印机")
    assert typed[3] == meant[3]
    assert not typed[0] & meant[0]


def test_what_is_no_han_character_has_no_sound() -> None:
    assert parts_of("wifi 5g")[3] == Counter()


@given(st.text(max_size=40))
def test_a_text_with_words_has_parts_and_no_part_belongs_to_two_views(text: str) -> None:
    plain = normalise(text)
    views = parts_of(plain)
    assert len(views) == len(VIEWS)
    assert bool(views[0]) == bool(plain)
    assert len(set().union(*views)) == sum(map(len, views))
