"""Reads the topics of a policy file."""

from __future__ import annotations

from escalation.policy.default_wording import DEFAULT_NUMBER
from escalation.policy.model import Topic
from escalation.policy.read_milestones import RECIPIENTS
from escalation.policy.read_wording import read_list
from escalation.policy.yaml_blocks import Block

TOPIC_ACTS = ("delete_data", "feedback", "sales_lead")  # acts that become tickets of a topic of their own
NO_NUMBER = "none"  # a topic's `number` where the matter is found by none


def read_topics(root: Block) -> dict[str, Topic]:
    """Read the topics of tickets."""
    topics: dict[str, Topic] = {}
    for name, block in root.entries("topics"):
        tell = block.choices("tell", RECIPIENTS, required=False)
        words, skills = read_list(block, "words", required=False), block.texts("skills", required=False)
        act = block.choice("act", TOPIC_ACTS, required=False)
        number = block.text("number", required=False) or DEFAULT_NUMBER
        number = "" if number == NO_NUMBER else number
        topics[name] = Topic(name, words, block.flag("complaint"), tell, skills, number, act)
        block.finish()
    return topics
