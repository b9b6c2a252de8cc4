"""Customers of a house who talk with the bot: the real conversation, from the door's side."""

from __future__ import annotations

from benchmarks.measures.acts import Act
from benchmarks.measures.world import CUSTOMERS, World
from tests.bot.scene import ARTICLES, SCRIPT, UNKNOWN

WORDS = (
    *(each.question for each in ARTICLES),
    *SCRIPT,
    *(UNKNOWN, UNKNOWN, "转人工", "转人工", "我要投诉你们", "快点，还没好吗", "谢谢", "没用", "解决了", "不是这个"),
    *("我的单号是 DD20261123-04", "序列号 SN-88990017 的机器", "DD20261123-04 还没发货", "没解决", "不用了，撤回吧"),
)


def says(world: World) -> None:
    """A customer writes what they like."""
    visitor, words = world.dice.choice(world.visitors), world.dice.choice(WORDS)
    world.deeds.append(f"{world.now:%m-%d %H:%M:%S} {visitor.address} says {words}")
    visitor.say(words, settle=world.dice.random() < 0.8)


def taps(world: World) -> None:
    """A customer taps a button below the latest line."""
    visitor = world.dice.choice(world.visitors)
    choices = visitor.buttons() if visitor.lines() else []
    if choices:
        choice = world.dice.choice(choices)
        world.deeds.append(f"{world.now:%m-%d %H:%M:%S} {visitor.address} taps {choice}")
        visitor.tap(choice)


def is_known(world: World) -> None:
    """The host site vouches for a customer."""
    visitor, contact = world.dice.choice(world.visitors), world.dice.choice(CUSTOMERS)
    world.deeds.append(f"{world.now:%m-%d %H:%M:%S} {visitor.address} is {contact}")
    visitor.identify(contact)


TALKING: tuple[tuple[int, Act], ...] = ((28, says), (12, taps), (2, is_known))
