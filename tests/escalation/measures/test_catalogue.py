"""The catalogue and the document name the same measures."""

from __future__ import annotations

import re
from pathlib import Path

from escalation.measures.catalogue import CATALOGUE, MEASURES

PAGE = Path(__file__).parents[3] / "docs" / "measures.md"


def documented() -> set[str]:
    text = PAGE.read_text(encoding="utf-8")
    tables = text.partition("## 2. Of tickets")[2].partition("## 4. What is shown")[0]
    first_cells = re.findall(r"^\| (`[^|]*`) \|", tables, re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`([a-z_]+)`", cell)}


def test_every_measure_stands_in_the_document_and_the_other_way_round() -> None:
    assert documented() == set(MEASURES)


def test_each_has_a_label_of_its_own_and_a_sentence() -> None:
    assert len({measure.label for measure in CATALOGUE}) == len(CATALOGUE) == len(MEASURES)
    assert [measure.id for measure in CATALOGUE if not measure.about.endswith("。")] == []
