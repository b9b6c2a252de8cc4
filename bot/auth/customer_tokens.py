"""Channel address ↔ customer, and the proof it rests on."""

from __future__ import annotations

import math
from datetime import datetime

import jwt
from sqlalchemy import Connection

from bot.wording.sanitise import clean
from escalation.customers import customer_store
from escalation.customers.model import Customer
from escalation.policy.model import Policy
from escalation.vault import Vault

AUDIENCE = "jiedai"


class BadToken(Exception):
    """A customer token that proves nothing."""


def customer_of_token(token: str, secret: str | None, now: datetime) -> str:
    """The CRM id a host site vouches for: a JWT (RFC 7519), HS256, `sub`, `aud` "jiedai" and `exp`; or BadToken."""
    if not secret:
        raise BadToken("no secret is set")
    try:
        required = {"require": ["sub", "aud", "exp"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(token, secret, algorithms=["HS256"], audience=AUDIENCE, options=required)  # type: ignore[arg-type]
        expires, starts = float(claims["exp"]), float(claims.get("nbf", 0))
    except (jwt.PyJWTError, TypeError, ValueError, OverflowError) as error:
        raise BadToken(str(error)) from error
    subject = claims["sub"]
    alive = math.isfinite(expires) and starts <= now.timestamp() < expires
    if not alive or not isinstance(subject, str) or clean(subject) != subject:
        raise BadToken("expired, not yet valid, or without a subject")
    return subject


def customer_of_phone(db: Connection, vault: Vault, policy: Policy, phone: str, now: datetime) -> Customer | None:
    """The one customer with a telephone number that the channel itself vouches for."""
    return customer_store.find_by_phone(db, vault, policy, phone, now)
