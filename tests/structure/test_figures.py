"""How the structure is counted, on trees of a few lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.structure import imports, names, wording
from benchmarks.structure.docstrings import raisers
from benchmarks.structure.source import Module


def module(name: str, text: str = "") -> Module:
    parts = name.split(".")
    path = Path(*parts, "__init__.py") if len(parts) == 1 else Path(*parts).with_suffix(".py")
    return Module(name, path, text)


@pytest.mark.parametrize(
    ("text", "arrows"),
    [
        ("from bot.b import x\nimport bot.b", {("a", "b")}),
        ("from bot import b", {("a", "b")}),
        ("from . import b\nfrom .b import x", {("a", "b")}),
        ("def f():\n    from bot.b import x", {("a", "b")}),
        ("from bot.room.c import x", {("a", "room")}),
        ("if TYPE_CHECKING:\n    from bot.b import x", set()),
        ("import bot.a\nimport json", set()),
    ],
)
def test_an_arrow_is_an_importer_and_what_it_imports(text: str, arrows: set[imports.Arrow]) -> None:
    modules = [module("bot"), module("bot.a", text), module("bot.b"), module("bot.room.c")]
    assert imports.child_arrows(modules) == arrows


def test_imports_for_types_close_a_circle() -> None:
    back = "if TYPE_CHECKING:\n    from bot.a import x"
    modules = [module("bot.a", "import bot.b"), module("bot.b", "import bot.c"), module("bot.c", back)]
    assert imports.child_circles(modules) == [["a", "b", "c"]]
    assert imports.module_circles(modules[:2]) == []


def test_loose_are_modules_in_the_package_itself() -> None:
    modules = [module("bot"), module("bot.__main__"), module("bot.a"), module("bot.room.c")]
    assert imports.loose_modules(modules) == ["a"]


def test_a_class_name_in_two_modules_has_two_meanings() -> None:
    modules = [module("bot.a", "class A: ...\nclass B: ..."), module("bot.b", "class A: ...")]
    assert names.shared_class_names(modules) == {"A": ["bot.a", "bot.b"]}


def test_chinese_is_found_in_literals_only() -> None:
    text = '"""文档"""\ndef f(n):\n    """文档"""\n    return f"第 {n} 版", "no", "Jiedai 接待"  # 注释'
    assert [(each.line, each.text) for each in wording.misplaced([module("bot.a", text)])] == [(4, "第 "), (4, " 版")]


def test_chinese_in_the_room_of_wording_and_in_named_exceptions_stays() -> None:
    gaps = '_ASKS = re.compile("怎")\nANSWER = "好"'
    modules = [
        module("bot.wording.labels", 'X = "好"'),
        module("bot.learning", gaps),
        module("bot.cli.demo", 'X = "好"'),
    ]
    assert [each.text for each in wording.misplaced(modules)] == ["好"]


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ('def f():\n    """Raises Bad."""\n    raise Bad', [()]),
        ('def f():\n    """Does it, badly."""\n    raise errors.Bad("no") from None', [("Bad",)]),
        ("class A:\n    def f(self):\n        if self:\n            raise Bad", [("Bad",)]),
        ("def f():\n    def g():\n        raise Bad", []),
        ("def _f():\n    raise Bad", []),
        ("class _A:\n    def f(self):\n        raise Bad", []),
        ("def f():\n    try:\n        pass\n    except E as error:\n        raise\n    raise error", []),
    ],
)
def test_a_raiser_is_public_and_names_a_class(text: str, silent: list[tuple[str, ...]]) -> None:
    assert [each.silent for each in raisers([module("bot.a", text)])] == silent
