"""A reply is corrected or taken back on the ticket's page."""

from __future__ import annotations

from tests.bot.scene import Scene
from tests.bot.web.console.console_scene import Console, alert_of


async def test_a_reply_is_corrected_and_taken_back_on_the_tickets_page(console: Console, scene: Scene) -> None:
    anna = scene.visitor()
    anna.say("转人工")
    wang, other = await console.sits("wang"), await console.sits("other")
    await wang.do(1, "claim")
    await wang.do(1, "reply", text="账号是 6222 0000", key="12345678")
    line = anna.lines()[-1].id
    assert f'id="reword-{line}"' not in (await other.look("/console/tickets/1")).text
    foreign = await other.do(1, "reword", line=str(line), text="账号是 1")
    assert (foreign.status_code, alert_of(foreign)) == (403, "只有发送这条回复的客服wang或组长可以更正或撤回。")
    same = await wang.do(1, "reword", line=str(line), text="账号是 6222 0000")
    assert (same.status_code, alert_of(same)) == (422, "内容没有变化，不用更正。")
    missing = await wang.do(1, "reword", line="999", text="账号是 1")
    assert (missing.status_code, alert_of(missing)) == (404, "没有这条回复。")
    done = await wang.do(1, "reword", line=str(line), text="账号是 6222 1111")
    page = (await wang.look(done.headers["location"])).text
    assert "已更正。网页上随即显示；其他渠道改不了原消息时，会另发一条更正。" in page
    assert "客服wang 更正了一条回复" in page
    assert "账号是 6222 0000" in page.split("修改前")[1]
    await wang.do(1, "take_back", line=str(line))
    assert ">已撤回<" in (await wang.look("/console/tickets/1")).text
    again = await wang.do(1, "take_back", line=str(line))
    assert (again.status_code, alert_of(again)) == (409, "这条回复已经撤回，不用再操作。")
