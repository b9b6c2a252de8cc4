"""The real program with a shorter lease, so that a hundred deaths need not cost a hundred minutes."""

from __future__ import annotations

import sys
from datetime import timedelta

from bot.cli.parser import main
from bot.delivery import outbox, sender

LEASE = 4.0  # seconds after which another may take over what a dead process was sending
outbox.LEASE, sender.SEND_TIMEOUT = timedelta(seconds=LEASE), LEASE / 2

if __name__ == "__main__":
    sys.exit(main())
