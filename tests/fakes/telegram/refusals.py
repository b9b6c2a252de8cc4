"""How a call can end other than well."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    @property
    def body(self) -> Json:
        """The answer as Telegram words it."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class HangUp(Exception):
    """The connection is cut instead of an answer."""


def bad(why: str, **parameters: int) -> Refusal:
    """A call that makes no sense to Telegram."""
    return Refusal(400, f"Bad Request: {why}", **parameters)


def forbidden(why: str) -> Refusal:
    """A call the other side does not want."""
    return Refusal(403, f"Forbidden: {why}")
