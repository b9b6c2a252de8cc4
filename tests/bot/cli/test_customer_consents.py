"""`jiedai customers consents`: what a contact agreed to, and what was said at the telephone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import EXAMPLE_POLICY
from tests.bot.cli.conftest import Terminal

ROWS = (
    "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
    "C1,江海银行,周文博,13800000001,,2800000,26,4,4\n"
)


@pytest.fixture
def crm(terminal: Terminal, tmp_path: Path) -> Terminal:
    path = tmp_path / "crm.csv"
    path.write_text(ROWS, encoding="utf-8")
    terminal.here("customers", "import", str(path))
    return terminal


@pytest.fixture
def asking(tmp_path: Path) -> tuple[str, str]:
    """A policy that asks for consents, as the shipped one does."""
    path = tmp_path / "policy.yaml"
    path.write_text(EXAMPLE_POLICY.read_text(encoding="utf-8"), encoding="utf-8")
    return "--policy", str(path)


def test_a_purpose_that_the_policy_does_not_ask_for_is_refused(crm: Terminal, asking: tuple[str, str]) -> None:
    assert crm.refused_here("customers", "consents", "C1", "--give", "abroad", *asking) == (
        'jiedai: The policy asks nobody for consent to "abroad"; '
        "it asks for surveys, sensitive, under_14 (`privacy: consents:`)."
    )
    assert crm.refused_here("customers", "consents", "C1", "--give", "abroad") == (
        'jiedai: The policy asks nobody for consent to "abroad"; it asks for none (`privacy: consents:`).'
    )


def test_consent_is_recorded_shown_and_withdrawn(crm: Terminal, asking: tuple[str, str]) -> None:
    assert crm.here("customers", "consents", "C1") == "C1 has said nothing of what rests on consent.\n"
    (given,) = crm.json("customers", "consents", "C1", "--give", "sensitive", *asking)
    assert (given["purpose"], given["given"], given["door"]) == ("sensitive", True, "cli")
    (off,) = crm.json("customers", "consents", "C1", "--withdraw", "sensitive")
    assert off["given"] is False
    told = [each["what"] for each in crm.json("audit", "journal", "--subject", "customer:C1")]
    assert {"consent given", "consent withdrawn"} <= set(told)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ("C1", "--give", "adverts"),
            'There is no purpose "adverts"; consent is recorded for surveys, under_14, sensitive, abroad.',
        ),
        (("C1", "--give", "abroad", "--withdraw", "abroad"), "Give either --give or --withdraw, not both."),
        (("C9",), 'There is no customer "C9"; `jiedai customers list` shows those there are.'),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_a_sentence(crm: Terminal, given: tuple[str, ...], said: str) -> None:
    assert crm.refused_here("customers", "consents", *given).startswith(f"jiedai: {said[:-1]}")
