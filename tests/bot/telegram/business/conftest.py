"""An owner and their customer, beside the world of every test."""

from __future__ import annotations

import pytest

from tests.fakes.telegram import FakeTelegram, Owner, Person


@pytest.fixture
def anna(api: FakeTelegram) -> Person:
    return api.person(77, first_name="安娜")


@pytest.fixture
def wang(api: FakeTelegram) -> Owner:
    return api.owner(900, first_name="王强")
