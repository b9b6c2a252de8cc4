"""The emergency plan in the console, and the banner while the mode is on."""

from __future__ import annotations

from dataclasses import replace

from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console


async def test_everybody_reads_the_plan_and_that_it_was_never_rehearsed(console: Console) -> None:
    page = (await (await console.sits("wang")).look("/console/emergency")).text
    assert "还没有演练过，请安排一次演练。" in page
    assert '<dt>总负责人</dt><dd>客服经理，<a href="tel:400-000-0000">400-000-0000</a></dd>' in page


async def test_the_mode_stands_on_every_page(scene: Scene) -> None:
    from bot.auth.passwords import hash_password
    from tests.bot.web.console.console_scene import PASSWORD

    scene.rules = replace(scene.rules, emergency="机房停电")
    console = Console(scene, hash_password(PASSWORD))
    page = (await (await console.sits("wang")).look("/console")).text
    assert "应急模式：机房停电。客户的消息直接转人工，先处理、后补记。" in page
    for client in console.clients:
        await client.aclose()
