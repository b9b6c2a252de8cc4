"""`jiedai risks`: what deserves attention before it becomes trouble."""

from __future__ import annotations

from bot.agents.risks import read_risks
from bot.cli.output import Result, Table
from bot.cli.session import WithoutKnowledge
from bot.wording.risks import LINKS, in_english


def show(service: WithoutKnowledge) -> Result:
    """Return every risk with the rule that raised it; thresholds are the policy's (`risks`)."""
    found = service.database.read_now(read_risks, service.rules, service.clock())
    rows = [(each.kind, *in_english(each)) for each in found]
    told = [
        {"kind": each.kind, "said": said, "rule": rule, "values": dict(each.values), "page": LINKS[each.kind]}
        for each, (_, said, rule) in zip(found, rows, strict=True)
    ]
    if not rows:
        return Result(told, "There is no risk by the rules of the policy.")
    return Result(told, [Table("", ("risk", "what is so", "rule"), rows)])
