"""What the alarm clock has to do for the figures: what it is, whether it is due, one batch of it."""

from __future__ import annotations

from bot.measuring import day_end, fcr_stream, history_stream, talk_streams

MEASURING = (
    ("the figures of tickets' histories", history_stream.is_due, history_stream.follow_some),
    ("the figures of conversations", talk_streams.lines_are_due, talk_streams.count_lines),
    ("which tickets were solved at once", fcr_stream.is_due, fcr_stream.judge_some),
    ("which answers were enough", talk_streams.answers_are_due, talk_streams.judge_answers),
    ("counts at the end of the day", day_end.is_time_to_count, day_end.count_day),
    ("putting away the figures of days that are over", day_end.is_time_to_close, day_end.close_one),
)
