"""A folder of a few short act files, learned in a tenth of a second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

_DANGER = {
    "说": "{}冒烟了",
    "喊": "快来人{}在冒烟",
    "看": "看到{}冒烟啦",
    "里": "{}里面冒烟着火了",
}
_PERSON = {
    "转": "转{}",
    "找": "我要找{}",
    "叫": "叫{}来跟我说",
    "要": "让{}给我回电话",
}
_THANKS = {
    "谢": "谢谢{}",
    "多谢": "多谢{}了",
    "辛苦": "{}辛苦了谢谢",
    "感谢": "非常感谢{}",
}
_THINGS = ("打印机", "复印机", "插座", "电源", "主机", "充电器", "机柜", "电池", "净水器", "空调", "机房", "仓库")
_PEOPLE = ("人工", "客服", "真人", "经理", "师傅", "工程师", "老板", "专员", "店长", "主管", "同事", "人工客服")
_HELPERS = ("你", "您", "你们", "师傅", "小王", "客服", "各位", "老师", "大家", "亲", "工程师", "帮忙")
_QUESTIONS = ("{}多少钱", "{}怎么安装", "{}保修几年", "哪里能买到{}", "{}开不了机")


def write_tiny_acts(folder: Path) -> Path:
    """Write three acts of 48 utterances in four groups each, and ordinary questions; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_act(folder, "danger", "危险", _filled(_DANGER, _THINGS), {"比喻": [f"{one}没有冒烟" for one in _THINGS[:8]]})
    write_act(
        folder, "person", "找人工", _filled(_PERSON, _PEOPLE), {"费用": [f"{one}费多少钱" for one in _PEOPLE[:8]]}
    )
    write_act(folder, "thanks", "道谢", _filled(_THANKS, _HELPERS), {})
    plain = {each.format(""): [each.format(one) for one in _THINGS] for each in _QUESTIONS}
    write_act(folder, "questions", "普通问题", plain, {})
    return folder


def write_act(
    folder: Path,
    act: str,
    label: str,
    utterances: Mapping[str, Sequence[str]],
    counter_examples: Mapping[str, Sequence[str]],
) -> Path:
    """Write one act file and return it."""
    content = {
        "id": act,
        "label": label,
        "utterances": {name: list(texts) for name, texts in utterances.items()},
        "counter_examples": {name: list(texts) for name, texts in counter_examples.items()},
    }
    place = folder / f"{act}.yaml"
    place.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return place


def _filled(groups: Mapping[str, str], words: Sequence[str]) -> dict[str, list[str]]:
    return {name: [pattern.format(word) for word in words] for name, pattern in groups.items()}
