"""A token proves who writes, or it proves nothing: every way to forge one is refused."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest

from bot.auth.customer_tokens import BadToken, customer_of_token
from tests.conftest import MONDAY_MORNING

SECRET = "s" * 32
NOW = MONDAY_MORNING
SOON = int((NOW + timedelta(hours=1)).timestamp())
GOOD = {"sub": "C1001", "aud": "jiedai", "exp": SOON}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    claims = {name: value for name, value in (GOOD | changes).items() if value is not ...}
    return jwt.encode(claims, secret, algorithm=algorithm)


def unsigned(header: dict[str, Any], claims: dict[str, Any], signature: str = "") -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, signature])


def test_a_good_token_names_its_customer() -> None:
    assert customer_of_token(signed(), SECRET, NOW) == "C1001"
    assert customer_of_token(signed(aud=["other", "jiedai"]), SECRET, NOW) == "C1001"
    assert customer_of_token(signed(nbf=int(NOW.timestamp())), SECRET, NOW) == "C1001"
    assert customer_of_token(signed(iat=SOON), SECRET, NOW) == "C1001"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(signed("x" * 32), id="another secret"),
        pytest.param(signed(exp=int(NOW.timestamp())), id="expired this very second"),
        pytest.param(signed(exp=SOON - 7200), id="expired"),
        pytest.param(signed(exp=...), id="no exp"),
        pytest.param(signed(exp="soon"), id="exp no number"),
        pytest.param(signed(exp=None), id="exp null"),
        pytest.param(signed(exp=float("nan")), id="exp no number at all"),
        pytest.param(signed(aud="somebody-else"), id="another audience"),
        pytest.param(signed(aud=...), id="no audience"),
        pytest.param(signed(sub=...), id="no subject"),
        pytest.param(unsigned({"alg": "HS256", "typ": "JWT"}, GOOD | {"sub": 1001}), id="subject no text"),
        pytest.param(signed(nbf=SOON), id="not yet valid"),
        pytest.param(signed(nbf="later"), id="nbf no number"),
        pytest.param(signed(algorithm="HS512", secret="s" * 64), id="another algorithm"),
        pytest.param(unsigned({"alg": "none", "typ": "JWT"}, GOOD), id="alg none"),
        pytest.param(unsigned({"alg": "None"}, GOOD), id="alg None"),
        pytest.param(unsigned({"alg": "HS256"}, GOOD), id="no signature"),
        pytest.param(signed()[:-2], id="signature cut"),
        pytest.param(signed().rpartition(".")[0], id="two parts"),
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no token"),
        pytest.param("令牌", id="not ASCII"),
        pytest.param("x" * 100_000, id="100 kB"),
        pytest.param("'; DROP TABLE contacts; --", id="SQL"),
    ],
)
def test_anything_else_proves_nothing(token: str) -> None:
    with pytest.raises(BadToken):
        customer_of_token(token, SECRET, NOW)


def test_claims_changed_after_signing_are_noticed() -> None:
    header, _, signature = signed().split(".")
    claims = base64.urlsafe_b64encode(json.dumps(GOOD | {"sub": "C1007"}).encode()).rstrip(b"=").decode()
    with pytest.raises(BadToken):
        customer_of_token(f"{header}.{claims}.{signature}", SECRET, NOW)


@pytest.mark.parametrize("secret", ["", None])
def test_without_a_secret_no_token_is_good(secret: str | None) -> None:
    with pytest.raises(BadToken):
        customer_of_token(signed(), secret, NOW)
