"""The transcript: conversations, messages, edits, attachments, channel message ids, idempotency keys, dead letters."""
