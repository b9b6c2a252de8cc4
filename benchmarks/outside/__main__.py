"""`python -m benchmarks.outside`: save what the outside sees of a checkout, compare two such folders."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.outside.compare import differences
from benchmarks.outside.opens import faults_of
from benchmarks.outside.save import save


def main() -> None:
    """Exit code 1 when something differs."""
    options = _parser().parse_args()
    if options.command == "save":
        save(options.folder, options.tree, options.keep_data)
        return
    found = differences(options.one, options.other) if options.command == "compare" else faults_of(options)
    print("\n".join(found) or "No differences.")
    raise SystemExit(1 if found else 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outside", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    save_it = commands.add_parser("save", help="write everything into a new folder")
    save_it.add_argument("folder", type=Path)
    save_it.add_argument("--tree", type=Path, default=Path.cwd(), help="the checkout (default: this folder)")
    save_it.add_argument("--keep-data", type=Path, metavar="DIR", help="also keep the demo's data folder there")
    compare = commands.add_parser("compare", help="list what differs between two saved folders")
    compare.add_argument("one", type=Path)
    compare.add_argument("other", type=Path)
    opens = commands.add_parser("opens", help="whether a checkout opens a data folder without changing it")
    opens.add_argument("data", type=Path)
    opens.add_argument("--tree", type=Path, default=Path.cwd(), help="the checkout (default: this folder)")
    return parser


if __name__ == "__main__":
    main()
