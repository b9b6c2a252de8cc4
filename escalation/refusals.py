"""The base class of what escalation refuses."""

from __future__ import annotations


class EscalationRefusal(Exception):
    """Something this domain refuses or cannot read; the text is whole sentences for the operator."""
