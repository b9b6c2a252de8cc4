"""A YAML mapping read by typed keys that know their lines; faults are collected, not raised."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from typing import TypeVar

import yaml

from escalation.policy.faults import NULL, PolicyFaultCollector, found, nearest
from escalation.working_hours.instants import parse_duration

T = TypeVar("T")
_FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Block:
    """A mapping of the file. Every getter notes a fault and returns a harmless value when the key is not right."""

    def __init__(self, node: yaml.Node | None, faults: PolicyFaultCollector, name: str, line: int) -> None:
        """Index the keys, noting those that stand twice; without a node it is empty and silent."""
        self.node, self.faults, self.name, self.line = node, faults, name, line
        self.values: dict[str, yaml.Node] = {}
        self.keys: dict[str, yaml.Node] = {}
        self._asked: set[str] = set()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                self._index(key, value)
        elif node is not None:
            faults.add(line, f'"{name}" must be a block of keys with values; found {found(node)}.')

    @property
    def is_block(self) -> bool:
        """Whether it is a mapping; if not, that fault is noted already."""
        return isinstance(self.node, yaml.MappingNode)

    def _index(self, key: yaml.Node, value: yaml.Node) -> None:
        if not isinstance(key, yaml.ScalarNode):
            self.faults.add(key, f'A key of "{self.name}" must be one word; found {found(key)}.')
        elif key.value in self.values:
            first = self.keys[key.value].start_mark.line + 1
            self.faults.add(key, f'"{key.value}" stands twice in "{self.name}" (first in line {first}); keep one.')
        else:
            self.values[key.value], self.keys[key.value] = value, key

    def finish(self) -> None:
        """Note the keys that were not read."""
        for key in self.values.keys() - self._asked:
            known = ", ".join(sorted(self._asked))
            hint = nearest(key, self._asked) or f"; it may hold {known}"
            self.faults.add(self.keys[key], f'"{key}" is not a key of "{self.name}"{hint}.')

    def wrong(self, key: str, must: str) -> None:
        """Note that the value of a key is not what it must be."""
        self.faults.add(self.values[key], f'"{key}" must be {must}; found {found(self.values[key])}.')

    def get(self, key: str, *, required: bool = True) -> yaml.Node | None:
        """Return the node of a key; None when absent or null, which is a fault if required."""
        self._asked.add(key)
        node = self.values.get(key)
        if node is not None and not (node.tag == NULL and not required):
            return node
        if required and self.is_block:
            self.faults.add(self.line, f'"{self.name}" lacks the key "{key}"; add it.')
        return None

    def parsed(self, key: str, parse: Callable[[str], T], must: str, default: T, *, required: bool = True) -> T:
        """Return a scalar read by `parse`, which raises ValueError for what it cannot read."""
        node = self.get(key, required=required)
        if node is None:
            return default
        try:
            if isinstance(node, yaml.ScalarNode) and node.tag != NULL:
                return parse(node.value)
        except ValueError:
            pass
        self.wrong(key, must)
        return default

    def text(self, key: str, *, required: bool = True) -> str:
        """Return a text, not empty."""
        return self.parsed(key, _text, "a text", "", required=required)

    def flag(self, key: str) -> bool:
        """Return true or false; false when absent."""
        return self.parsed(key, _flag, "true or false", False, required=False)

    def whole(self, key: str, least: int, most: int = 10**12) -> int:
        """Return a whole number from `least` to `most`."""
        return self.whole_or_none(key, least, most, required=True) or 0

    def whole_or_none(self, key: str, least: int, most: int = 10**12, *, required: bool = False) -> int | None:
        """Return a whole number from `least` to `most`; None when absent or null."""
        must = f"a whole number from {least} to {most}" if most < 10**12 else f"a whole number of at least {least}"
        return self.parsed(key, lambda text: _whole(text, least, most), must, None, required=required)

    def number(self, key: str, most: float) -> float:
        """Return a number from 0 to `most`."""
        return self.parsed(key, lambda text: _number(text, most), f"a number from 0 to {most:g}", 0.0)

    def duration(self, key: str) -> timedelta:
        """Return a duration, required."""
        return self.duration_or_none(key, required=True) or timedelta(0)

    def duration_or_none(self, key: str, *, required: bool = False) -> timedelta | None:
        """Return a duration; None when absent or null."""
        must = "a duration such as 15m, 2h or 1d"
        return self.parsed(key, parse_duration, must, None, required=required)

    def day(self, key: str) -> date | None:
        """Return a date; None when faulty."""
        return self.parsed(key, parse_day, "a date such as 2026-10-01", None)

    def choice(self, key: str, known: Collection[str], *, required: bool = True) -> str:
        """Return one of the known names; empty when absent or faulty."""
        node = self.get(key, required=required)
        return "" if node is None else self.named(key, node, known)

    def choices(self, key: str, known: Collection[str], *, required: bool = True) -> tuple[str, ...]:
        """Return a list of known names without repetition."""
        return tuple(self.named(key, node, known) for node in self._distinct(key, required=required))

    def named(self, key: str, node: yaml.Node, known: Collection[str]) -> str:
        """Return the known name at a node; empty, with a fault, when it is not one."""
        if isinstance(node, yaml.ScalarNode) and node.value in known:
            return str(node.value)
        if known:  # an empty set means that its own section is faulty already
            hint = nearest(node.value, known) if isinstance(node, yaml.ScalarNode) else ""
            self.faults.add(node, f'"{key}" must be one of {", ".join(known)}; found {found(node)}{hint}.')
        return ""

    def texts(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """Return a list of texts without repetition."""
        return tuple(node.value for node in self._distinct(key, required=required))

    def _distinct(self, key: str, *, required: bool) -> list[yaml.ScalarNode]:
        """The scalars of a list, noting those that are empty or stand twice."""
        kept: dict[str, yaml.ScalarNode] = {}
        for node in self.items(key, required=required):
            if not isinstance(node, yaml.ScalarNode) or node.tag == NULL or not node.value.strip():
                self.faults.add(node, f'Each entry of "{key}" must be a text; found {found(node)}.')
            elif node.value in kept:
                self.faults.add(node, f'"{node.value}" stands twice in "{key}"; keep one.')
            else:
                kept[node.value] = node
        return list(kept.values())

    def items(self, key: str, *, required: bool = True) -> list[yaml.Node]:
        """Return the nodes of a list; a required one must not be empty."""
        node = self.get(key, required=required)
        if node is None:
            return []
        if isinstance(node, yaml.SequenceNode) and (node.value or not required):
            return list(node.value)
        must = "a list" if not isinstance(node, yaml.SequenceNode) else "a list of at least one entry"
        self.faults.add(node, f'"{key}" must be {must}; found {found(node) if must == "a list" else "none"}.')
        return []

    def blocks(self, key: str, *, required: bool = True) -> Iterator[Block]:
        """Yield the mappings of a list."""
        for node in self.items(key, required=required):
            block = Block(node, self.faults, key, node.start_mark.line + 1)
            if block.is_block:
                yield block

    def block(self, key: str, *, required: bool = True) -> Block:
        """Return the mapping under a key; an empty one without faults when absent."""
        node = self.get(key, required=required)
        return Block(node, self.faults, key, self.line if node is None else self.keys[key].start_mark.line + 1)

    def entries(self, key: str) -> Iterator[tuple[str, Block]]:
        """Yield the mappings of a mapping by id; there must be at least one."""
        section = self.block(key)
        if section.is_block and not section.values:
            self.faults.add(section.line, f'"{key}" must hold at least one entry; found none.')
        for name in tuple(section.values):
            entry = section.block(name)
            if entry.is_block:
                yield name, entry


def parse_day(text: str) -> date:
    """Parse a date written 2026-10-01; raises ValueError for anything else."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        raise ValueError(text)
    return date.fromisoformat(text)


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError(text)
    return text.strip()


def _flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(text)
    return _FLAGS[text.lower()]


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"-?\d{1,15}", text, re.ASCII) or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _number(text: str, most: float) -> float:
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text, re.ASCII) or float(text) > most:
        raise ValueError(text)
    return float(text)
