"""FAQ files as YAML: a list of questions whose texts are taken as written, so that `id: 007` stays 007."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.files.faults import FaqFaultCollector, suggestion
from knowledge_base.files.rows import FIELDS, LISTS, REQUIRED, FaqRow, Text, tidy

_NULL = "tag:yaml.org,2002:null"


def read_yaml(content: bytes, faults: FaqFaultCollector) -> list[FaqRow]:
    """Return the rows of a YAML file; faults are added to `faults`."""
    root = _root(content, faults)
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        faults.add(_line(root), 'The file must be a list of questions, each starting with "- id:".', "no_list")
        return []
    return [row for node in root.value if (row := _row(node, faults))]


def write_yaml(path: Path, articles: Sequence[dict[str, Any]]) -> None:
    """Write a YAML file for people: fields in their order, long answers as blocks."""
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(list(articles), file, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _root(content: bytes, faults: FaqFaultCollector) -> yaml.Node | None:
    try:
        text = content.decode("utf-8-sig")
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        faults.add(line, "The file is not UTF-8 here; save it as UTF-8.", "encoding")
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if error.problem == "but found another document":
            message = "A second document begins here; put all questions into one list, without the line ---."
            faults.add(line, message, "second_document")
            return None
        message = f"The YAML can't be read here ({error.problem}); check indentation, colons and quotes."
        faults.add(line, message, "yaml")
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        found = f"U+{error.character:04X}"
        faults.add(line, f"YAML doesn't allow the character {found}; remove it.", "character", found=found)
    except RecursionError:
        message = 'The file is nested too deeply; it must be a list of questions, each starting with "- id:".'
        faults.add(1, message, "no_list")
    else:
        if root is None:
            faults.add(1, "The file is empty; it must hold at least one question.", "empty")
        return root
    return None


def _row(node: yaml.Node, faults: FaqFaultCollector) -> FaqRow | None:
    if not isinstance(node, yaml.MappingNode):
        faults.add(
            _line(node),
            "Every item of the list must be a question with the fields id, category, question and answer.",
            "no_list",
        )
        return None
    fields: dict[str, tuple[Text, ...]] = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if name not in FIELDS:
            message = f'The field "{name}" is unknown; {suggestion(name, FIELDS)}'
            faults.add(_line(key), message, "unknown_field", field=name)
        elif name in fields:
            message = f'The field "{name}" stands there twice in one question; keep one.'
            faults.add(_line(key), message, "field_twice", field=name)
        else:
            fields[name] = _texts(name, value, faults)
    return FaqRow(_line(node), fields)


def _texts(name: str, node: yaml.Node, faults: FaqFaultCollector) -> tuple[Text, ...]:
    if name in LISTS and isinstance(node, yaml.SequenceNode):
        return tuple(text for item in node.value for text in _scalar(name, item, faults))
    return _scalar(name, node, faults)


def _scalar(name: str, node: yaml.Node, faults: FaqFaultCollector) -> tuple[Text, ...]:
    if not isinstance(node, yaml.ScalarNode):
        shape = "a list of texts" if name in LISTS else "one text"
        message = f'"{name}" must be {shape}; put texts that hold ": " or start with [ or {{ in quotes.'
        faults.add(_line(node), message, "shape", field=name)
        # Something in place of a required text, so that the fault isn't followed by "is empty".
        return (Text(f"{name} {_line(node)}", _line(node)),) if name in REQUIRED else ()
    text = "" if node.tag == _NULL else tidy(node.value)
    return (Text(text, _line(node)),) if text else ()


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


class _Dumper(yaml.SafeDumper):
    """Indents list items under their key, and writes texts of several lines as blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


def _as_block(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _as_block)
