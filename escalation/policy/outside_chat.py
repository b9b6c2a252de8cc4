"""What of a customer may go to a chat outside of the house (Telegram): the policy's `outside_chat`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from escalation.policy.yaml_blocks import Block

Talk = Literal["all", "own_channel", "title"]
TALKS: tuple[Talk, ...] = get_args(Talk)


@dataclass(frozen=True, slots=True)
class OutsideChat:
    """Which of a customer's data staff read there; number, queue, clocks, starred title and link always do.

    `talk`: what is said is copied for all, for those who came by that very messenger, or for nobody. `is_stated` is
    false for a policy without the block: it keeps what was sent before there was one, and is told so once.
    """

    customer: bool = True
    organisation: bool = True
    tier_reason: bool = True  # with its sales figures
    entitlements: bool = True
    talk: Talk = "all"
    is_stated: bool = False

    def tells_talk(self, channel: str, here: str) -> bool:
        """Whether what is said with a customer of this channel is copied into a chat of the messenger `here`."""
        return self.talk == "all" or (self.talk == "own_channel" and channel == here)


def read_outside_chat(root: Block) -> OutsideChat:
    """Read the block; what it does not name is not sent."""
    block = root.block("outside_chat", required=False)
    if not block.is_block:
        return OutsideChat()
    talk = block.choice("talk", TALKS, required=False)
    found = OutsideChat(
        customer=block.flag("customer"),
        organisation=block.flag("organisation"),
        tier_reason=block.flag("tier_reason"),
        entitlements=block.flag("entitlements"),
        talk=next((each for each in TALKS if each == talk), "own_channel"),
        is_stated=True,
    )
    block.finish()
    return found
