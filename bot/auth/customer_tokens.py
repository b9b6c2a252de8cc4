"""Verified customers: a host site's signed token."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

import jwt

from bot.wording.sanitise import clean

AUDIENCE = "jiedai"
LONGEST_LIFE = timedelta(hours=24)  # whoever finds a token in a browser or a log must not keep the customer's access


class BadToken(Exception):
    """A customer token that is not valid."""


class LivesTooLong(BadToken):
    """A customer token that would be valid for longer than LONGEST_LIFE."""


def customer_of_token(token: str, secret: str | None, now: datetime) -> str:
    """Return the CRM id in a host site's token: a JWT (RFC 7519), HS256, with `sub`, `aud` "jiedai" and `exp`.

    Raises BadToken for a token that is malformed, forged, expired or not yet valid, and when no secret is set;
    LivesTooLong for one that ends more than LONGEST_LIFE after `now`.
    """
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
    if expires - now.timestamp() > LONGEST_LIFE.total_seconds():
        raise LivesTooLong("ends too late")
    return subject
