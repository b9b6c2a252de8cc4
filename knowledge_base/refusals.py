"""The base class of what the knowledge base refuses."""

from __future__ import annotations


class KnowledgeRefusal(Exception):
    """Something this domain refuses or cannot use; the text is whole sentences for the operator."""
