"""Supervision by sampling: records that are drawn, scored by a checklist, objected to, and put right."""
