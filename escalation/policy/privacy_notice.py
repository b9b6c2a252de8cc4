"""The privacy notice, and what customers are asked their consent for: the policy's `privacy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.policy.yaml_blocks import Block

NOTICE_PARTS = ("who", "what", "why", "how_long", "rights", "complain")
ABROAD = "abroad"
PURPOSES = ("surveys", "under_14", "sensitive", ABROAD)
LONGEST_VERSION = 32


@dataclass(frozen=True, slots=True)
class ConsentPurpose:
    """What a customer may agree to or not; `recipient`: who gets the data, where they are given abroad."""

    label: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class PrivacyNotice:
    """The notice by its parts, its version, and the purposes that rest on consent, by their names."""

    version: str
    parts: Mapping[str, str]
    consents: Mapping[str, ConsentPurpose] = field(default_factory=dict)


def read_notice(block: Block) -> PrivacyNotice | None:
    """Read what of the block `privacy` is the notice; without one customers are shown none."""
    wanted = {"version", "notice", "consents"} & block.values.keys()
    if not wanted:
        for name in ("version", "notice", "consents"):
            block.get(name, required=False)
        return None
    version, notice = block.text("version"), block.block("notice")
    if len(version) > LONGEST_VERSION:
        block.wrong("version", f"a text of at most {LONGEST_VERSION} characters")
    parts = {name: notice.text(name) for name in NOTICE_PARTS}
    notice.finish()
    return PrivacyNotice(version, parts, _read_consents(block))


def _read_consents(privacy: Block) -> dict[str, ConsentPurpose]:
    section, found = privacy.block("consents", required=False), {}
    for name in tuple(section.values):
        if not section.named("consents", section.keys[name], PURPOSES):
            section.get(name)
            continue
        block = section.block(name)
        recipient = block.text("recipient") if name == ABROAD else ""
        found[name] = ConsentPurpose(block.text("label"), recipient)
        block.finish()
    return found
