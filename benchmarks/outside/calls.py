"""The commands of `calls.txt`, right and wrong ones, on a copy of the demo's data: exit codes and sentences."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

from benchmarks.outside.normalise import without_layout, without_measurements
from benchmarks.outside.tree import CommandOutput, Tree

SCRIPT = Path(__file__).with_name("calls.txt")
NOT_TEXT = b"\x00\xff\xfe\x80PK"
FILES = {
    "empty.csv": "",
    "header.csv": "id,organisation,contact\n",
    "customers.csv": "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
    "N1,新公司,王新,13900000001,wang@example.com,50000,3,2,2\n",
    "customers.bad.csv": "id,organisation,contact,phone,email,annual_amount,orders_per_year,influence,complexity\n"
    "N1,新公司,王新,12,wang,-5,x,9,0\nN1,新公司,王新,,,1,1,1,1\n,,,,,,,,\n",
    "customers.semicolon.csv": "id;organisation;contact\nN2;别家公司;李二\n",
    "faq.csv": "id,category,question,similar,answer\nlogo,建议,能设计标志吗,设计logo|做个标志,抱歉，我们不做设计。\n",
    "faq.bad.csv": "id,category,question,answer\nx,没有的类,怎么办,\nx,订单,怎么办,好\n",
    "faq.bad.yaml": "- id: x\n  category: 订单\n  question: 怎么办\n  surprise: 1\n- [1]\n- id: y\n",
    "broken.yaml": "a: [1\nb: }\n",
    "messages.csv": "text,expected\n怎么查订单,order-query\n今天天气如何,\n",
    "messages.bad.csv": "words\n怎么查订单\n",
    "roster.csv": "date,login,start,end,kind\n"
    "2026-10-12,lintao,08:00,20:00,duty\n2026-10-12,zhaomin,20:00,08:00,on_call\n",
    "roster.bad.csv": "date,login,start,end\n2026-13-01,nobody,8,25:00\n2026-10-12,lintao,08:00,08:00\n",
    "calendar.csv": "day,kind,name\n2027-01-01,off,元旦\n2027-02-06,off,春节\n",
    "calendar.bad.csv": "day,kind\n2027-02-30,holiday\nx,off\n",
    "calendar.bad.yaml": "2027:\n  - {name: 元旦, from: 2027-01-03, to: 2027-01-01}\n",
    "policy.bad.yaml": "name: x\nzone: Mars/Olympus\ntiers: {}\n",
    "table.xlsx": "not a workbook",
}


def save_calls(tree: Tree, data: Path, folder: Path) -> None:
    """FOLDER/COMMAND.txt, each call with its exit code and what it printed; the data folder itself stays as it is."""
    folder.mkdir(parents=True)
    copy = tree.scratch / "called"
    shutil.copytree(data, copy)
    for name, text in FILES.items():
        (tree.scratch / name).write_text(text, encoding="utf-8")
    (tree.scratch / "binary.csv").write_bytes(NOT_TEXT)
    normalise, found = tree.normaliser(), dict[str, list[str]]()
    for told in tree.batch(read_calls(SCRIPT.read_text(encoding="utf-8"), tree.root), copy):
        found.setdefault(told.words[0] if told.words else "nothing", []).append(in_lines(told))
    for name, texts in found.items():
        (folder / f"{name}.txt").write_text(normalise("\n".join(texts)), encoding="utf-8")


def read_calls(text: str, root: Path) -> list[list[str]]:
    """One call a line as in a shell, `TREE` standing for the checkout; lines that begin with `#` are remarks."""
    lines = (line.strip() for line in text.splitlines())
    calls = [shlex.split(line) for line in lines if line and not line.startswith("#")]
    return [[word.replace("TREE", str(root)) for word in call if word != "jiedai"] for call in calls]


def in_lines(told: CommandOutput) -> str:
    """A call, its exit code, and both streams."""
    err = without_layout(told.err)
    streams = [without_measurements(told.out).rstrip(), "".join(f"! {line}\n" for line in err.splitlines()).rstrip()]
    return "\n".join([f"$ jiedai {shlex.join(told.words)}", f"exit {told.code}", *filter(None, streams), ""])
