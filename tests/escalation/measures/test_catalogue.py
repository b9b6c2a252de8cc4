"""The catalogue and the document name the same measures."""

from __future__ import annotations

import re
from pathlib import Path

from escalation.measures.catalogue import CATALOGUE, MEASURES
from escalation.measures.indicators import RATE_IDS

DOCS = Path(__file__).parents[3] / "docs"
PAGE = DOCS / "measures.md"


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


def test_every_measure_and_rate_has_its_page_in_the_list_of_indicators() -> None:
    text = (DOCS / "indicators.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`) \|", text, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([a-z_]+)`", row)]
    assert sorted(listed) == sorted({*listed}), "each stands once"
    wanted = {*MEASURES, *RATE_IDS, "complaint_rate", "cause_share", "load", "cost", "adherence"}
    assert {*listed} == wanted
