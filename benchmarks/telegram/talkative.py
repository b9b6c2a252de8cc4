"""The real program with every library's log lines, down to those for debugging."""

from __future__ import annotations

import logging
import sys

from bot.cli.parser import main

if __name__ == "__main__":
    logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s")
    sys.exit(main())
