"""Imported by the process that others are forked from: they know the sample, which each would learn for seconds."""

from __future__ import annotations

from bot.config.settings import EXAMPLE_POLICY
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_FAQ
from escalation.policy.reader import read_policy
from knowledge_base.matching.index import build
from tests.learned_once import shipped_learned_once

_ALWAYS = shipped_learned_once()
_ALWAYS.__enter__()
build(read_faq_file(SAMPLE_FAQ).articles, fillers=read_policy(EXAMPLE_POLICY).words.get("filler", ()))
