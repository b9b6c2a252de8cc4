"""The topics' measurement: its matters, and what it counts."""

from __future__ import annotations

from benchmarks.topics import SET, RoutedMatter, StatedMatter, figures, matters_of
from knowledge_base.acts.topic_reader import topic_files


def test_no_matter_of_the_set_was_learned_from() -> None:
    learned = {text for file in topic_files() for _, text in file.utterances}
    matters = matters_of(SET)
    assert not learned & {matter.text for matter in matters}
    assert sum(matter.topic == "故障" for matter in matters) >= 150
    assert sum(matter.measured for matter in matters) * 2 >= len(matters) - 20


def test_queues_and_topics_are_counted_apart() -> None:
    fault, order = StatedMatter("不转了", "故障", measured=True), StatedMatter("下错单了", "订单", measured=True)
    found = [
        RoutedMatter(fault, "安装", "技术支持", "技术支持"),
        RoutedMatter(fault, None, "通用客服", "技术支持"),
        RoutedMatter(order, "订单", "通用客服", "通用客服"),
    ]
    counted = {name: share.split(" = ")[0] for name, share in figures(found).items()}
    assert counted == {
        "faults in their queue": "1/2",
        "others in their queue": "1/1",
        "all in their queue": "2/3",
        "right topic": "1/3",
    }
