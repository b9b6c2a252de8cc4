"""Options and help texts of `jiedai kb`."""

from __future__ import annotations

from typing import Any

from bot.cli.command import add_command, add_group


def add_kb_commands(commands: Any) -> None:
    """Add the command kb and its groups."""
    group = add_group(commands, "kb", "Check, import and export the knowledge base.")
    check = add_command(group, "check", "kb_files:check", "List every fault of a YAML, CSV or XLSX file.", json=True)
    check.add_argument("file", metavar="FILE")
    load = add_command(
        group,
        "import",
        "kb_publish:load",
        "Publish a file in place of all questions; a running server follows.",
        json=True,
    )
    load.add_argument("file", metavar="FILE")
    load.add_argument("--draft", action="store_true", help="check it and keep it as the draft; publish it later")
    _add_publishing_switches(load)
    save = add_command(group, "export", "kb_files:save", "Write the published questions to a file.", json=True)
    save.add_argument("file", metavar="FILE")
    _add_revisions(group)
    _add_regressions(group)
    _add_gaps(group)
    measure = add_command(group, "eval", "kb_eval:measure", "Ask labelled messages and count.", where=False, json=True)
    measure.add_argument("--kb", required=True, metavar="FILE", help="an FAQ file, or CSV with columns id,question")
    measure.add_argument(
        "--queries", required=True, metavar="FILE", help="CSV with columns text,expected; empty: nothing answers it"
    )
    measure.add_argument("--dev", metavar="FILE", help="choose the threshold on these messages, not on the KB alone")
    measure.add_argument("--target", default="0.95", metavar="SHARE", help="of answers to be right (default: 0.95)")
    measure.add_argument("--picture", metavar="FILE", help="draw answered against right as .svg or .html")


def _add_revisions(group: Any) -> None:
    publish = add_command(group, "publish", "kb_publish:publish", "Publish the draft.", json=True)
    publish.add_argument("--over", type=int, metavar="N", help="over revision N, published since the draft was begun")
    add_command(group, "discard", "kb_publish:discard", "Drop the draft.", json=True)
    add_command(group, "revisions", "kb_revisions:show", "List the draft and all revisions.", json=True)
    diff = add_command(group, "diff", "kb_revisions:diff", "What changed, question by question.", json=True)
    for name, kind in (("begin", "from"), ("end", "to")):
        usual = "published" if name == "begin" else "draft"
        about = f"{kind} which revision: a number, draft or published (default: {usual})"
        diff.add_argument(name, nargs="?", metavar=kind.upper(), help=about)
    rollback = add_command(group, "rollback", "kb_publish:rollback", "Publish an earlier revision again.", json=True)
    rollback.add_argument("revision", type=int, metavar="N")
    for command in (publish, rollback):
        _add_publishing_switches(command)


def _add_publishing_switches(command: Any) -> None:
    command.add_argument("--anyway", action="store_true", help="even if messages lose the answers they must keep")
    command.add_argument("--note", metavar="TEXT", help="what is new, for the list of revisions")
    command.add_argument("--author", default="", metavar="NAME", help="who publishes, for the list of revisions")


def _add_regressions(group: Any) -> None:
    kept = add_group(group, "regressions", "Messages that must keep their answers whatever is published.")
    for name, run, about in (
        ("import", "load", "Keep the messages of a CSV file (text,expected) in place of all others."),
        ("export", "save", "Write the messages to a CSV file."),
        ("check", "check", "List the faults of a CSV file, and the messages that are answered otherwise."),
    ):
        command = add_command(kept, name, f"kb_regressions:{run}", about, json=True)
        command.add_argument("file", metavar="FILE")
    command.add_argument("--draft", action="store_true", help="ask the draft, not what is published")
    add_command(kept, "clear", "kb_regressions:clear", "Forget all messages.", json=True)


def _add_gaps(group: Any) -> None:
    gaps = add_command(
        group, "gaps", "kb_gaps:show", "What customers ask and no question answers, most frequent first.", json=True
    )
    gaps.add_argument("--limit", type=int, default=20, metavar="N", help="how many at most (default: 20)")
    gap = add_group(group, "gap", "Deal with a gap; what is accepted is published at once.")
    add = add_command(gap, "add", "kb_gaps:add", "Make it another way to ask a question of ours.", json=True)
    add.add_argument("--to", required=True, metavar="QUESTION", help="the question's id")
    add.add_argument(
        "--as", dest="wording", action="append", default=[], metavar="TEXT", help="in these words; repeat for more"
    )
    new = add_command(gap, "new", "kb_gaps:new", "Make it a question of its own.", json=True)
    new.add_argument("--category", required=True, metavar="C", help="a topic of the policy")
    new.add_argument(
        "--question", "--as", default="", metavar="TEXT", help="in these words (default: as customers ask)"
    )
    new.add_argument("--answer", default="", metavar="TEXT", help="what is answered (default: as a person answered)")
    drop = add_command(gap, "dismiss", "kb_gaps:drop", "It is nothing that we answer.", json=True)
    for command in (add, new, drop):
        command.add_argument("number", type=int, metavar="N", help="its number in `kb gaps`")
        command.add_argument("--author", default="", metavar="NAME", help="who decides, for the list of revisions")
