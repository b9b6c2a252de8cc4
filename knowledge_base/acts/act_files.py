"""Act files: what an act is, what customers say who do it, and what sounds like it and is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from knowledge_base.files.faults import FaqFaultCollector, suggestion

SHIPPED = Path(__file__).parent  # the files of these acts stand beside the code
NEGATIVES = "questions"  # the file of what performs no act
_KEYS = ("id", "label", "about", "also", "utterances", "counter_examples")
_LISTS = ("utterances", "counter_examples")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the shipped acts take a second without libyaml
_FEWEST = 40  # utterances from which on an act can be learned


@dataclass(frozen=True, slots=True)
class ActFile:
    """An act: its id, its label for people, and its examples in groups of one construction each.

    `also`: acts that its utterances may perform as well. `utterances` and `counter_examples`: pairs of the name of a
    group and an example.
    """

    id: str
    label: str
    about: str
    also: tuple[str, ...]
    utterances: tuple[tuple[str, str], ...]
    counter_examples: tuple[tuple[str, str], ...]


def read_acts(folder: Path) -> tuple[ActFile, ...]:
    """Return the acts of a folder, in the order of their ids; what it lacks or leaves empty is taken from the shipped.

    Raises CatalogueFaults with all faults of the first file that has any, and OSError for a file that can't be read.
    """
    own = {path.name: path for path in sorted(folder.glob("*.yaml"))}
    shipped = {path.name: path for path in sorted(SHIPPED.glob("*.yaml"))}
    acts = {name: read_act(path.name, path.read_bytes()) for name, path in (shipped | own).items()}
    for name, act in acts.items():
        if not act.utterances and name in shipped:
            acts[name] = read_act(name, shipped[name].read_bytes())
    return tuple(acts[name] for name in sorted(acts))


def read_act(name: str, content: bytes) -> ActFile:
    """Return the act of a file; raises CatalogueFaults, which names each line at fault."""
    faults = FaqFaultCollector(name)
    fields = _fields(content, faults)
    lists = {key: tuple(_groups(key, fields.get(key), faults)) for key in _LISTS}
    texts = {key: _text(key, fields.get(key), faults) for key in ("id", "label", "about")}
    also = tuple(_texts("also", fields.get("also"), faults))
    expected = Path(name).stem
    if texts["id"] and texts["id"] != expected:
        faults.add(_line(fields["id"]), f'"id" must be the name of the file, "{expected}"; found "{texts["id"]}".')
    _check_examples(lists, fields, faults)
    faults.raise_if_any()
    return ActFile(texts["id"], texts["label"], texts["about"], also, *(_plain(lists[key]) for key in _LISTS))


_Example = tuple[str, str, int]  # group, text, line


def _plain(examples: Iterable[_Example]) -> tuple[tuple[str, str], ...]:
    return tuple((group, text) for group, text, _ in examples)


def _composed(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=yaml.SafeLoader)  # it says more of what it expected, and found


def _fields(content: bytes, faults: FaqFaultCollector) -> dict[str, yaml.Node]:
    root = None
    try:
        root = _composed(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add(line, "The file is not UTF-8 here; save it as UTF-8.")
        return {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        faults.add(line, f"The YAML can't be read here ({error.problem}); check indentation, colons and quotes.")
        return {}
    if not isinstance(root, yaml.MappingNode):
        faults.add(1, f"The file must be one act with the fields {', '.join(_KEYS)}.")
        return {}
    found: dict[str, yaml.Node] = {}
    for key, value in root.value:
        if key.value not in _KEYS:
            faults.add(_line(key), f'The field "{key.value}" is unknown; {suggestion(str(key.value), _KEYS)}')
        elif key.value in found:
            faults.add(_line(key), f'The field "{key.value}" stands there twice; keep one.')
        found[key.value] = value
    for key in ("id", "label", "utterances"):
        if key not in found:
            faults.add(1, f'The field "{key}" is missing.')
    return found


def _text(key: str, node: yaml.Node | None, faults: FaqFaultCollector) -> str:
    if node is None:
        return ""
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        faults.add(_line(node), f'"{key}" must be one text.')
        return ""
    return str(node.value).strip()


def _texts(key: str, node: yaml.Node | None, faults: FaqFaultCollector) -> Iterable[str]:
    if node is not None and not isinstance(node, yaml.SequenceNode):
        faults.add(_line(node), f'"{key}" must be a list of texts.')
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return [text for item in items if (text := _text(key, item, faults))]


def _groups(key: str, node: yaml.Node | None, faults: FaqFaultCollector) -> Iterable[_Example]:
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        return
    if not isinstance(node, yaml.MappingNode):
        faults.add(
            _line(node), f'"{key}" must be groups of examples: the name of a group, and below it a list of texts.'
        )
        return
    for name, items in node.value:
        if not isinstance(items, yaml.SequenceNode):
            faults.add(_line(name), f'The group "{name.value}" must be a list of texts.')
            continue
        for item in items.value:
            if text := _text(str(name.value), item, faults):
                yield str(name.value), text, _line(item)


def _check_examples(
    lists: dict[str, tuple[_Example, ...]], fields: dict[str, yaml.Node], faults: FaqFaultCollector
) -> None:
    seen: dict[str, str] = {}
    for key, examples in lists.items():
        for _, text, line in examples:
            if text in seen:
                faults.add(line, f'"{text}" stands there twice, in {seen[text]} and in {key}; keep one.')
            seen.setdefault(text, key)
    count = len(lists["utterances"])
    if 0 < count < _FEWEST:
        line = _line(fields["utterances"])
        faults.add(line, f'"utterances" must hold at least {_FEWEST} examples to learn from, or none; found {count}.')


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
