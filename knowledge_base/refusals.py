"""What the knowledge base refuses to do."""

from __future__ import annotations


class KnowledgeRefusal(Exception):
    """Something this domain refuses or cannot use; its text is whole sentences for the operator."""
