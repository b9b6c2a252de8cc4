"""What escalation refuses to do."""

from __future__ import annotations


class EscalationRefusal(Exception):
    """Something this domain refuses or cannot read; its text is whole sentences for the operator."""
